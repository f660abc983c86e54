"""Lines on two logarithmic scales as a small SVG: how something grows with its size.

A straight line that climbs as the dashed ones do grows in proportion.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

Points = Sequence[tuple[float, float]]
At = Callable[[float, float], tuple[float, float]]
# Okabe and Ito (2008), told apart by the colour-blind too
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 460, 380, 62, 40, 96, 46


@dataclass(frozen=True)
class Panel:
    """One diagram: its title, how values are written, and lines by name."""

    title: str
    unit: str
    lines: Mapping[str, Points]


def svg(panels: Sequence[Panel], across: str) -> str:
    """The diagrams side by side; ``across`` says what lies on the horizontal scale."""
    width = WIDTH * len(panels)
    drawn = "".join(
        f'<g transform="translate({WIDTH * place},0)">{_panel(panel, across)}</g>'
        for place, panel in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12" fill="#333">'
        f'<rect width="{width}" height="{HEIGHT}" fill="#fff"/>{drawn}</svg>\n'
    )


def slope(points: Points) -> float:
    """By which power of the size it grows, by least squares: 1 = in proportion."""
    x = [math.log(at) for at, _ in points]
    y = [math.log(value) for _, value in points]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    rise = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return rise / sum((a - mean_x) ** 2 for a in x)


def _panel(panel: Panel, across: str) -> str:
    points = [point for line in panel.lines.values() for point in line]
    low = [math.floor(math.log10(min(p[axis] for p in points))) for axis in (0, 1)]
    high = [math.ceil(math.log10(max(p[axis] for p in points))) for axis in (0, 1)]

    def at(x: float, y: float) -> tuple[float, float]:
        right = (math.log10(x) - low[0]) / (high[0] - low[0]) * (WIDTH - LEFT - RIGHT)
        down = (high[1] - math.log10(y)) / (high[1] - low[1]) * (HEIGHT - TOP - BOTTOM)
        return LEFT + right, TOP + down

    parts = [f'<text x="{LEFT}" y="22" font-size="14">{escape(panel.title)}</text>']
    for power in range(low[0], high[0] + 1):
        x, bottom = at(10.0**power, 10.0 ** low[1])
        parts.append(_line([(x, TOP), (x, bottom)], "#ddd"))
        parts.append(_text(x, bottom + 16, _short(10.0**power), "middle"))
    for power in range(low[1], high[1] + 1):
        x, y = at(10.0 ** low[0], 10.0**power)
        parts.append(_line([(x, y), (WIDTH - RIGHT, y)], "#ddd"))
        parts.append(_text(x - 6, y + 4, f"{_short(10.0**power)} {panel.unit}", "end"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text(middle, HEIGHT - 8, across, "middle"))
    parts += _guides(low, high, at)
    parts += _lines(panel, at)
    return "".join(parts)


def _guides(low: list[int], high: list[int], at: At) -> list[str]:
    """Where it would grow in proportion: one dashed line through each power of ten."""
    guides = []
    for power in range(low[1] - (high[0] - low[0]) + 1, high[1]):
        # from the left edge up, cut off at the frame
        start = max(0, low[1] - power)
        length = min(high[0] - low[0], high[1] - power)
        ends = [at(10.0 ** (low[0] + n), 10.0 ** (power + n)) for n in (start, length)]
        guides.append(_line(ends, "#ccc", 'stroke-dasharray="3 4"'))
    return guides


def _lines(panel: Panel, at: At) -> list[str]:
    parts, taken = [], []
    ordered = sorted(panel.lines.items(), key=lambda line: at(*line[1][-1])[1])
    colours = dict(zip(panel.lines, COLOURS, strict=False))
    for name, line in ordered:
        places = [at(*point) for point in line]
        colour = colours[name]
        parts.append(_line(places, colour, 'stroke-width="2"'))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        # names do not stand on each other
        y = max([places[-1][1] + 4, *(other + 14 for other in taken[-1:])])
        taken.append(y)
        parts.append(_text(places[-1][0] + 8, y, name, "start", colour))
    return parts


def _line(places: Points, colour: str, more: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" {more}/>'


def _text(x: float, y: float, text: str, anchor: str, colour: str = "#333") -> str:
    given = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {given}>{escape(text)}</text>"


def _short(number: float) -> str:
    return f"{number / 1e6:g} M" if number >= 1e6 else f"{number:g}"
