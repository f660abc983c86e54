"""A result, written: a table to read, or CSV, JSON, Parquet, HTML for others."""

import dataclasses
import html
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from regulars.cli.screen import say
from regulars.cli.shell import NotWritten
from regulars.cli.tabular import rich_table, text_of
from regulars.figures import figure_module
from regulars.flow.shop import Result
from regulars.lake.settings import Settings

SHOWN_ON_SCREEN = 40
SHOWN_IN_HTML = 1000
ALL_OF_IT = 10_000  # columns: a file or a pipe has no edge
ALL_ROWS = "all of them: --format csv (or json, parquet)"


def write(result: Result, form: str, out: Path | None, settings: Settings) -> None:
    """The result in that format, to the file (whole or not at all) or to stdout.

    Says how many rows went out, where those are not all; NotWritten where the file cannot be.
    """
    total = result.table.num_rows
    if out is None:
        written = WRITERS[form](result, sys.stdout.buffer, settings)
        sys.stdout.flush()
        if written < total:
            say(f"{written:,} of {total:,} rows shown; {ALL_ROWS}.")
        return
    try:
        written = _to_file(result, form, out, settings)
    except OSError as error:
        raise NotWritten(f"--out: cannot write {out}: {error.strerror or error}.") from None
    if written < total:
        say(f"Wrote {written:,} of {total:,} rows to {out}; {ALL_ROWS}.")
    else:
        say(f"Wrote {total:,} rows to {out}.")


def _to_file(result: Result, form: str, out: Path, settings: Settings) -> int:
    """The rows written; the file is replaced when the new one is whole, not before."""
    descriptor, name = tempfile.mkstemp(dir=out.absolute().parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            written = WRITERS[form](result, stream, settings)
        Path(name).chmod(0o666 & ~_umask())
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return written


def _table(result: Result, stream: IO[bytes], settings: Settings) -> int:
    from rich.console import Console

    text = io.TextIOWrapper(stream, encoding="utf-8", write_through=True)
    console = Console(file=text, highlight=False, width=None if stream.isatty() else ALL_OF_IT)
    console.print(_sentence(result, settings), markup=False)
    shown = result.table.slice(0, SHOWN_ON_SCREEN)
    console.print(rich_table(shown, result.analysis.returns, settings.language))
    text.detach()
    return shown.num_rows


def _csv(result: Result, stream: IO[bytes], settings: Settings) -> int:
    pyarrow.csv.write_csv(_flat(result.table), stream)
    return result.table.num_rows


def _parquet(result: Result, stream: IO[bytes], settings: Settings) -> int:
    pyarrow.parquet.write_table(result.table, stream)
    return result.table.num_rows


def _json(result: Result, stream: IO[bytes], settings: Settings) -> int:
    """One object; the rows batch by batch, so that a million of them need little memory."""
    head = {
        "analysis": result.analysis.name,
        "as_of": result.as_of.isoformat(),
        "parameters": result.parameters,
    }
    if result.model is not None:
        head["model"] = result.model
    stream.write(_dumped(head)[:-1] + b', "rows": [')
    separator = b"\n"
    for batch in _plain_numbers(result.table).to_batches(max_chunksize=10_000):
        for row in batch.to_pylist():
            stream.write(separator + _dumped(row))
            separator = b",\n"
    stream.write(b"]}\n")
    return result.table.num_rows


def _html(result: Result, stream: IO[bytes], settings: Settings) -> int:
    """One page that needs no network: what it says, the figure, the rows behind it."""
    figure = figure_module(result.analysis.name).figure(
        result.table, language=settings.language, currency=settings.currency
    )
    title = html.escape(result.analysis.title.in_language(settings.language))
    total = result.table.num_rows
    shown = min(SHOWN_IN_HTML, total)
    page = [
        f'<!doctype html><html lang="{settings.language}"><meta charset="utf-8">',
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>",
        f"<p>{html.escape(_sentence(result, settings))}</p>",
        figure.to_html(full_html=False, include_plotlyjs=True),
        f"<p>{html.escape(settings.name)}, {result.as_of}: {shown:,} / {total:,}</p>",
        _rows_as_html(result, settings.language),
    ]
    stream.write("\n".join(page).encode())
    return shown


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}td,th{padding:.2rem .6rem;border-bottom:1px solid #ddd}"
    "td{font-variant-numeric:tabular-nums}"
)


def _rows_as_html(result: Result, language: str) -> str:
    columns = result.analysis.returns.columns
    heads = "".join(f"<th>{html.escape(c.zh if language == 'zh' else c.en)}</th>" for c in columns)
    body = []
    for row in result.table.slice(0, SHOWN_IN_HTML).to_pylist():
        cells = (html.escape(text_of(row[column.name], column.type)) for column in columns)
        body.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"


WRITERS: dict[str, Callable[[Result, IO[bytes], Settings], int]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
    "html": _html,
}


def _sentence(result: Result, settings: Settings) -> str:
    module = figure_module(result.analysis.name)
    sentence: str = module.sentence(
        result.table, language=settings.language, currency=settings.currency
    )
    return sentence


def _plain_numbers(table: pa.Table) -> pa.Table:
    """Decimals as floats (their shortest form is the decimal itself), no NaN."""
    for index, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(index, field.name, table.column(index).cast(pa.float64()))
    return table


def _flat(table: pa.Table) -> pa.Table:
    """Lists as JSON text: a CSV cell holds one value."""
    for index, field in enumerate(table.schema):
        if pa.types.is_nested(field.type):
            cells = [
                None if cell is None else json.dumps(cell) for cell in table[index].to_pylist()
            ]
            table = table.set_column(index, field.name, pa.array(cells, pa.string()))
    return table


def _dumped(value: dict[str, Any]) -> bytes:
    finite = {k: None if isinstance(v, float) and v != v else v for k, v in value.items()}  # noqa: PLR0124
    return json.dumps(finite, ensure_ascii=False, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return str(value)


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
