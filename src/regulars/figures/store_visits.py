"""Store visits: each store's visits as bars, by what became of them."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import BLUE, GREY, SKY, blank, template
from regulars.figures.wording import NOTHING, count, money, rate
from regulars.tables.text import Text

SHOWN = 30
ALL = Text("all stores", "全部门店")
PARTS = (
    ("bought_count", Text("bought at the till", "到店成交"), BLUE),
    ("not_bought_count", Text("known, not bought", "已识别、未成交"), SKY),
    ("device_count", Text("only a device known", "仅识别到设备"), GREY),
)
VISITS = Text("Visits", "到店次数")
HOVER = Text(
    "%{customdata[1]}: %{customdata[2]} visits, of these %{customdata[3]} %{fullData.name}<br>"
    "%{customdata[4]} of known visits bought (95%%: %{customdata[5]} to %{customdata[6]}), "
    "%{customdata[7]}<br>median stay %{customdata[8]}",
    "%{customdata[1]}：到店 %{customdata[2]} 次，其中%{fullData.name} %{customdata[3]} 次<br>"
    "已识别到店成交率 %{customdata[4]}（95%% 区间 %{customdata[5]} 至 %{customdata[6]}），"
    "%{customdata[7]}<br>停留时长中位数 %{customdata[8]}",
)
MINUTES = Text("{minutes} min", "{minutes} 分钟")
KNOWN = Text(
    "Of {visits} visits, {known} are of known customers, and {rate} of those bought at the till "
    "(95% interval {low} to {high})",
    "到店 {visits} 次，其中已识别顾客 {known} 次，到店成交率 {rate}（95% 区间 {low} 至 {high}）",
)
UNKNOWN = Text(
    "None of the {visits} visits is of a known customer, so that none can be joined with tills",
    "{visits} 次到店均未识别到顾客，无法与收银订单匹配",
)
DEVICES = Text(
    "; {devices} of a device alone cannot be joined with tills",
    "；另有 {devices} 次仅识别到设备，无法与收银订单匹配",
)
BEFORE = Text(
    ". {before} of the known visits followed browsing online",
    "。已识别到店中，{before} 在到店前浏览过线上",
)
AFTER = Text(
    "; {showroom} ended without a purchase and with an online order soon after",
    "；{showroom} 当场未买、随后在线上下单",
)
END = Text(".", "。")


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Stacked bars, the store with most visits first. customdata begins with [store_id]."""
    found = _stores(rows)[:SHOWN]
    if not found:
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template()})
    for column, title, colour in PARTS:
        chart.add_bar(
            x=[_name(row, language) for row in found],
            y=[_part(row, column) for row in found],
            name=title.in_language(language),
            marker_color=colour,
            customdata=[_carried(row, column, language, currency) for row in found],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>".replace("%%", "%"),
        )
    chart.update_xaxes(type="category", showgrid=False)
    chart.update_yaxes(title_text=VISITS.in_language(language), tickformat=",.3~s")
    return chart.update_layout(barmode="stack", bargap=0.35)


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many visits, how many of the known bought, and what goes on online beside."""
    del currency
    found = rows.to_pylist()
    whole = next((row for row in found if row["store_id"] is None), None) or next(iter(found), None)
    if whole is None:
        return NOTHING.in_language(language)
    said = (
        (KNOWN if whole["bought_rate"] is not None else UNKNOWN)
        .in_language(language)
        .format(
            visits=count(whole["visit_count"]),
            known=count(whole["known_count"]),
            rate=rate(whole["bought_rate"]),
            low=rate(whole["bought_low"]),
            high=rate(whole["bought_high"]),
        )
    )
    if whole["device_count"] and whole["bought_rate"] is not None:
        said += DEVICES.in_language(language).format(devices=count(whole["device_count"]))
    if whole["browsed_before_share"] is not None:
        said += BEFORE.in_language(language).format(before=rate(whole["browsed_before_share"]))
        if whole["showroom_share"] is not None:
            said += AFTER.in_language(language).format(showroom=rate(whole["showroom_share"]))
    return said + END.in_language(language)


def _stores(rows: pa.Table) -> list[dict[str, Any]]:
    found = rows.to_pylist()
    stores = [row for row in found if row["store_id"] is not None] or found
    return sorted(stores, key=lambda row: (-row["visit_count"], row["store_id"] or ""))


def _name(row: dict[str, Any], language: str) -> str:
    return ALL.in_language(language) if row["store_id"] is None else str(row["store_name"])


def _part(row: dict[str, Any], column: str) -> int:
    if column == "not_bought_count":
        return int(row["known_count"] - row["bought_count"])
    return int(row[column])


def _carried(row: dict[str, Any], column: str, language: str, currency: str) -> list[object]:
    seconds = row["median_seconds"]
    minutes = "–" if seconds is None else f"{seconds / 60:.1f}"
    return [
        row["store_id"],
        _name(row, language),
        count(row["visit_count"]),
        count(_part(row, column)),
        rate(row["bought_rate"]),
        rate(row["bought_low"]),
        rate(row["bought_high"]),
        money(row["order_amount"], currency),
        MINUTES.in_language(language).format(minutes=minutes),
    ]
