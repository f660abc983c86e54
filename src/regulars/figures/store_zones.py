"""Store zones: one store as a tree map of its zones; several stores as a heat map."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.heatmap import heatmap
from regulars.figures.theme import TRANSPARENT, blank, template
from regulars.figures.wording import NOTHING, count, member, rate
from regulars.tables.text import Text

ALL = Text("all stores", "全部门店")
SHOWN_ZONES, SHOWN_STORES = 20, 30
DWELL = Text("Share of time in zones", "停留时长占比")
HOVER = Text(
    "%{customdata[2]}, %{customdata[3]}<br>%{customdata[4]} of the time in zones, median "
    "%{customdata[5]}<br>%{customdata[6]} visits (%{customdata[7]}), %{customdata[8]} products "
    "picked up<br>%{customdata[9]} of known visits bought (95%: %{customdata[10]} to "
    "%{customdata[11]})",
    "%{customdata[2]}，%{customdata[3]}<br>停留时长占比 %{customdata[4]}，"
    "中位数 %{customdata[5]}<br>到访 %{customdata[6]} 次（%{customdata[7]}），"
    "拿起商品 %{customdata[8]} 次<br>"
    "已识别到访成交率 %{customdata[9]}（95% 区间 %{customdata[10]} 至 %{customdata[11]}）",
)
SECONDS = Text("{seconds} s", "{seconds} 秒")
SENTENCE = Text(
    "People spend most time in zone “{zone}”: {share} of the time in zones, {visits} of visits "
    "come to it",
    "停留时间最多的区域是“{zone}”：占区域总停留时长的 {share}，{visits} 的到店会经过",
)
BUYING = Text(
    ". Visits to “{zone}” go with a purchase most often: {rate} (95% interval {low} to {high})",
    "。经过“{zone}”的到店成交率最高：{rate}（95% 区间 {low} 至 {high}）",
)
END = Text(".", "。")


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Zones by time. A point's customdata begins with [store_id, zone]."""
    del currency
    found = rows.to_pylist()
    if not found:
        return blank(NOTHING.in_language(language))
    named = sorted({row["store_id"] for row in found if row["store_id"] is not None})
    if len(named) < 2:
        return _tree([r for r in found if not named or r["store_id"] == named[0]], language)
    stores = [*reversed(named[:SHOWN_STORES]), None]
    first = [row for row in found if row["store_id"] is None] or found
    first = sorted(first, key=lambda row: -row["dwell_seconds"])
    zones = list(dict.fromkeys(row["zone"] for row in first))[:SHOWN_ZONES]
    cells = {(row["store_id"], row["zone"]): row for row in found}
    names = {row["store_id"]: row["store_name"] for row in found}
    grid = [[cells.get((store, zone)) for zone in zones] for store in stores]
    chart = heatmap(
        [member(zone, language) for zone in zones],
        [_store(store, names, language) for store in stores],
        [[row["dwell_share"] if row else None for row in line] for line in grid],
        [[rate(row["dwell_share"], 0) if row else "" for row in line] for line in grid],
        [[_carried(row, language) if row else [None] * 12 for row in line] for line in grid],
        HOVER.in_language(language),
    )
    chart.update_xaxes(side="top")
    bar = {"title": {"text": DWELL.in_language(language)}, "tickformat": ".0%"}
    return chart.update_layout(coloraxis_colorbar=bar, margin_t=48)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The zone that holds people longest, and the one that goes with purchases most often."""
    del currency
    found = rows.to_pylist()
    first = [row for row in found if row["store_id"] is None] or found
    if not first:
        return NOTHING.in_language(language)
    top = max(first, key=lambda row: row["dwell_seconds"])
    said = SENTENCE.in_language(language).format(
        zone=member(top["zone"], language),
        share=rate(top["dwell_share"]),
        visits=rate(top["visit_share"]),
    )
    buying = [row for row in first if row["bought_rate"]]
    if len(buying) > 1:
        # by what is sure of it: a zone of three visits does not lead by chance
        best = max(buying, key=lambda row: row["bought_low"])
        said += BUYING.in_language(language).format(
            zone=member(best["zone"], language),
            rate=rate(best["bought_rate"]),
            low=rate(best["bought_low"]),
            high=rate(best["bought_high"]),
        )
    return said + END.in_language(language)


def _tree(found: list[dict[str, Any]], language: str) -> go.Figure:
    """One store's zones: the larger and darker, the more time."""
    chart = go.Figure(layout={"template": template()})
    chart.add_treemap(
        labels=[member(row["zone"], language) for row in found],
        parents=[""] * len(found),
        values=[row["dwell_seconds"] for row in found],
        text=[rate(row["dwell_share"], 0) for row in found],
        textinfo="label+text",
        marker={"colors": [row["dwell_share"] for row in found], "coloraxis": "coloraxis"},
        marker_pad={"t": 0, "l": 0, "r": 0, "b": 0},
        customdata=[_carried(row, language) for row in found],
        hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        tiling={"pad": 2},
        pathbar={"visible": False},
        root={"color": TRANSPARENT},
    )
    bar = {"title": {"text": DWELL.in_language(language)}, "tickformat": ".0%"}
    return chart.update_layout(coloraxis_colorbar=bar)


def _store(store_id: str | None, names: dict[str | None, str], language: str) -> str:
    return ALL.in_language(language) if store_id is None else names[store_id]


def _carried(row: dict[str, Any], language: str) -> list[object]:
    seconds = SECONDS.in_language(language)
    return [
        row["store_id"],
        row["zone"],
        _store(row["store_id"], {row["store_id"]: row["store_name"]}, language),
        member(row["zone"], language),
        rate(row["dwell_share"]),
        seconds.format(seconds=count(round(row["median_dwell_seconds"]))),
        count(row["visit_count"]),
        rate(row["visit_share"]),
        count(row["pick_count"]),
        rate(row["bought_rate"]),
        rate(row["bought_low"]),
        rate(row["bought_high"]),
    ]
