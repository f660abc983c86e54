"""Figures as JSON: what every reader of JSON gets back."""

import json
from datetime import date
from decimal import Decimal

import ibis

from regulars.decisions.figures_json import figures_json


def test_reads_back_as_json_when_figures_are_numbers_days_and_nulls() -> None:
    figures = {
        "whole": ibis.literal(3),
        "broken": ibis.literal(2.5),
        "money": ibis.literal(Decimal("12.3400")),
        "day": ibis.literal(date(2026, 5, 3)),
        "missing": ibis.null("float64"),
    }
    text = ibis.duckdb.connect().to_pyarrow(figures_json(figures)).as_py()
    assert json.loads(text) == {
        "whole": 3, "broken": 2.5, "money": 12.34, "day": "2026-05-03", "missing": None,
    }  # fmt: skip


def test_reads_back_as_json_when_a_text_holds_quotes_and_breaks() -> None:
    said = 'a "b" \\ 纸巾\nend'
    figures = {"text": ibis.literal(said), "none": ibis.null("string")}
    text = ibis.duckdb.connect().to_pyarrow(figures_json(figures)).as_py()
    assert json.loads(text) == {"text": said.replace("\n", " "), "none": None}
