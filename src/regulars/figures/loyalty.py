"""Loyalty: the four groups, how many customers and how much money each, and their wallet."""

from typing import Any

import plotly.graph_objects as go
import pyarrow as pa
import pyarrow.compute as pc

from regulars.figures.theme import BLUE, GREY, SKY, blank, template
from regulars.figures.wording import NOTHING, count, money, rate
from regulars.tables.text import Text

LOYALTY = (
    (True, Text("loyal to brands", "高忠诚"), BLUE),
    (False, Text("switching brands", "低忠诚"), SKY),
    (None, Text("too few repeats to judge", "复购太少，暂不判断"), GREY),
)
SPEND = ((True, Text("Heavy spend", "重度消费")), (False, Text("Light spend", "轻度消费")))
CUSTOMERS = Text("Customers", "顾客数")
HOVER = Text(
    "%{customdata[0]}, %{customdata[1]}<br>%{customdata[2]} customers<br>net spend "
    "%{customdata[3]}<br>median share of wallet (estimate) %{customdata[4]}",
    "%{customdata[0]}，%{customdata[1]}<br>%{customdata[2]} 位顾客<br>净消费 %{customdata[3]}<br>"
    "钱包份额中位数（估计）%{customdata[4]}",
)
SENTENCE = Text(
    "Of {all} customers, {best} spend much and are loyal to their brands ({amount} of net spend); "
    "{open} spend much but switch. The median share of wallet is estimated at {wallet}.",
    "共 {all} 位顾客：重度且高忠诚 {best} 位（占净消费 {amount}），重度但低忠诚 {open} 位。"
    "钱包份额中位数估计为 {wallet}。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Stacked bars. A point's customdata begins with the spend and the loyalty."""
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    chart = go.Figure(layout={"template": template()})
    for loyal, title, colour in LOYALTY:
        cells = [_cell(rows, heavy, loyal) for heavy, _ in SPEND]
        name = title.in_language(language)
        sides = [text.in_language(language) for _, text in SPEND]
        chart.add_bar(
            x=sides,
            y=[cell["customers"] for cell in cells],
            name=name,
            marker_color=colour,
            text=[count(cell["customers"]) for cell in cells],
            customdata=[
                [
                    side,
                    name,
                    count(cell["customers"]),
                    money(cell["amount"], currency),
                    rate(cell["share"]),
                ]
                for side, cell in zip(sides, cells, strict=True)
            ],
            hovertemplate=f"{HOVER.in_language(language)}<extra></extra>",
        )
    chart.update_layout(barmode="stack")
    return chart.update_yaxes(title_text=CUSTOMERS.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """How many are heavy and loyal, what they bring, and the wallet."""
    if not rows.num_rows:
        return NOTHING.in_language(language)
    best, switching = _cell(rows, True, True), _cell(rows, True, False)
    whole = pc.sum(rows["net_amount"]).as_py()
    return SENTENCE.in_language(language).format(
        all=count(rows.num_rows),
        best=count(best["customers"]),
        amount=rate(best["amount"] / whole if whole and best["amount"] else None),
        open=count(switching["customers"]),
        wallet=rate(_median(rows["share_of_wallet"])),
    )


def _cell(rows: pa.Table, heavy: bool, loyal: bool | None) -> dict[str, Any]:
    """Customers, money and median share of wallet of one group."""
    side = rows.filter(pc.equal(rows["is_heavy"], pa.scalar(heavy)))
    is_loyal = side["is_loyal"]
    fits = pc.is_null(is_loyal) if loyal is None else pc.equal(is_loyal, pa.scalar(loyal))
    mine = side.filter(fits)
    return {
        "customers": mine.num_rows,
        "amount": pc.sum(mine["net_amount"]).as_py(),
        "share": _median(mine["share_of_wallet"]),
    }


def _median(values: Any) -> float | None:
    middle: float | None = pc.quantile(values, q=0.5)[0].as_py()
    return middle
