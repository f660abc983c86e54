"""From raw tables to a plan: each file's layout, and how each of its columns is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from regulars.errors import LayoutUnclear, TableUnknown
from regulars.sources import headers, hints, segment
from regulars.sources.cells import Reading, SourceColumn, column_expression, readings
from regulars.sources.layouts import Layout, all_layouts, layout_named
from regulars.sources.mapping import Mapped, parse_mapping
from regulars.sources.presets import Preset, PresetFile, Rule, preset_named
from regulars.sources.proposal import ColumnUse, FilePart, Proposal, Request
from regulars.sources.reading import RawTable
from regulars.sources.workspace import Workspace
from regulars.tables import CANONICAL

LAYOUTS = ("sales", "segment")
"""What --table may name beside the canonical tables."""


@dataclass(frozen=True)
class PlannedFile:
    """A file with its layout and, for each target, how it is read.

    ``relation`` is where its rows stand (with ``_line``); ``unknown`` are the columns that
    no target was found for.
    """

    number: int
    raw: RawTable
    relation: str
    layout: Layout
    readings: tuple[Reading, ...]
    uses: tuple[ColumnUse, ...]
    unknown: tuple[str, ...]
    rules: tuple[Rule, ...] = ()
    questions: tuple[str, ...] = ()

    @property
    def targets(self) -> Mapping[str, Reading]:
        return {reading.target: reading for reading in self.readings}


@dataclass
class Plan:
    """The planned files of one import."""

    request: Request
    files: list[PlannedFile]
    questions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def proposal(self) -> Proposal:
        """The plan as a person sees it."""
        parts = tuple(
            FilePart(f.raw.file, f.layout.name, f.raw.row_count, f.uses, _own_notes(f.raw))
            for f in self.files
        )
        return Proposal(self.request, parts, tuple(self.questions), tuple(self.notes))


def _own_notes(raw: RawTable) -> tuple[str, ...]:
    """What reading the file found; headers given twice are notes of the whole plan."""
    return tuple(note for note in raw.notes if not note.startswith(hints.DUPLICATED))


def make_plan(space: Workspace, request: Request) -> Plan:
    """Recognise every file of the workspace.

    Raises MappingInvalid, PresetUnknown or TableUnknown for requests that cannot be met;
    what is unclear in the files becomes questions of the plan.
    """
    if request.table is not None and request.table not in (*CANONICAL, *LAYOUTS):
        raise TableUnknown(request.table, (*CANONICAL, *LAYOUTS))
    preset = preset_named(request.preset) if request.preset else None
    mapped = parse_mapping(request, space.tables)
    plan = Plan(request, [])
    for raw in space.tables:
        _plan_file(space, plan, raw, preset, mapped)
    if preset is not None:
        plan.notes += _expectations(space, preset)
    return plan


def _plan_file(
    space: Workspace, plan: Plan, raw: RawTable, preset: Preset | None, mapped: Mapped
) -> None:
    own = mapped.of(raw)
    number = len(plan.files)
    if preset is not None and preset.name != "generic_sales":
        entry = _entry(preset, raw)
        if entry is None:
            plan.questions.append(_not_in_preset(preset, raw))
            return
        planned = _from_preset(space, number, raw, entry, own)
    elif _is_segment(plan.request, raw):
        plan.files += segment.plan_segment(space, number, raw, _planned)
        plan.notes += segment.unsaid_channels(space, raw)
        return
    else:
        wanted = "sales" if preset is not None else plan.request.table
        layout = layout_named(wanted) if wanted else _best_layout(raw, own)
        planned = _from_headers(space, number, raw, layout, own, is_guessed=not wanted)
    plan.files.append(planned)
    plan.questions += planned.questions
    plan.notes += hints.duplicated_headers(raw, planned.uses)
    filled = hints.no_channel(raw.file, planned.layout, planned.targets)
    plan.notes += [note for note in filled if note not in plan.notes]
    if preset is None:
        plan.notes += [note for note in hints.fitting_presets(raw) if note not in plan.notes]


def _is_segment(request: Request, raw: RawTable) -> bool:
    if request.table == "segment" and "type" not in raw.columns:
        raise LayoutUnclear(
            f"{raw.file} holds no Segment messages: they have a key 'type'. "
            f"Columns: {', '.join(raw.columns)}."
        )
    return request.table == "segment" or (request.table is None and segment.is_segment(raw))


def _from_headers(
    space: Workspace, number: int, raw: RawTable, layout: Layout, own: Mapped, *, is_guessed: bool
) -> PlannedFile:
    own.check_targets(layout)
    found = headers.recognise(
        [column for column in raw.columns if column not in own.sources], layout, own.targets
    )
    sources = {source: (target, "--map") for target, source in own.pairs}
    sources |= {header: (match.target, match.how) for header, match in found.matches.items()}
    if "ordered_at" not in {target for target, _ in sources.values()}:
        # a column called time that stands alone holds the whole moment
        sources = {
            source: ("ordered_at" if target == "ordered_time" else target, how)
            for source, (target, how) in sources.items()
        }
    targets = {target for target, _ in sources.values()}
    is_weak = is_guessed and 2 * len(sources) <= len(raw.columns)
    lacking = hints.missing(raw, layout, targets, sources, is_weak=is_weak)
    questions = [*found.questions, *lacking]
    columns = {t: column_expression(source) for source, (t, _) in sources.items()}
    if {"ordered_at", "ordered_time"} <= columns.keys():
        columns["ordered_at"] = _joined(columns["ordered_at"], columns["ordered_time"])
    return _planned(
        space, number, raw, raw.relation, layout, columns, sources, own.forms, questions
    )


def _joined(day: str, time: str) -> str:
    """SQL: the moment that a date column and a time column say together."""
    alone = f"regexp_replace({day}::VARCHAR, '[ T]00:00:00$', '')"
    return f"trim({alone} || ' ' || coalesce({time}::VARCHAR, ''))"


def _from_preset(
    space: Workspace, number: int, raw: RawTable, entry: PresetFile, own: Mapped
) -> PlannedFile:
    layout = layout_named(entry.layout)
    own.check_targets(layout)
    relation = _selected(space, entry, raw) if entry.select else raw.relation
    named = {t: source for t, source in entry.columns.items() if source in raw.columns}
    named |= dict(own.pairs)
    columns = {t: column_expression(source) for t, source in named.items()}
    columns |= dict(entry.values)
    sources = {
        column: (t, "preset")
        for t, sql in reversed(list(entry.values.items()))
        for column in raw.columns
        if f'"{column}"' in sql
    }
    sources |= {source: (t, "preset") for t, source in named.items()}
    planned = _planned(space, number, raw, relation, layout, columns, sources, own.forms, [])
    return replace(planned, rules=entry.adjustments)


def _planned(
    space: Workspace,
    number: int,
    raw: RawTable,
    relation: str,
    layout: Layout,
    columns: Mapping[str, str],
    sources: Mapping[str, tuple[str, str]],
    forms: Mapping[str, str],
    questions: Sequence[str],
) -> PlannedFile:
    """Decide how each target's column is read; ``columns`` is target -> SQL."""
    types = _types(space, relation, columns)
    by_target = {
        target: source
        for source, (target, _) in sources.items()
        if columns.get(target) == column_expression(source)
    }
    wanted = [
        SourceColumn(
            target, by_target.get(target, target), sql, types[target], layout.targets[target].type
        )
        for target, sql in columns.items()
    ]
    found, unclear = readings(space.connection, relation, wanted, forms)
    form_of = {reading.target: reading.form for reading in found}
    unknown = tuple(column for column in raw.columns if column not in sources)
    uses = _uses(space, raw, layout, sources, form_of)
    return PlannedFile(
        number, raw, relation, layout, tuple(found), uses, unknown, (), (*questions, *unclear)
    )


