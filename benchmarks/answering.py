"""The contender's side: questions come in a line each, answers go out a line each, as JSON.

Of the standard library only: peers run it in environments of their own.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

Question = tuple[Callable[[], Any], Callable[[Any], object]]


def answer(questions: Mapping[str, Question]) -> None:
    """Answer each line of stdin, a question's name, until there is none.

    A question is what finds the answer, which is timed, and what makes it JSON, which is not.
    """
    out = sys.stdout
    sys.stdout = sys.stderr  # what a library prints is no answer
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        find, as_json = questions[line.strip()]
        begun = time.perf_counter()
        found = find()
        seconds = time.perf_counter() - begun
        print(json.dumps({"seconds": seconds, "found": as_json(found)}), file=out, flush=True)
