"""The contender's side: questions come in a line each, answers go out a line each, as JSON.

Of the standard library only: peers run it in environments of their own.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping


def answer(questions: Mapping[str, Callable[[], object]]) -> None:
    """Answer each line of stdin, a question's name, until there is none."""
    out = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        begun = time.perf_counter()
        found = questions[line.strip()]()
        seconds = time.perf_counter() - begun
        print(json.dumps({"seconds": seconds, "found": found}), file=out, flush=True)
