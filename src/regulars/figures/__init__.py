"""One file per analysis: its rows as a Plotly figure, and in one plain sentence.

Each holds ``figure(rows, *, language, currency)`` and ``sentence(rows, *, language,
currency)``; ``rows`` is the analysis' result as an Arrow table. They format what was
computed; the only sums here count rows into the cells of a grid.
"""

import importlib
import pkgutil
from typing import Protocol

import plotly.graph_objects as go
import pyarrow as pa

from regulars.errors import AnalysisUnknown

# not figures, but what they are made of
_MATERIAL = ("theme", "wording", "heatmap", "lengths")


class FigureModule(Protocol):
    """What a file of this folder offers."""

    def figure(self, rows: pa.Table, *, language: str, currency: str) -> go.Figure:
        """The rows as a Plotly figure."""

    def sentence(self, rows: pa.Table, *, language: str, currency: str) -> str:
        """What they show, in one sentence with numbers and units."""


def figure_names() -> list[str]:
    """The analyses that have a figure."""
    names = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in names if name not in _MATERIAL)


def figure_module(name: str) -> FigureModule:
    """The figure of that analysis; AnalysisUnknown names those that have one."""
    if name not in figure_names():
        raise AnalysisUnknown(name, figure_names())
    module: FigureModule = importlib.import_module(f"{__name__}.{name}")
    return module
