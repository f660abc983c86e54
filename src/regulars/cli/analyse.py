"""regulars analyse: one question, its answer on stdout or in a file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from regulars.cli.options import AsOf, Home
from regulars.cli.screen import note_early
from regulars.cli.shell import WrongUsage


class Format(StrEnum):
    """How a result is written."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    html = "html"


FILES = [form.value for form in Format if form is not Format.table]


def analyse(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The analysis; the list: regulars analyses.")],
    home: Home = None,
    as_of: AsOf = None,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="Without it by --out's ending, else a table to read."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write to that file instead of stdout."),
    ] = None,
) -> None:
    """Answer one question. Its own options: regulars analyses NAME."""
    from regulars.analyses import find_analysis
    from regulars.cli.parameters import parse
    from regulars.flow.shop import Shop

    if out is not None:
        _check_place(out)
    chosen = form or _by_ending(out)
    parameters = parse(find_analysis(name), context.args)
    shop = Shop.open(home)
    note_early(shop, as_of)
    result = shop.analyse(name, as_of=as_of, **parameters)
    from regulars.cli import output

    output.write(result, chosen.value, out, settings=shop.home.settings)


def _check_place(out: Path) -> None:
    """A file can be there: before the question is asked, not after."""
    if not out.absolute().parent.is_dir():
        raise WrongUsage(f"--out: folder {out.absolute().parent} does not exist; make it.")
    if out.is_dir():
        raise WrongUsage(f"--out: {out} is a folder; name a file in it, such as {out / 'rfm.csv'}.")
    if out.exists() and not out.is_file():
        raise WrongUsage(f"--out: {out} is not a file; without --out the answer is on stdout.")


def _by_ending(out: Path | None) -> Format:
    """The format that the file's ending names; .txt, like stdout, is a table to read."""
    if out is None or out.suffix.lower() == ".txt":
        return Format.table
    ending = out.suffix.removeprefix(".").lower()
    if ending not in FILES:
        what = f"no format has the ending '.{ending}'" if ending else "it has no ending"
        raise WrongUsage(f"--out {out}: {what}. Endings: .{', .'.join(FILES)}, .txt.")
    return Format(ending)
