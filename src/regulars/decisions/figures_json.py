"""Figures of a row as one JSON object, so that a page can say them in any language."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir


def figures_json(figures: Mapping[str, ir.Value]) -> ir.StringValue:
    """A JSON object of numbers, days and short texts by name; null stays null. Lazy, for any
    engine."""
    text = ibis.literal("{")
    for position, (name, value) in enumerate(figures.items()):
        comma = ", " if position else ""
        text = text + f'{comma}"{name}": ' + _json(value)
    return text + "}"


def _json(value: ir.Value) -> ir.StringValue:
    if value.type().is_date():
        text = ibis.literal('"') + value.cast("string") + '"'
    elif value.type().is_string():
        plain = value.re_replace(r"[\x00-\x1f]", " ")
        plain = plain.replace("\\", "\\\\").replace('"', '\\"')
        text = ibis.literal('"') + plain + '"'
    elif value.type().is_integer():
        text = value.cast("string")
    else:
        text = value.cast("decimal(18, 4)").cast("string")
    return text.fill_null("null")
