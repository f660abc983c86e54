"""Uplift on Hillstrom's women's e-mail against scikit-uplift: the same folds, the same measure.

    make bench, or python -m benchmarks.bench_uplift

The peer runs where REGULARS_UPLIFT_PEER names a Python that has scikit-uplift (a virtual
environment of its own); without it only ours is measured, and said to be.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from regulars.stats.uplift import LEARNERS, cross_fitted, even_folds, qini, qini_interval

SHARED = Path(os.environ.get("REGULARS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FILE = SHARED / "data" / "hillstrom" / "hillstrom.csv.gz"
SEED = 7
PEER = """
import sys, time, json, warnings
warnings.filterwarnings("ignore")
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklift.metrics import qini_auc_score
from sklift.models import ClassTransformation, SoloModel, TwoModels
given = np.load(sys.argv[1]); X, y, t, fold = (given[k] for k in ("X", "y", "t", "fold"))
def base(): return make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
makers = {"s": lambda: SoloModel(base(), method="treatment_interaction"),
          "t": lambda: TwoModels(base(), base(), method="vanilla"),
          "class_transformation": lambda: ClassTransformation(base())}
for name, make in makers.items():
    began, score = time.perf_counter(), np.empty(len(y))
    for k in range(5):
        rest, mine = fold != k, fold == k
        score[mine] = make().fit(X[rest], y[rest], t[rest]).predict(X[mine])
    took = time.perf_counter() - began
    print(json.dumps({"learner": name, "qini": qini_auc_score(y, score, t), "seconds": took}))
score = given["score"]; began = time.perf_counter()
for _ in range(20): value = qini_auc_score(y, score, t)
took = (time.perf_counter() - began) / 20
print(json.dumps({"learner": "qini of our s", "qini": value, "seconds": took}))
"""


def main() -> int:
    """Print what was measured; 1 where the peer's Qini of the same scores differs from ours."""
    features, answered, treated = _mailed()
    fold = even_folds(answered, treated, 5, seed=SEED)
    scores = {}
    for learner in LEARNERS:
        began = time.perf_counter()
        scores[learner] = cross_fitted(
            features, answered, treated, learner=learner, seed=SEED, fold=fold
        )
        took = time.perf_counter() - began
        value = qini(answered, scores[learner], treated)
        print(f"ours  {learner:22} Qini {value:.4f}  {took:6.2f} s", flush=True)
    began = time.perf_counter()
    ours = qini(answered, scores["s"], treated)
    print(f"ours  one Qini               {time.perf_counter() - began:.4f} s")
    began = time.perf_counter()
    found = qini_interval(answered, scores["s"], treated, seed=SEED)
    took = time.perf_counter() - began
    print(f"ours  interval of 300 draws  [{found.low:.4f}, {found.high:.4f}]  {took:.2f} s")
    peer = os.environ.get("REGULARS_UPLIFT_PEER")
    if not peer:
        print("scikit-uplift LEFT OUT: REGULARS_UPLIFT_PEER names no Python that has it")
        return 0
    return _peer(peer, features, answered, treated, fold, scores["s"], ours)


def _peer(
    python: str, features: np.ndarray, answered: np.ndarray, treated: np.ndarray,
    fold: np.ndarray, score: np.ndarray, ours: float,
) -> int:  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mailed.npz"
        np.savez(
            file, X=features, y=answered.astype(int), t=treated.astype(int), fold=fold, score=score
        )
        run = subprocess.run(
            [python, "-c", PEER, str(file)], check=True, capture_output=True, text=True
        )
    differs = 0
    for line in run.stdout.splitlines():
        row = json.loads(line)
        print(f"peer  {row['learner']:22} Qini {row['qini']:.4f}  {row['seconds']:6.2f} s")
        if row["learner"].startswith("qini of"):
            differs = int(abs(row["qini"] - ours) > 1e-9)
    return differs


def _mailed() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = csv.read_csv(FILE)
    rows = rows.filter(pc.is_in(rows["segment"], pa.array(["Womens E-Mail", "No E-Mail"])))
    numbers = ("recency", "history", "mens", "womens", "newbie")
    columns = [rows[name].to_numpy().astype(float) for name in numbers]
    for name in ("history_segment", "zip_code", "channel"):
        values = np.array(rows[name].to_pylist())
        columns += [(values == one).astype(float) for one in np.unique(values)]
    treated = np.array(rows["segment"].to_pylist()) == "Womens E-Mail"
    return np.column_stack(columns), rows["visit"].to_numpy().astype(float), treated.astype(float)


if __name__ == "__main__":
    sys.exit(main())
