"""The timeline built from the lake, beside DuckDB sorting the same Parquet; and increments.

    python -m benchmarks.bench_timeline [--events 100000000] [--keep DIR] [--rounds 2]
        [--increments 5]

Both have the same memory limit, in processes of their own, one after the other. DuckDB writes
the columns that the timeline keeps, by customer and moment, to one Parquet file. Each
increment is 1% new events, most of the day after the last, some of any day before. There are
several in a row, as what the first ones save has to be made good for by later ones.
``--keep``: where generated shops stay for another run (100 million events: 2 GB of lake,
some 10 GB more meanwhile).
"""

import argparse
import shutil
import statistics
import sys
from pathlib import Path

from benchmarks.contenders import HERE, Answer, Contender, load
from benchmarks.generated_events import (
    add_events,
    copied,
    event_files,
    increment_size,
    increment_sql,
    kept_or_not,
    shop_with_events,
)

from regulars.lake import ShopHome

FULL = 100_000_000  # the bounds are promised for so many; a smaller run only shows its figures
HIGHEST_RATIO = 3.0
HIGHEST_GB = 4.0
HIGHEST_SHARE = 0.1  # of a full build, for 1% more events


def build(home: ShopHome, memory_limit: str, question: str = "build") -> Answer:
    """The timeline built, or brought up to date, in a fresh process that has loaded its modules."""
    command = [sys.executable, "-m", "benchmarks.ours", str(home.path)]
    limits = {"REGULARS_ENGINE_MEMORY_LIMIT": memory_limit}
    with Contender("ours", command, limits) as ours:
        ours.ask("warm_up")
        return ours.ask(question)


def sort(home: ShopHome, memory_limit: str) -> Answer:
    """DuckDB's sorted copy of the same events, in a fresh process."""
    target = home.path / "sorted.parquet"
    given = [*event_files(home), "--memory-limit", memory_limit, "--sorted-to", str(target)]
    with Contender("duckdb", [sys.executable, str(HERE / "peer_duckdb.py"), *given]) as peer:
        answer = peer.ask("sort")
    target.unlink()
    return answer


def bench(
    home: ShopHome, event_count: int, memory_limit: str, rounds: int, increment_count: int
) -> int:
    """Builds and sorts in turn, then the increments, and a build; how many bounds were broken.

    On a machine that others use, time goes by their load. So an increment is compared with
    the mean of the builds before and after all of them, and by processors' seconds too.
    """
    sorts, builds = [], []
    for _ in range(rounds):
        sorts.append(sort(home, memory_limit))
        builds.append(build(home, memory_limit))
    full = statistics.median(answer.seconds for answer in builds)
    against = statistics.median(answer.seconds for answer in sorts)
    own, whole = (max(getattr(a, name) for a in builds) for name in ("own_gb", "whole_gb"))
    assert builds[0].found[0] == event_count
    print(
        f"build      {full:7.1f} s   DuckDB's sort {against:7.1f} s   ratio {full / against:.2f} "
        f"(at most {HIGHEST_RATIO})\n"
        f"memory     {own:7.2f} GB, with mapped files {whole:.2f} GB (at most {HIGHEST_GB})   "
        f"DuckDB {max(a.own_gb for a in sorts):.2f} GB   on disk {on_disk(home):.1f} GB"
    )
    share = shares_of_increments(home, event_count, memory_limit, increment_count, builds[-1])
    is_broken = (full / against > HIGHEST_RATIO, whole > HIGHEST_GB, share > HIGHEST_SHARE)
    return sum(is_broken)


def shares_of_increments(
    home: ShopHome, event_count: int, memory_limit: str, count: int, before: Answer
) -> float:
    """Increments in a row, beside full builds; the mean share of a build that one takes."""
    print(f"{load()}: increments")
    increments = grown(home, event_count, memory_limit, count)
    grown_gb = on_disk(home)
    print(f"{load()}: full build of all rows")
    after = build(home, memory_limit)
    full = statistics.mean([before.seconds, after.seconds])
    busy = statistics.mean([before.found[1], after.found[1]])
    of_time = [increment.seconds / full for increment in increments]
    of_processors = [increment.found[1] / busy for increment in increments]
    print(
        f"increment  {increments[0].seconds:7.1f} s   share of a full build {of_time[0]:.3f} "
        f"(at most {HIGHEST_SHARE})   {max(i.own_gb for i in increments):.2f} GB   "
        f"full build before {before.seconds:.1f} s, after {after.seconds:.1f} s"
    )
    for what, shares in (("time", of_time), ("processors' seconds", of_processors)):
        each = " ".join(f"{share:.3f}" for share in shares)
        print(
            f"in a row   share of {what}: mean {statistics.mean(shares):.3f}, "
            f"worst {max(shares):.3f} ({each})"
        )
    print(f"on disk    {grown_gb:.1f} GB after them, {on_disk(home):.1f} GB when built anew")
    return statistics.mean(of_time)


def grown(home: ShopHome, event_count: int, memory_limit: str, count: int) -> list[Answer]:
    """Increments one after the other, each brought into the lake and into the timeline."""
    increments = []
    for number in range(count):
        add_events(home, increment_sql(event_count, number), "1% more")
        increments.append(build(home, memory_limit, "update"))
        rows = event_count + (number + 1) * increment_size(event_count)
        assert increments[-1].found[0] == rows
    return increments


def on_disk(home: ShopHome) -> float:
    """GB of the timeline's folder."""
    files = (file for file in (home.path / "timeline").rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files) / 1e9


def main() -> int:
    """Run it; how many bounds were broken (0 for fewer events than promised)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=100_000_000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--increments", type=int, default=5)
    parser.add_argument("--memory-limit", default="2GB")
    asked = parser.parse_args()
    with kept_or_not(asked.keep, asked.events) as folder:
        home = shop_with_events(folder, asked.events)
        print(f"{asked.events:,} events, memory limit {asked.memory_limit}, {load()}")
        growing = copied(home, folder / f"growing-{asked.events}")
        try:
            broken = bench(
                growing, asked.events, asked.memory_limit, asked.rounds, asked.increments
            )
            return broken if asked.events >= FULL else 0
        finally:
            shutil.rmtree(growing.path)


if __name__ == "__main__":
    sys.exit(main())
