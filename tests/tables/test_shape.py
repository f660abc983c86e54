"""Lazy rows in the shape that a declaration names."""

import ibis

from regulars.tables import CANONICAL
from regulars.tables.schema import ARROW_TYPES, Column, Table
from regulars.tables.shape import IBIS_TYPES, ibis_schema, shaped

PRICED = Table(
    name="priced",
    grain="thing",
    key=("thing",),
    columns=(
        Column("thing", "text", "which", "物"),
        Column("price_amount", "money", "for how much", "价"),
    ),
)


def test_columns_are_cast_ordered_and_others_left_out_when_shaped():
    rows = ibis.table({"price_amount": "float64", "more": "int64", "thing": "string"}, name="t")
    assert shaped(rows, PRICED).schema() == ibis_schema(PRICED)
    assert list(ibis_schema(PRICED)) == ["thing", "price_amount"]


def test_every_declared_type_is_the_same_in_ibis_as_in_arrow():
    for name, arrow in ARROW_TYPES.items():
        assert IBIS_TYPES[name].to_pyarrow() == arrow
    assert len(ibis_schema(CANONICAL["orders"])) == len(CANONICAL["orders"].columns)
