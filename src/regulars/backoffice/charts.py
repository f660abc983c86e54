"""A Plotly figure on its way to the browser: as JSON data, never as a script."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import plotly
from django.utils.translation import get_language
from plotly.graph_objects import Figure

from regulars.figures.theme import template

DEFAULT_HEIGHT = 420
HEIGHT_OF_A_ROW = 25
HEIGHT_AROUND = 120
WIDE = frozenset({"heatmap", "sankey"})
WIDE_WIDTH = 620
LONG_NAME = 20
Address = Callable[[Sequence[Any]], str | None]
"""From what a point carries (its customdata) to the address of the rows behind it."""


@dataclass(frozen=True)
class Chart:
    """What ``backoffice/chart.html`` draws."""

    spec: dict[str, Any]
    height: int
    min_width: int = 0  # below it the card scrolls: cells and ways cannot be squeezed
    plotly_version: str = plotly.__version__


def chart(figure: Figure, address: Address | None = None) -> Chart:
    """The figure as data that the page's own script draws in the reader's theme.

    With ``address`` every point carries the address of the rows behind it, and opens it.
    """
    spec: dict[str, Any] = json.loads(figure.to_json())
    layout = spec["layout"]
    layout.pop("template", None)  # the page's script puts the light or the dark one in
    if address is not None:
        for trace in spec["data"]:
            for part in (trace, trace.get("node"), trace.get("link")):  # those are a Sankey's
                if isinstance(part, dict) and isinstance(part.get("customdata"), list):
                    part["customdata"] = _addressed(part["customdata"], address)
    looks = {name: template(dark).to_plotly_json() for name, dark in _LOOKS}
    is_wide = any(trace.get("type") in WIDE for trace in spec["data"]) or _has_long_names(layout)
    height = int(layout.get("height") or _height(spec["data"]))
    return Chart({**spec, **looks}, height, WIDE_WIDTH if is_wide else 0)


def small(drawn: Chart, height: int) -> Chart:
    """The same chart on a card: as high as that, whatever its figure asked for."""
    layout = {name: value for name, value in drawn.spec["layout"].items() if name != "height"}
    return replace(drawn, spec={**drawn.spec, "layout": layout}, height=height)


def language() -> str:
    """The reader's language as figures take it: en or zh."""
    return "zh" if (get_language() or "en").startswith("zh") else "en"


def _has_long_names(layout: dict[str, Any]) -> bool:
    """Whether the names of rows would leave no room for the rows on a narrow screen."""
    return any(len(name) > LONG_NAME for name in layout.get("yaxis", {}).get("ticktext", ()))


def _height(traces: Sequence[dict[str, Any]]) -> int:
    """Room enough that every named row keeps its name."""
    rows: dict[str, int] = {}
    for trace in traces:
        is_lying = trace.get("type") == "bar" and trace.get("orientation") == "h"
        if (is_lying or trace.get("type") == "heatmap") and isinstance(trace.get("y"), list):
            axis = trace.get("yaxis", "y")
            rows[axis] = max(rows.get(axis, 0), len(trace["y"]))
    wanted = HEIGHT_OF_A_ROW * (sum(rows.values()) + 2 * len(rows)) + HEIGHT_AROUND
    return max(DEFAULT_HEIGHT, wanted)


_LOOKS = (("light", False), ("dark", True))


def _addressed(customdata: list[Any], address: Address) -> list[Any]:
    """Each point's list with its address at the end; a grid's rows one by one."""
    if any(
        isinstance(point, list) and point and isinstance(point[0], list) for point in customdata
    ):
        return [_addressed(row, address) for row in customdata]
    return [[*point, address(point)] for point in customdata if isinstance(point, list)]
