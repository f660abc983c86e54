"""From a customer's sums to each lean as it is believed: little evidence draws it to the shop's.

    z_i = sum(e) / sum(v),   variance of z_i = within / sum(v),   leans ~ (mean, between)

The credibility of z_i is sum(v) between / (sum(v) between + within): the model of Bühlmann &
Straub with the information v as the volume. ``within`` is judged from how much a customer's
needs differ, so that one habit bought fifty times does not count as fifty opinions.

Source  Bühlmann & Straub (1970) Glaubwürdigkeit für Schadensätze, Bulletin of the Swiss
        Association of Actuaries 70, 111-133; Bühlmann & Gisler (2005) A Course in Credibility
        Theory, section 4.8, for the variances
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.stats.personas.axes import AXES, MILLION

Array = npt.NDArray[np.float64]
FURTHEST = 3.0  # standard deviations: beyond it a lean counts as this far


@dataclass(frozen=True)
class Axis:
    """How customers of the shop differ in one lean."""

    mean: float
    within: float
    between: float
    level: float  # of the shop, in the axis' own unit
    step: float  # what one unit of lean changes in it, where there is the usual choice

    def believed(self, lean: Array, information: Array) -> tuple[Array, Array]:
        """Leans in standard deviations between customers, and their error's variance (0-1)."""
        weight = information * self.between
        credibility = weight / np.maximum(weight + self.within, 1e-300)
        own = np.divide(lean, information, out=np.zeros_like(lean), where=information > 0)
        lean_by = credibility * (own - self.mean) / max(self.between, 1e-300) ** 0.5
        return np.clip(lean_by, -FURTHEST, FURTHEST), 1 - credibility

    def levels(self, leans: Array) -> Array:
        """What such leans come to in the axis' own unit, 0-1."""
        spread = self.between**0.5 * self.step
        return np.clip(self.level + leans * spread, 0.0, 1.0)


def axes_of(sums: Mapping[str, Any]) -> dict[str, Axis]:
    """Each axis, judged by the sums up to the earlier day (``axes.axis_sums``)."""
    return {axis: _axis(sums, axis) for axis in AXES}


def leans(sums: Mapping[str, Any], axes: Mapping[str, Axis], when: str = "") -> tuple[Array, Array]:
    """People x axes: believed leans, and the variances of their errors."""
    found = [
        axis.believed(_of(sums, f"lean_{name}{when}"), _of(sums, f"information_{name}{when}"))
        for name, axis in axes.items()
    ]
    return np.column_stack([x for x, _ in found]), np.column_stack([e for _, e in found])


def _axis(sums: Mapping[str, Any], axis: str) -> Axis:
    lean, information = _of(sums, f"lean_{axis}_then"), _of(sums, f"information_{axis}_then")
    dispersion, needs = _of(sums, f"dispersion_{axis}_then"), sums[f"need_count_{axis}_then"]
    counts = sums["repeat_count" if axis == "variety" else "purchase_count"]
    total = max(float(counts.sum()), 1.0)
    level = float(_of(sums, f"value_{axis}").sum()) / total
    step = float(_of(sums, f"information_{axis}").sum()) / total
    known = information > 0
    if known.sum() < 2:
        return Axis(0.0, 1.0, 0.0, level, step)
    weight, own = information[known], lean[known] / information[known]
    whole = weight.sum()
    mean = float(lean[known].sum() / whole)
    apart = float((needs[known] - 1).sum())
    inside = float((dispersion[known] - lean[known] * own).sum())
    within = max(inside, 0.0) / apart if apart > 0 else 1.0
    outside = float((weight * (own - mean) ** 2).sum()) - (len(own) - 1) * within
    between = outside / max(float(whole - (weight**2).sum() / whole), 1e-300)
    return Axis(mean, within, max(between, 0.0), level, step)


def _of(sums: Mapping[str, Any], name: str) -> Array:
    return np.asarray(sums[name], dtype=np.float64) / MILLION