def _uses(
    space: Workspace,
    raw: RawTable,
    layout: Layout,
    sources: Mapping[str, tuple[str, str]],
    forms: Mapping[str, str],
) -> tuple[ColumnUse, ...]:
    spare = ("properties" if layout.name == "events" else "attributes", "kept as it is")
    spare_use = spare if layout.keeps_unknown else (None, "not used")
    samples = _samples(space, raw)
    return tuple(
        ColumnUse(
            column,
            sources.get(column, spare_use)[0],
            sources.get(column, spare_use)[1],
            samples.get(column, ()),
            forms.get(sources.get(column, ("", ""))[0], ""),
        )
        for column in raw.columns
    )


def _samples(space: Workspace, raw: RawTable) -> dict[str, tuple[str, ...]]:
    listed = ", ".join(f"{column_expression(c)}::VARCHAR" for c in raw.columns)
    rows = space.rows(f"SELECT {listed} FROM {raw.relation} LIMIT 20") if listed else []
    columns = zip(*rows, strict=True) if rows else [() for _ in raw.columns]
    return {
        column: tuple(dict.fromkeys(str(v)[:60] for v in values if v is not None))[:3]
        for column, values in zip(raw.columns, columns, strict=True)
    }


def _types(space: Workspace, relation: str, columns: Mapping[str, str]) -> dict[str, str]:
    if not columns:
        return {}
    listed = ", ".join(f"{sql} AS {column_expression(t)}" for t, sql in columns.items())
    described = space.rows(f"DESCRIBE SELECT {listed} FROM {relation}")
    # by position: DESCRIBE may give back the source's spelling of a name
    return {target: str(row[1]) for target, row in zip(columns, described, strict=True)}


