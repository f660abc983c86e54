"""A list of customers, as a file or a sequence of their ids."""

import csv
from collections.abc import Iterable
from pathlib import Path

from regulars.errors import ParameterInvalid, among

ID = "customer_id"
MOST_BYTES = 200_000_000


def seed_ids(given: str | Iterable[str]) -> tuple[str, ...]:
    """The ids of a list without repetitions, in order: a sequence, or the path of a text file with
    one on each line, or of a CSV file with a column customer_id. ParameterInvalid."""
    found = _read(given) if isinstance(given, str) else [str(one) for one in given]
    ids = tuple(dict.fromkeys(text for one in found if (text := one.strip())))
    if not ids:
        raise ParameterInvalid(
            "Parameter seed: there is no customer on the list. Give a file with one customer_id "
            "on each line."
        )
    return ids


def _read(path: str) -> list[str]:
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            raise ParameterInvalid(f"Parameter seed: {path} is too large for a list of customers.")
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ParameterInvalid(f"Parameter seed: file {path} does not exist.") from None
    except (OSError, UnicodeDecodeError, ValueError):
        raise ParameterInvalid(
            f"Parameter seed: {path} cannot be read as UTF-8 text. Give the path of a file with "
            f"one customer_id on each line, or of a CSV file with a column customer_id."
        ) from None
    lines = text.splitlines()
    first = lines[0] if lines else ""
    delimiter = next((mark for mark in ("\t", ";", ",") if mark in first), ",")
    head = [part.strip().strip('"') for part in first.split(delimiter)]
    if ID in head:
        place = head.index(ID)
        rows = csv.reader(lines[1:], delimiter=delimiter)
        return [row[place] for row in rows if len(row) > place]
    if len(head) > 1:
        raise ParameterInvalid(
            f"Parameter seed: {path} has several columns, none of them customer_id. "
            f"{among(ID, head, 'Columns')}"
        )
    return [line.strip().strip('"') for line in lines]
