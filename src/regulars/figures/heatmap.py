"""Cells on a grid, coloured by the template's scale, each carrying what a click needs."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from regulars.figures.theme import template


def heatmap(
    columns: Sequence[str],
    rows: Sequence[str],
    colours: Sequence[Sequence[float | None]],
    texts: Sequence[Sequence[str]],
    customdata: Sequence[Sequence[Any]],
    hover: str,
) -> go.Figure:
    """A heat map; ``colours[row][column]`` is null where there is no cell."""
    figure = go.Figure(layout={"template": template()})
    figure.add_heatmap(
        x=list(columns),
        y=list(rows),
        z=[list(row) for row in colours],
        text=[list(row) for row in texts],
        texttemplate="%{text}",
        customdata=[list(row) for row in customdata],
        hovertemplate=f"{hover}<extra></extra>",
        hoverongaps=False,
        coloraxis="coloraxis",
        xgap=2,
        ygap=2,
    )
    # names are names, even where they look like numbers or dates
    figure.update_xaxes(type="category", showgrid=False)
    figure.update_yaxes(type="category", showgrid=False)
    return figure