@dataclass(frozen=True)
class _Fit:
    """How well a layout fits a file's headers."""

    layout: Layout
    recognised: int
    lacking: int


def _best_layout(raw: RawTable, own: Mapped) -> Layout:
    """The layout whose needs the headers meet, using most of them.

    One that uses more of them and lacks a single need comes before it: that is a question to
    ask, not a file to take for something less.
    """
    fits = [_fit(raw, layout, own) for layout in all_layouts()]
    whole = [fit for fit in fits if not fit.lacking]
    least = max(fit.recognised for fit in whole) if whole else 0
    almost = [fit for fit in fits if fit.lacking == 1 and fit.recognised > least]
    return max(
        almost or whole or fits,
        key=lambda fit: (fit.recognised - fit.lacking, fit.layout.name == "sales"),
    ).layout


def _fit(raw: RawTable, layout: Layout, own: Mapped) -> _Fit:
    found = headers.recognise(raw.columns, layout, own.targets)
    targets = {match.target for match in found.matches.values()} | set(own.targets)
    return _Fit(layout, len(targets & set(layout.targets)), len(layout.lacks(targets)))


def _selected(space: Workspace, entry: PresetFile, raw: RawTable) -> str:
    others = {Path(table.file).stem: table.relation for table in space.tables}
    others["file"] = raw.relation
    try:
        select = entry.select.format_map(others)
    except KeyError as missing:
        name = missing.args[0]
        raise LayoutUnclear(
            f"{raw.file} needs the file '{name}' beside it. Name both, or their folder."
        ) from None
    return space.table("selected", select)


def _entry(preset: Preset, raw: RawTable) -> PresetFile | None:
    stem = Path(raw.file).name.partition(".")[0]
    for entry in preset.files:
        by_name = entry.name and entry.name == stem
        by_header = entry.headers and set(entry.headers) <= set(raw.columns)
        if by_name or by_header:
            return entry
    return None


def _not_in_preset(preset: Preset, raw: RawTable) -> str:
    known = [entry.name or ", ".join(entry.headers) for entry in preset.files]
    return (
        f"{raw.file} is no file of preset '{preset.name}', which knows: {'; '.join(known)}. "
        f"Its columns: {', '.join(raw.columns)}."
    )


def _expectations(space: Workspace, preset: Preset) -> list[str]:
    settings = space.home.settings
    pairs = (
        ("timezone", preset.timezone, settings["shop.timezone"]),
        ("currency", preset.currency, settings["shop.currency"]),
    )
    return [
        f"Preset '{preset.name}' is written for {what} {expected}; this shop's is {actual}."
        for what, expected, actual in pairs
        if expected and expected != actual
    ]
