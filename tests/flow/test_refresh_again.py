"""A second refresh does again only what must be, and what it keeps is what it would work out."""

import datetime as dt

import pyarrow as pa
import pytest

from regulars.flow import refresh_state
from regulars.flow.declared import declared_results
from regulars.flow.refresh import refresh
from regulars.flow.shop import Shop
from regulars.lake import Lake
from regulars.tables import CANONICAL

LAST_DAY = dt.date(2026, 7, 19)
NOW = dt.datetime(2026, 7, 19, 4, tzinfo=dt.UTC)


def orders(home, *customers, moment=NOW):
    """A further order of 250 each, of one line, to the customers' accounts."""
    rows = [
        {"order_id": f"new-{who}-{moment:%m%d}", "customer_id": who, "store_id": "S1",
         "channel": "store", "ordered_at": moment, "gross_amount": 250, "discount_amount": 0,
         "net_amount": 250}
        for who in customers
    ]  # fmt: skip
    lines = [
        {"order_id": row["order_id"], "line_no": 1, "product_id": "p1", "quantity": 1,
         "unit_price": 250, "discount_amount": 0, "net_amount": 250, "unit_cost": 100}
        for row in rows
    ]  # fmt: skip
    write(home, orders=rows, order_lines=lines)


def write(home, **tables):
    with Lake(home).transaction("test") as transaction:
        for name, rows in tables.items():
            schema = CANONICAL[name].arrow_schema()
            given = [field for field in schema if field.name in rows[0]]
            transaction.merge(name, pa.Table.from_pylist(rows, schema=pa.schema(given)))


def results(home, day=LAST_DAY):
    """Every stored row of that day, as sorted text, by result."""
    shop = Shop(home)
    found = {}
    for name in declared_results():
        rows = shop.results[name]
        rows = rows.filter(rows.as_of == day).to_pyarrow().to_pylist()
        found[name] = sorted(map(repr, rows))
    return found


def steps(outcomes, *, unchanged):
    return {outcome.step for outcome in outcomes if outcome.is_unchanged == unchanged}


def test_nothing_is_worked_out_again_when_nothing_has_changed(trading_home):
    first = refresh(Shop(trading_home))
    head = Lake(trading_home).head()
    again = refresh(Shop(trading_home))
    assert steps(first, unchanged=True) == set()
    assert steps(again, unchanged=False) == {"timeline"}
    assert Lake(trading_home).head() == head  # so that what pages remember stays true
    told = [(outcome.step, outcome.row_count, outcome.left_out) for outcome in first]
    assert told == [(outcome.step, outcome.row_count, outcome.left_out) for outcome in again]


def test_everything_is_worked_out_again_when_all_is_asked_for(trading_home):
    refresh(Shop(trading_home))
    before = results(trading_home)
    assert steps(refresh(Shop(trading_home), anew=True), unchanged=True) == set()
    assert results(trading_home) == before


def test_kept_results_are_those_of_a_whole_refresh_when_orders_come_in(trading_home):
    refresh(Shop(trading_home))
    stale = results(trading_home)
    orders(trading_home, "c1", "c2", "newcomer")
    refresh(Shop(trading_home))
    kept = results(trading_home)
    refresh(Shop(trading_home), anew=True)
    assert kept == results(trading_home)
    assert kept["rfm"] != stale["rfm"]
    assert kept["customer_traits"] != stale["customer_traits"]


def test_kept_results_are_those_of_a_whole_refresh_when_only_feedback_comes_in(trading_home):
    refresh(Shop(trading_home))
    row = {"feedback_id": "f1", "customer_id": "c1", "channel": "survey", "nps": 9,
           "created_at": NOW}  # fmt: skip
    write(trading_home, feedback=[row])
    done = refresh(Shop(trading_home))
    assert {"rfm", "kpis", "purchase_habits"} <= steps(done, unchanged=True)
    kept = results(trading_home)
    refresh(Shop(trading_home), anew=True)
    assert kept == results(trading_home)


def test_another_day_is_worked_out_when_only_one_is_known(trading_home):
    refresh(Shop(trading_home))
    earlier = refresh(Shop(trading_home), as_of=dt.date(2026, 5, 1))
    assert steps(earlier, unchanged=True) == set()
    assert steps(refresh(Shop(trading_home)), unchanged=False) == {"timeline"}


@pytest.mark.parametrize("what", ["code", "timezone"])
def test_results_are_worked_out_again_when_code_or_clock_changed(trading_home, monkeypatch, what):
    refresh(Shop(trading_home))
    if what == "code":
        monkeypatch.setattr(refresh_state, "code_digest", lambda: "another release")
    else:
        monkeypatch.setenv("REGULARS_SHOP_TIMEZONE", "Europe/London")
    shop = Shop.open(trading_home.path)
    assert steps(refresh(shop, as_of=LAST_DAY), unchanged=True) == set()


def test_rows_are_gone_when_their_analysis_is_left_out_now(trading_home):
    from regulars.analyses import rfm
    from regulars.errors import NothingToAnalyse

    refresh(Shop(trading_home))

    def nothing(*tables, as_of):
        raise NothingToAnalyse("There is nothing to score any more.")

    object.__setattr__(rfm.ANALYSIS, "compute", nothing)
    try:
        done = {outcome.step: outcome for outcome in refresh(Shop(trading_home), anew=True)}
    finally:
        object.__setattr__(rfm.ANALYSIS, "compute", rfm.rfm)
    assert done["rfm"].left_out == "There is nothing to score any more."
    assert results(trading_home)["rfm"] == []
    traits = Shop(trading_home).results.customer_traits
    assert traits.rfm_group_en.notnull().sum().to_pyarrow().as_py() in (0, None)


def test_code_digest_is_another_when_a_file_or_a_library_is(monkeypatch, tmp_path):
    room = tmp_path / "analyses"
    room.mkdir()
    (tmp_path / "__init__.py").touch()
    (room / "rfm.py").write_text("one")
    monkeypatch.setattr(refresh_state.regulars, "__file__", str(tmp_path / "__init__.py"))
    digest = refresh_state.code_digest.__wrapped__
    before = digest()
    (room / "__pycache__").mkdir()
    (room / "__pycache__" / "rfm.kernel-1.py311.nbi").write_text("compiled by numba")
    assert before == digest()
    (room / "rfm.py").write_text("two")
    changed = digest()
    monkeypatch.setattr(refresh_state, "_version", lambda library: "0.0")
    assert len({before, changed, digest()}) == 3
