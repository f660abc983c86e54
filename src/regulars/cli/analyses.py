"""regulars analyses: what can be asked."""

from typing import Annotated

import typer

from regulars.cli.parameters import describe


def analyses(
    name: Annotated[
        str | None, typer.Argument(help="One analysis, in full: its options and columns.")
    ] = None,
) -> None:
    """List the analyses, one line each; with a NAME its options and columns."""
    from regulars.analyses import all_analyses, find_analysis

    existing = all_analyses()
    if name is None:
        width = max(map(len, existing), default=0)
        for analysis in existing.values():
            typer.echo(f"{analysis.name:<{width}}  {analysis.question.en}")
        return
    analysis = find_analysis(name)
    typer.echo(f"{analysis.title.en}: {analysis.question.en}")
    typer.echo(f"reads    {', '.join(analysis.reads)}")
    typer.echo(f"returns  one row per {analysis.returns.grain}")
    for column in analysis.returns.columns:
        typer.echo(f"  {column.name:<28}{column.type:<9}{column.meaning}")
    typer.echo("options  --as-of DATE")
    for parameter in analysis.parameters:
        typer.echo(f"  {describe(parameter)}")
