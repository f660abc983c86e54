"""What a person says of columns: ``--map target=source`` and ``--map target=source:form``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from regulars.errors import MappingInvalid, among
from regulars.sources.layouts import Layout
from regulars.sources.moments import NAMED_ORDERS
from regulars.sources.numbers import STYLES
from regulars.sources.proposal import Request
from regulars.sources.reading import RawTable

FORMS = (*NAMED_ORDERS, *STYLES)


@dataclass(frozen=True)
class Mapped:
    """Targets and their source columns, and how those are written where it was said."""

    pairs: tuple[tuple[str, str], ...] = ()
    forms: Mapping[str, str] = field(default_factory=dict)

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(target for target, _ in self.pairs)

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(source for _, source in self.pairs)

    def of(self, raw: RawTable) -> "Mapped":
        """The part of the mapping that names columns of this file."""
        pairs = tuple(pair for pair in self.pairs if pair[1] in raw.columns)
        return Mapped(pairs, self.forms)

    def check_targets(self, layout: Layout) -> None:
        """MappingInvalid where a target is none of the layout's."""
        for target in self.targets:
            if target not in layout.targets:
                raise MappingInvalid(
                    f"--map {target}=...: '{target}' is no column of {layout.name}. "
                    f"{among(target, layout.targets, 'Columns')}"
                )


def parse_mapping(request: Request, tables: Sequence[RawTable]) -> Mapped:
    """The mapping of a request; MappingInvalid where it names a column that no file has."""
    existing = list(dict.fromkeys(column for table in tables for column in table.columns))
    pairs: list[tuple[str, str]] = []
    forms: dict[str, str] = {}
    for target, said in request.mapping.items():
        source, form = _split(said, existing)
        if not target or not source:
            raise MappingInvalid(
                f"--map {target}={said} is incomplete. Write --map column=source, "
                "such as --map quantity=数量."
            )
        if source not in existing:
            raise MappingInvalid(
                f"--map {target}={said}: no file has a column '{source}'. "
                f"{among(source, existing, 'Columns')}"
            )
        if source in (other for _, other in pairs):
            raise MappingInvalid(f"--map {target}={said}: column '{source}' is mapped twice.")
        pairs.append((target, source))
        if form:
            forms[target] = form
    return Mapped(tuple(pairs), forms)


def _split(said: str, existing: Sequence[str]) -> tuple[str, str]:
    source, colon, form = said.rpartition(":")
    if said in existing or not colon:
        return said, ""
    if form not in FORMS:
        raise MappingInvalid(
            f"--map ...={said}: '{form}' is no way to write a column. {among(form, FORMS, 'Ways')}"
        )
    return source, form
