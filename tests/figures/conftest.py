"""Results of a few rows, as the analyses declare them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from regulars.analyses import find_analysis

MISSING = {
    "text": "x",
    "integer": 1,
    "number": 0.5,
    "money": Decimal(10),
    "flag": True,
    "day": date(2026, 3, 1),
    "moment": datetime(2026, 3, 1, tzinfo=UTC),
}


@pytest.fixture
def result():
    """``result("rfm", {...}, {...})``: an Arrow table; what a row leaves out is some value."""

    def make(name, *rows):
        columns = find_analysis(name).returns.columns
        missing = {column.name: MISSING[column.type] for column in columns}
        whole = [
            {
                column.name: _money(row.get(column.name, missing[column.name]), column.type)
                for column in columns
            }
            for row in rows
        ]
        return pa.Table.from_pylist(whole, schema=find_analysis(name).returns.arrow_schema())

    return make


def _money(value, kind):
    return Decimal(str(value)) if kind == "money" and value is not None else value
