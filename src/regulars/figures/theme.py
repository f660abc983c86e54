"""How every figure looks: restrained, fit to print, safe for the colour-blind, light or dark.

A figure names no background, font colour or colour scale; they come from the template, so
that a page turns a figure dark by replacing the template alone (``themed``, or in the
browser ``Plotly.relayout(chart, {template: ...})``).

Source of the palette: Okabe & Ito (2008) Color Universal Design, https://jfly.uni-koeln.de/color/
"""

import plotly.graph_objects as go

BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
SKY, AMBER, PINK, GREY = "#56B4E9", "#E69F00", "#CC79A7", "#8A929C"
PALETTE = (BLUE, AMBER, GREEN, PINK, SKY, ORANGE, GREY)
# a rise and a fall differ in lightness too, not by red and green
RISE, FALL = BLUE, ORANGE
FONTS = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", '
    '"Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif'
)
# one hue from the page's own ground to full strength; opaque, so that cell text contrasts
LIGHT_SCALE = ["#EEF4F9", "#C3DCEC", "#86BBDB", "#3F93C4", "#0072B2", "#004C7A"]
DARK_SCALE = ["#16222E", "#15384F", "#145578", "#1B78AB", "#56B4E9", "#B5E0FA"]
TRANSPARENT = "rgba(0,0,0,0)"


def template(dark: bool = False) -> go.layout.Template:
    """The look for a light or a dark page."""
    ink, faint = ("#D7DCE2", "#38424D") if dark else ("#2B333B", "#E3E7EB")
    scale = DARK_SCALE if dark else LIGHT_SCALE
    steps = [[place / (len(scale) - 1), colour] for place, colour in enumerate(scale)]
    axis = {
        "gridcolor": faint,
        "linecolor": faint,
        "zerolinecolor": faint,
        "ticks": "",
        "automargin": True,
        "title": {"standoff": 8},
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONTS, "size": 13, "color": ink},
            "paper_bgcolor": TRANSPARENT,
            "plot_bgcolor": TRANSPARENT,
            "colorway": list(PALETTE),
            "coloraxis": {"colorscale": steps, "colorbar": {"outlinewidth": 0, "thickness": 12}},
            "hoverlabel": {"font": {"family": FONTS}, "align": "left"},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "modebar": {"bgcolor": TRANSPARENT, "color": GREY, "activecolor": BLUE},
            "margin": {"l": 16, "r": 16, "t": 36, "b": 16},
            "separators": ".,",
            "xaxis": axis,
            "yaxis": axis,
        }
    )


def themed(figure: go.Figure, *, dark: bool = False) -> go.Figure:
    """The same figure in the look for a light or dark page."""
    return go.Figure(figure).update_layout(template=template(dark))


def blank(note: str) -> go.Figure:
    """A figure that says why there is nothing to see."""
    figure = go.Figure(layout={"template": template()})
    figure.update_xaxes(visible=False).update_yaxes(visible=False)
    return figure.add_annotation(
        text=note, showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper"
    )
