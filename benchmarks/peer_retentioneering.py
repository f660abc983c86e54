"""Retentioneering on an event stream in its memory: visits, and the transitions in them.

    RETENTIONEERING_NO_TRACK=1 python peer_retentioneering.py FILE

FILE has customer_id, occurred_at and page. The stream is built, and visits are found for the
transitions, before anything is asked: as our timeline is built before.
"""

import os
import sys

import pandas as pd

from answering import answer

assert os.environ.get("RETENTIONEERING_NO_TRACK"), "it would report to its makers"

from retentioneering.eventstream import Eventstream  # noqa: E402


def main() -> None:
    rows = pd.read_parquet(sys.argv[1])
    columns = {"path_cols": ["customer_id"], "event_col": "page", "timestamp_col": "occurred_at"}
    stream = Eventstream(rows, columns)
    visits = stream.split_sessions(timeout="30m")

    def edges(matrix: pd.DataFrame) -> list[list[object]]:
        counts = matrix.drop(index="path_start", columns="path_end").stack()
        return [
            [left, come, int(count)]
            for (left, come), count in counts[counts > 0].items()
            if left != "path_end" and come != "path_start"
        ]

    answer(
        {
            "visits": (
                lambda: stream.split_sessions(timeout="30m"),
                lambda found: [int(found.df["session_id"].nunique())],
            ),
            "transitions": (
                lambda: visits.transition_graph_data(edge_weight="count", path_col="session_id"),
                edges,
            ),
        }
    )


if __name__ == "__main__":
    main()
