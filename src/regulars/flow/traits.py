"""The wide table: one row per customer, one column per trait that an analysis declares.

Segments, the page of a customer and the decisions read it. Each trait says by its
declaration what it means and which analysis it comes from; ``as_of`` says its date.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from regulars.analyses import all_analyses
from regulars.tables.analysis import Trait
from regulars.tables.people import CUSTOMERS
from regulars.tables.schema import Column, Table

CUSTOMER_ID = CUSTOMERS.column("customer_id")
# Columns of the customers table by which people are told apart as by a trait.
CUSTOMER_FACTS = (
    "gender",
    "city",
    "region",
    "country",
    "income_band",
    "occupation",
    "acquisition_channel",
    "home_store_id",
    "is_member",
)


@dataclass(frozen=True)
class DeclaredTrait:
    """A trait and the analysis that it comes from."""

    trait: Trait
    analysis: str


def declared_traits() -> dict[str, DeclaredTrait]:
    """Every trait by its name, in the order of the analyses."""
    return {
        trait.name: DeclaredTrait(trait, name)
        for name, analysis in all_analyses().items()
        for trait in analysis.traits
    }


def trait_names() -> tuple[str, ...]:
    """What people can be told apart by: facts of the customers table, then every trait."""
    return (*CUSTOMER_FACTS, *(n for n in declared_traits() if n not in CUSTOMER_FACTS))


def traits_table() -> Table:
    """The declaration of customer_traits."""
    columns = (
        Column(
            declared.trait.name,
            declared.trait.type,
            declared.trait.meaning.en,
            declared.trait.label.zh,
            unit=declared.trait.unit,
            nullable=True,
        )
        for declared in declared_traits().values()
    )
    return Table("customer_traits", "customer", ("customer_id",), (CUSTOMER_ID, *columns))


def customer_traits(
    customers: ir.Table, orders: ir.Table, answers: Mapping[str, ir.Table]
) -> ir.Table:
    """One row per customer who is in ``customers`` or has an order.

    ``answers`` are the results by analysis, of one date; a trait whose analysis gave no
    answer is null for everyone.
    """
    buyers = orders.filter(orders.customer_id.notnull()).select("customer_id")
    wide = ibis.union(customers.select("customer_id"), buyers, distinct=True)
    for name, analysis in all_analyses().items():
        if not analysis.traits or name not in answers:
            continue
        answer = answers[name]
        part = answer.select(
            "customer_id", **{t.name: answer[t.source_column] for t in analysis.traits}
        )
        wide = wide.left_join(part, "customer_id").drop("customer_id_right")
    return _complete(wide)


def _complete(wide: ir.Table) -> ir.Table:
    table = traits_table()
    schema = ibis.Schema.from_pyarrow(table.arrow_schema())
    columns = {
        name: wide[name].cast(schema[name]) if name in wide.columns else ibis.null(schema[name])
        for name in table.column_names
    }
    return wide.select(**columns)
