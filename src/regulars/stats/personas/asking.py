"""What personas ask of the tables: the last quarter's customers; of a younger shop, today's."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from regulars.stats.personas.axes import axis_sums
from regulars.stats.personas.model import (
    FEWEST_CUSTOMERS,
    Personas,
    judged_then,
    personas_of,
    quarter_before,
)
from regulars.stats.personas.naming import persona_rules
from regulars.tables.fit import Fit, Fitted
from regulars.tables.parameters import check_number, check_whole
from regulars.tables.sharing import once

Made = Callable[[pa.Table, Personas, date, date, "PersonaOptions"], Fitted]


@dataclass(frozen=True)
class PersonaOptions:
    """The options of `analyses.personas` and `analyses.persona_axes`."""

    window_days: int
    new_days: int
    min_purchases: int
    kinds: int | None
    sureness: float
    persona_rules: str | None
    seed: int

    def check(self) -> None:
        """ParameterInvalid where one of them does not fit."""
        check_whole("window_days", self.window_days, 28, 3650)
        check_whole("new_days", self.new_days, 1, 3650)
        check_whole("min_purchases", self.min_purchases, 2, 1000)
        check_number("sureness", self.sureness, 0.5, 1)
        check_whole("seed", self.seed, 0)
        if self.kinds is not None:
            check_whole("kinds", self.kinds, 2, 12)


def asked(
    tables: tuple[ir.Table, ir.Table, ir.Table], as_of: date, options: PersonaOptions, made: Made
) -> Fit:
    """The Fit of either analysis: customers' sums first, then the personas, then ``made``."""
    options.check()
    rules = persona_rules(options.persona_rules)

    def ask(then: date) -> Fit:
        sums = axis_sums(
            *tables,
            as_of=as_of,
            then=then,
            window_days=options.window_days,
            new_days=options.new_days,
        )

        def make(people: pa.Table) -> Fitted | Fit:
            is_young = judged_then(people, options.min_purchases) < FEWEST_CUSTOMERS
            if is_young and then < as_of:
                return ask(as_of)
            people, found = once(
                _found,
                {"people": people},
                as_of=as_of,
                rules=rules,
                kinds=options.kinds,
                least=options.min_purchases,
                sureness=options.sureness,
                seed=options.seed,
            )
            return made(people, found, then, as_of, options)

        return Fit({"people": sums}, make)

    return ask(quarter_before(as_of))


def _found(people: pa.Table, **options: Any) -> tuple[pa.Table, Personas]:
    """The customers in the order of their ids, and the personas (`personas_of`)."""
    people = people.sort_by("customer_id")
    return people, personas_of(people, **options)
