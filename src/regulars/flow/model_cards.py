"""What is known of every fitted model, kept by each refresh: a card per model and date."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from regulars.tables.fit import arrow_rows
from regulars.tables.schema import Column, Table

MODEL_CARDS = Table(
    name="model_cards",
    grain="fitted model",
    key=("analysis",),
    columns=(
        Column("analysis", "text", "the analysis that fits it", "分析"),
        Column("model_name", "text", "what kind of model was used", "模型", nullable=True),
        Column(
            "customer_count", "integer", "customers it was fitted on", "建模顾客数", nullable=True
        ),
        Column("since_on", "day", "first day of what it was fitted on", "数据起", nullable=True),
        Column("until_on", "day", "last day of what it was fitted on", "数据止", nullable=True),
        Column(
            "card", "json", "parameters, measures on held-back data, deciles of scores", "模型卡"
        ),
    ),
)


def model_cards(models: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """One row per analysis that says something of its model."""
    told = {name: model for name, model in models.items() if model}
    windows = [model.get("window") or {} for model in told.values()]
    return arrow_rows(
        {
            "analysis": list(told),
            "model_name": [model.get("name") for model in told.values()],
            "customer_count": [model.get("customer_count") for model in told.values()],
            "since_on": pa.array([_day(w.get("since")) for w in windows], pa.date32()),
            "until_on": pa.array([_day(w.get("until")) for w in windows], pa.date32()),
            "card": [json.dumps(model, ensure_ascii=False, default=str) for model in told.values()],
        },
        MODEL_CARDS,
    )


def _day(given: date | str | None) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) else given
