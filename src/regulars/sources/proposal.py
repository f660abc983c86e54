"""What an import would do with each column of each file, for a person to agree to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Request:
    """What was asked to be imported, and how."""

    paths: tuple[Path, ...]
    table: str | None = None
    preset: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ColumnUse:
    """One source column: what it becomes, how that was recognised, some of its values.

    ``target`` is a canonical column, ``attributes``/``properties`` (kept as JSON), or None
    (not used). ``form`` says how its cells are written where that had to be found out.
    """

    source: str
    target: str | None
    how: str
    samples: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True)
class FilePart:
    """One file (or sheet): its layout (``sales``, ``segment`` or a table's name) and columns."""

    file: str
    layout: str
    row_count: int
    columns: tuple[ColumnUse, ...]
    notes: tuple[str, ...] = ()

    @property
    def not_used(self) -> tuple[str, ...]:
        """The source columns that the import leaves out."""
        return tuple(column.source for column in self.columns if column.target is None)


@dataclass(frozen=True)
class Proposal:
    """What an import would do. While ``unclear`` holds questions it cannot run."""

    request: Request
    files: tuple[FilePart, ...]
    unclear: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def layouts(self) -> Sequence[str]:
        """The layouts found, each once."""
        return tuple(dict.fromkeys(part.layout for part in self.files))
