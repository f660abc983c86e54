"""How many kinds of customers the leans show, and who belongs to which.

k-means on a sample; the number of kinds is the one whose division a fresh sample would find
again: over bootstrap samples, the mean adjusted Rand index between the division found in the
sample and that of all. Whoever is nearest to a centre belongs to it. How surely: the chance
that the true lean lies on this side of the boundary to the next kind, given the error of the
believed one (normal): a customer of few purchases is never a sure case.

Source  Hennig (2007) Cluster-wise assessment of cluster stability, Computational Statistics &
        Data Analysis 52, 258-271; Ben-Hur, Elisseeff & Guyon (2002), Pacific Symposium on
        Biocomputing 7, 6-17, for stability as the judge of k; Hubert & Arabie (1985)
        Comparing partitions, J. Classification 2, 193-218
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
KINDS = (3, 4, 5, 6, 7)
BOOTSTRAPS = 20
MOST_SAMPLED = 5_000  # bootstrapped; the final centres are of up to ten times as many
AS_STABLE = 0.03  # kinds are more telling: the most of those about as stable as the best
STARTS, ROUNDS = 4, 40


@dataclass(frozen=True)
class Clusters:
    """The centres (kinds x axes), and how stable each number of kinds was."""

    centres: Array
    stability: dict[int, float]

    def distances(self, leans: Array) -> Array:
        """Squared, people x kinds."""
        cross = leans @ self.centres.T
        own = (leans**2).sum(axis=1)[:, None] + (self.centres**2).sum(axis=1)[None, :]
        return np.asarray(own - 2 * cross)

    def nearest(self, leans: Array) -> Whole:
        return np.asarray(self.distances(leans).argmin(axis=1))

    def surer(self, leans: Array, errors: Array, one: Whole, other: Whole) -> Array:
        """The chance that each true lean is nearer to centre ``one`` than to ``other``."""
        from scipy.special import ndtr

        far = self.distances(leans)
        rows = np.arange(len(leans))
        ahead = (far[rows, other] - far[rows, one]) / 2
        gap = self.centres[one] - self.centres[other]
        spread = np.sqrt((gap**2 * errors).sum(axis=1))
        return np.asarray(ndtr(ahead / np.maximum(spread, 1e-12)))

    def confidence(self, leans: Array, errors: Array, kind: Whole) -> tuple[Array, Whole]:
        """The chance against the kind that rivals most, and which that is."""
        chances = np.column_stack(
            [
                self.surer(leans, errors, kind, np.full(len(kind), other))
                for other in range(len(self.centres))
            ]
        )
        chances[np.arange(len(kind)), kind] = np.inf
        return chances.min(axis=1), np.asarray(chances.argmin(axis=1))


def find_clusters(leans: Array, kinds: int | None, seed: int) -> Clusters:
    """The clusters of people x axes; ``kinds`` None: as many as are stable."""
    rng = np.random.default_rng(seed)
    few = _sample(leans, MOST_SAMPLED, rng)
    tried = [kinds] if kinds else [k for k in KINDS if k <= len(np.unique(few, axis=0))]
    stability = {k: _stability(few, k, seed, rng) for k in tried}
    best = max(stability.values())
    chosen = max(k for k, found in stability.items() if found >= best - AS_STABLE)
    centres = _centres(_sample(leans, 10 * MOST_SAMPLED, rng), chosen, seed)
    return Clusters(centres[np.lexsort(centres.T)], stability)


def _stability(few: Array, kinds: int, seed: int, rng: np.random.Generator) -> float:
    from sklearn.metrics import adjusted_rand_score

    whole = _nearest(few, _centres(few, kinds, seed))
    found = []
    for number in range(BOOTSTRAPS):
        again = few[rng.integers(0, len(few), len(few))]
        labels = _nearest(few, _centres(again, kinds, seed + 1 + number))
        found.append(adjusted_rand_score(whole, labels))
    return float(np.mean(found))


def _centres(rows: Array, kinds: int, seed: int) -> Array:
    """The best of some starts; scipy's, whose one thread gives the same sums every time."""
    from scipy.cluster.vq import kmeans2

    found = []
    for start in range(STARTS):
        rng = np.random.default_rng([seed, start])
        centres, labels = kmeans2(rows, kinds, iter=ROUNDS, minit="++", rng=rng)
        found.append((float(((rows - centres[labels]) ** 2).sum()), start, centres))
    return np.asarray(min(found, key=lambda one: one[:2])[2], dtype=np.float64)


def _nearest(rows: Array, centres: Array) -> Whole:
    return Clusters(centres, {}).nearest(rows)


def _sample(rows: Array, most: int, rng: np.random.Generator) -> Array:
    if len(rows) <= most:
        return rows
    return np.asarray(rows[np.sort(rng.choice(len(rows), most, replace=False))])
