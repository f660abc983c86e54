"""Household traits: of how many customers each is known, likely or possible."""

import numpy as np
import plotly.graph_objects as go
import pyarrow as pa

from regulars.figures.theme import BLUE, GREEN, SKY, blank, template
from regulars.figures.wording import NOTHING, count, rate
from regulars.tables.text import Text

LIKELY, POSSIBLE = 0.7, 0.3
NAMES = {
    "baby": Text("Baby", "家有婴幼儿"),
    "family_with_children": Text("Family with children", "有孩家庭"),
    "pet_cat": Text("Cat", "养猫"),
    "pet_dog": Text("Dog", "养狗"),
    "cooks_at_home": Text("Cooks at home", "常在家做饭"),
    "diet_vegetarian": Text("Vegetarian diet", "素食"),
    "diet_low_sugar": Text("Low-sugar diet", "低糖饮食"),
    "diet_organic": Text("Organic food", "偏好有机食品"),
    "diet_lactose_free": Text("Lactose-free diet", "无乳糖饮食"),
}
PARTS = (
    ("said", Text("said so", "本人确认"), GREEN),
    ("likely", Text("likely (70% or more)", "很可能（≥70%）"), BLUE),
    ("possible", Text("possible (30–70%)", "可能（30–70%）"), SKY),
)
AXIS = Text("Customers", "顾客数")
HOVER = Text("%{y}: %{x:,} customers, {part}", "%{y}：%{x:,} 位顾客，{part}")
SENTENCE = Text(
    "Of {customers} customers, {first} ({first_name}) and {second} ({second_name}) can be told by "
    "at least 70%; {said} said something of themselves, which stands.",
    "共 {customers} 位顾客：{first} 位{first_name}、{second} 位{second_name}的把握达七成以上；"
    "{said} 位自己说过，以其所说为准。",
)
NONE = Text(
    "Of {customers} customers, no household trait can be told by at least 70% yet ({share} have "
    "any purchase that tells of one).",
    "共 {customers} 位顾客，尚无把握达七成的家庭特征（{share} 有相关购买）。",
)


def figure(rows: pa.Table, *, language: str, currency: str) -> go.Figure:
    """Bars, most customers at the top. A point's customdata is [trait, part]."""
    del currency
    if not rows.num_rows:
        return blank(NOTHING.in_language(language))
    counts = {name: _counts(rows, name) for name in NAMES}
    order = sorted(counts, key=lambda name: sum(counts[name].values()))
    chart = go.Figure(layout={"template": template(), "barmode": "stack"})
    for part, label, colour in PARTS:
        words = label.in_language(language)
        chart.add_bar(
            y=[NAMES[name].in_language(language) for name in order],
            x=[counts[name][part] for name in order],
            orientation="h",
            name=words,
            marker={"color": colour},
            customdata=[[name, part] for name in order],
            hovertemplate=HOVER.in_language(language).replace("{part}", words) + "<extra></extra>",
        )
    chart.update_layout(height=150 + 34 * len(order))
    return chart.update_xaxes(title_text=AXIS.in_language(language))


def sentence(rows: pa.Table, *, language: str, currency: str) -> str:
    """The two traits that most customers have."""
    del currency
    if not rows.num_rows:
        return NOTHING.in_language(language)
    counts = {name: _counts(rows, name) for name in NAMES}
    sure = {name: parts["said"] + parts["likely"] for name, parts in counts.items()}
    first, second = sorted(sure, key=lambda name: -sure[name])[:2]
    told = int((rows["evidence_count"].to_numpy() > 0).sum())
    words = {
        "customers": count(rows.num_rows),
        "first": count(sure[first]),
        "first_name": NAMES[first].in_language(language).lower(),
        "second": count(sure[second]),
        "second_name": NAMES[second].in_language(language).lower(),
        "said": count(_spoken(rows)),
        "share": rate(told / rows.num_rows),
    }
    return (SENTENCE if sure[first] else NONE).in_language(language).format(**words)


def _counts(rows: pa.Table, name: str) -> dict[str, int]:
    score = np.nan_to_num(rows[f"{name}_score"].to_numpy())
    # names are joined by ", ": none of them is part of another with these around it
    listed = (f", {text}, " for text in rows["said_traits"].to_pylist())
    said = np.fromiter((f", {name}, " in text for text in listed), bool, rows.num_rows)
    return {
        "said": int(said.sum()),
        "likely": int(((score >= LIKELY) & ~said).sum()),
        "possible": int(((score >= POSSIBLE) & (score < LIKELY) & ~said).sum()),
    }


def _spoken(rows: pa.Table) -> int:
    pairs = zip(rows["said_traits"].to_pylist(), rows["denied_traits"].to_pylist(), strict=True)
    return sum(bool(said or denied) for said, denied in pairs)


def household_words(names: str, language: str) -> str:
    """Traits that stand in one text, each in words: 'pet_cat, baby' is 养猫、家有婴幼儿."""
    told = [NAMES[n].in_language(language) if n in NAMES else n for n in names.split(", ")]
    return ("、" if language.startswith("zh") else ", ").join(told)
