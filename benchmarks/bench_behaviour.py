"""Questions of a warm timeline, beside ClickHouse, DuckDB and retentioneering; how they grow.

    python -m benchmarks.bench_behaviour [--events 100000000] [--keep DIR] [--rounds 3]
        [--part peers] [--part retentioneering] [--part growth] [--picture FILE.svg]

Every contender is a process of its own on the same generated events. They are asked in turn;
the first time warms them up, the median of the others counts. A ratio is reported only where
both found the same. Retentioneering, which holds everything in memory, gets a tenth of the
events. ``--keep``: where generated shops and their timelines stay for another run.
"""

import argparse
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from benchmarks.contenders import HERE, Answer, Contender, in_turn, load, python_of
from benchmarks.generated_events import event_files, kept_or_not, shop_with_events
from benchmarks.loglog import Panel, slope, svg

from regulars.lake import ShopHome

SIZES = (1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)
QUESTIONS = ("funnel", "transitions", "retention", "sessions")
FULL = 100_000_000  # the bounds are promised for so many; a smaller run only shows its figures
HIGHEST_GB = 3.0
HIGHEST_SLOPE = 1.1


@dataclass(frozen=True)
class Bound:
    """How fast a question must be: in seconds, and how many times faster than a peer."""

    seconds: float
    ratios: dict[str, float]


BOUNDS = {
    "funnel": Bound(1, {"ClickHouse": 10, "DuckDB": 50}),
    "transitions": Bound(2, {"DuckDB": 5}),
    "retention": Bound(2, {"DuckDB": 5}),
    "sessions": Bound(2, {"DuckDB": 5}),
}


def ours(home: ShopHome) -> Contender:
    return Contender("ours", [sys.executable, "-m", "benchmarks.ours", str(home.path)])


def against_engines(folder: Path, event_count: int, rounds: int, memory_limit: str) -> int:
    """ClickHouse and DuckDB; how many bounds were broken."""
    home = shop_with_events(folder, event_count)
    files = event_files(home)
    clickhouse = [python_of("clickhouse"), str(HERE / "peer_clickhouse.py")]
    sql = [sys.executable, str(HERE / "peer_duckdb.py"), "--memory-limit", memory_limit]
    broken = 0
    with ExitStack() as stack:
        mine = stack.enter_context(ours(home))
        house = stack.enter_context(Contender("ClickHouse", [*clickhouse, *files]))
        own = ["--own", str(home.path / "clickhouse")]
        table = stack.enter_context(Contender("its own table", [*clickhouse, *own, *files]))
        duck = stack.enter_context(Contender("DuckDB", [*sql, *files]))
        print(f"timeline made or opened in {mine.ask('update').seconds:.1f} s, {load()}")
        for question in QUESTIONS:
            peers = [house, table, duck] if question == "funnel" else [duck]
            given = in_turn([mine, *peers], question, rounds)
            broken += report(question, given, BOUNDS[question])
    return broken


def against_retentioneering(folder: Path, event_count: int, rounds: int) -> int:
    """Visits and transitions in a data frame; how many bounds were broken."""
    home = shop_with_events(folder, event_count)
    frame = home.path / "frame.parquet"
    duckdb.sql(
        "COPY (SELECT customer_id, occurred_at::TIMESTAMP AS occurred_at, page "
        f"FROM read_parquet({event_files(home)})) TO '{frame}' (FORMAT parquet)"
    )
    script = str(HERE / "peer_retentioneering.py")
    peer = [python_of("retentioneering"), script, str(frame)]
    with ours(home) as mine, Contender("retentioneering", peer) as theirs:
        mine.ask("update")
        print(f"{event_count:,} events, {load()}")
        bound = Bound(2, {"retentioneering": 20})
        return sum(
            report(question, in_turn([mine, theirs], question, rounds), bound)
            for question in ("visits", "transitions")
        )


def report(question: str, given: dict[str, Answer], bound: Bound) -> int:
    """Print a question's line; how many bounds were broken."""
    mine = given["ours"]
    line = f"{question:12} {mine.seconds:7.3f} s {mine.own_gb:5.2f} GB"
    broken = int(mine.seconds > bound.seconds) + int(mine.own_gb > HIGHEST_GB)
    for name, theirs in given.items():
        if name == "ours":
            continue
        line += f"   {name} {theirs.seconds:7.3f} s {theirs.own_gb:5.2f} GB"
        if in_order(mine.found) != in_order(theirs.found):
            line += " AND ANOTHER ANSWER"
            broken += 1
            continue
        ratio = theirs.seconds / mine.seconds
        line += f" {ratio:5.1f}x"
        if name in bound.ratios:
            line += f" (at least {bound.ratios[name]})"
            broken += ratio < bound.ratios[name]
    print(line, flush=True)
    return broken


def in_order(found: Any) -> Any:
    """An answer as every contender can give it: rows have no order of their own."""
    return sorted(found) if isinstance(found[0], list) else found


def growth(folder: Path, highest: int, rounds: int, picture: Path | None) -> int:
    """Time and memory from a million events up; how many lines are steeper than proportion."""
    taken: dict[str, dict[str, list[tuple[float, float]]]] = {"s": {}, "GB": {}}
    for event_count in (size for size in SIZES if size <= highest):
        home = shop_with_events(folder, event_count)
        answers = {}
        with ours(home) as builder:
            builder.ask("warm_up")
            answers["build"] = builder.ask("build")
        with ours(home) as mine:
            for question in QUESTIONS:
                answers[question] = in_turn([mine], question, rounds)["ours"]
        for name, answer in answers.items():
            taken["s"].setdefault(name, []).append((event_count, answer.seconds))
            taken["GB"].setdefault(name, []).append((event_count, answer.own_gb))
        told = (f"{name} {a.seconds:.3f} s {a.own_gb:.2f} GB" for name, a in answers.items())
        print(f"{event_count:>11,} events   {'   '.join(told)}   {load()}", flush=True)
    slopes = {(unit, name): slope(line) for unit, of in taken.items() for name, line in of.items()}
    for name in taken["s"]:
        print(f"{name:12} grows by power {slopes['s', name]:.2f}, memory {slopes['GB', name]:.2f}")
    if picture:
        panels = [
            Panel("Time, warm (build: from the lake)", "s", taken["s"]),
            Panel("Memory of the process, without mapped files", "GB", taken["GB"]),
        ]
        picture.write_text(svg(panels, "events"), encoding="utf-8")
    return sum(power > HIGHEST_SLOPE for power in slopes.values())


def main() -> int:
    """Run what was asked; how many bounds were broken (0 for fewer events than promised)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory-limit", default="8GB", help="of DuckDB")
    parser.add_argument("--picture", type=Path)
    parts = ("peers", "retentioneering", "growth")
    parser.add_argument("--part", action="append", choices=parts)
    asked = parser.parse_args()
    broken = 0
    with kept_or_not(asked.keep, asked.events) as folder:
        print(f"{asked.events:,} events, {load()}")
        wanted = asked.part or parts
        if "peers" in wanted:
            broken += against_engines(folder, asked.events, asked.rounds, asked.memory_limit)
        if "retentioneering" in wanted:
            broken += against_retentioneering(folder, max(asked.events // 10, 1), asked.rounds)
        if "growth" in wanted:
            broken += growth(folder, asked.events, asked.rounds, asked.picture)
    return broken if asked.events >= FULL else 0


if __name__ == "__main__":
    sys.exit(main())
