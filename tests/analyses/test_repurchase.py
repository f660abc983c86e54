"""The next need of customers whose rhythm is known: dates, states, and what they rest on."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from regulars.analyses import find_analysis
from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.tables.fit import fitted

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
PRODUCTS = [
    {"product_id": "t1", "product_name": "Tissues", "category": "home/paper", "purpose": "tissues"},
    {"product_id": "t2", "product_name": "Fine", "category": "home/paper", "purpose": "tissues"},
    {"product_id": "m1", "product_name": "Milk", "category": "food/milk"},
    {"product_id": "u1", "product_name": "Odd", "category": "unknown"},
]
NOON = datetime(2025, 1, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
NAMES = ("repurchase", "next_need", "repurchase_accuracy")


def bought(rows):
    """Orders of one line each: (customer, days after FIRST, product, quantity)."""
    orders = [
        {"order_id": f"o{n}", "customer_id": who, "ordered_at": NOON + timedelta(days=on)}
        for n, (who, on, _, _) in enumerate(rows)
    ]
    lines = [
        {"order_id": f"o{n}", "line_no": 1, "product_id": what, "quantity": q}
        for n, (_, _, what, q) in enumerate(rows)
    ]
    return {"orders": orders, "order_lines": lines, "products": PRODUCTS}


def rows_of(seed=7, until=364):
    """Sixty buy tissues as often as they last (24 days a pack, more where they took two), sixty
    now and then; thirty of each kind stop in the summer, and thirty buy milk each week or so."""
    rng = np.random.default_rng(seed)
    rows = []
    for one in range(120):
        is_regular, stops = one < 60, one % 2 == 0
        at, own = rng.uniform(0, 30), 24 * rng.lognormal(0, 0.25)
        while at < (200 if stops else 365):
            q = 2 if rng.random() < 0.25 else 1
            rows.append((f"c{one:03}", int(at), "t1" if rng.random() < 0.5 else "t2", q))
            at += max(own * q * rng.gamma(16) / 16 if is_regular else 3 * own * rng.gamma(1), 1)
    for one in range(30):
        days = np.cumsum(rng.uniform(5, 9, 70))
        rows += [(f"m{one:03}", int(day), "m1", 1) for day in days if day < 365]
    return [row for row in rows if row[1] <= until]


@pytest.fixture
def run(make_tables):
    """``run("repurchase", rows, as_of, **options)``: the fitted answer."""

    def asked(name, rows, as_of=LAST, **options):
        tables = make_tables(**bought(rows))
        analysis = find_analysis(name)
        lazy = analysis.compute(*(tables[t] for t in analysis.reads), as_of=as_of, **options)
        return fitted(lazy)

    return asked


def by_need(answer):
    return {(row["customer_id"], row["purpose"]): row for row in answer.rows.to_pylist()}


def test_purposes_are_the_products_own_else_their_categorys_else_the_product(run):
    rows = [*rows_of(), ("x", 1, "u1", 1), ("x", 90, "u1", 1), ("x", 120, "gone", 1)]
    found = by_need(run("repurchase", rows, min_still_buying=0.0, min_purchases=1))
    assert {purpose for _, purpose in found} == {"tissues", "milk", "u1", "gone"}
    assert found["x", "u1"]["purchase_count"] == 2
    assert found["x", "gone"]["own_history_share"] == 0


def test_regular_buyers_are_known_and_told_when(run):
    rows = rows_of()
    answer = run("repurchase", rows, min_still_buying=0.0)
    found = by_need(answer)
    tissues = {who: row for (who, what), row in found.items() if what == "tissues"}
    regular = [tissues[f"c{n:03}"]["is_regular"] for n in range(60)]
    others = [tissues[f"c{n:03}"]["is_regular"] for n in range(60, 120) if f"c{n:03}" in tissues]
    assert np.mean(regular) > 0.9
    assert np.mean(others) < 0.15
    left = [tissues[f"c{n:03}"]["need_state"] == "probably_left" for n in range(0, 60, 2)]
    stays = [tissues[f"c{n:03}"]["need_state"] == "probably_left" for n in range(1, 60, 2)]
    assert np.mean(left) > 0.95
    assert np.mean(stays) < 0.1
    power = answer.model["purposes"]["tissues"]["quantity_elasticity"]
    assert 0.6 < power <= 1  # half of the buyers stock up for good, the others at random
    milk = [row["days_per_piece"] for (_, what), row in found.items() if what == "milk"]
    assert np.median(milk) == pytest.approx(7, abs=0.5)


def test_dates_follow_each_other_and_lie_ahead(run):
    for row in run("repurchase", rows_of(), lead_days=2).rows.to_pylist():
        days = [row[name] for name in ("low_on", "expected_on", "high_on") if row[name]]
        assert days == sorted(days)
        assert days[0] > LAST
        assert row["remind_on"] > LAST
        assert row["within_14_days_probability"] <= row["within_30_days_probability"]
        assert row["within_30_days_probability"] <= row["still_buying_probability"]
        assert row["purchase_count"] >= 2


def test_stocked_up_customers_are_expected_later(run):
    """Two as alike as can be until the last time, when one takes three packs."""
    alike = [(who, on, "t1", 1) for who in ("one", "three") for on in range(60, 340, 25)]
    last = [("one", 350, "t1", 1), ("three", 350, "t1", 3)]
    found = by_need(run("repurchase", [*rows_of(), *alike, *last]))
    one, three = (found[who, "tissues"] for who in ("one", "three"))
    assert (three["expected_on"] - one["expected_on"]).days > 15
    assert three["last_quantity"] == 3


def test_purchases_of_one_day_are_one(run):
    twice = [("two", on, product, 1) for on in range(5, 350, 30) for product in ("t1", "t2")]
    found = by_need(run("repurchase", [*rows_of(), *twice]))["two", "tissues"]
    assert found["purchase_count"] == 12
    assert (found["last_quantity"], found["usual_quantity"]) == (2, pytest.approx(2))


def test_next_need_is_the_one_expected_first(run):
    rows = rows_of() + [("m000", on, "t1", 1) for on in range(10, 350, 24)]
    needs = by_need(run("repurchase", rows, min_still_buying=0.5))
    answer = {row["customer_id"]: row for row in run("next_need", rows).rows.to_pylist()}
    assert set(answer) == {who for who, _ in needs}
    for who, row in answer.items():
        mine = [need for (one, _), need in needs.items() if one == who]
        assert row["expected_on"] == min(need["expected_on"] for need in mine)
        assert row["purpose_count"] == len(mine)
        now = sum(need["need_state"] in ("due", "overdue") for need in mine)
        assert row["due_purpose_count"] == now
    assert answer["m000"]["purpose_count"] == 2


def test_accuracy_beats_the_plain_rules_and_expects_what_comes(run):
    answer = run("repurchase_accuracy", rows_of(), held_back_days=60)
    whole = {r["method"]: r for r in answer.rows.to_pylist() if r["dimension"] == "all"}
    model = whole["model"]
    assert model["median_error_days"] <= whole["own_mean_gap"]["median_error_days"]
    assert model["median_error_days"] <= whole["purpose_median_gap"]["median_error_days"]
    assert model["predicted_came_rate"] == pytest.approx(model["came_rate"], abs=0.1)
    assert model["interval_rate"] == pytest.approx(model["interval_expected_rate"], abs=0.12)
    assert answer.model["held_back"]["since"] == "2025-11-02"
    assert {row["came_count"] for row in whole.values()} == {model["came_count"]}


@pytest.mark.parametrize("name", NAMES)
def test_answer_is_the_same_when_the_future_is_there_or_rows_are_shuffled(run, name):
    day = FIRST + timedelta(days=300)
    rows = rows_of()
    known = [row for row in rows if row[1] <= 300]
    mixed = [rows[n] for n in np.random.default_rng(1).permutation(len(rows))]
    now, later = run(name, known, day).rows, run(name, mixed, day).rows
    keys = [(key, "ascending") for key in find_analysis(name).returns.key]
    now, later = now.sort_by(keys), later.sort_by(keys)
    assert now.num_rows > 0
    for column in now.column_names:
        if pa.types.is_floating(now[column].type):
            one, other = (t[column].to_numpy(zero_copy_only=False) for t in (now, later))
            assert one == pytest.approx(other, rel=1e-6, nan_ok=True)
        else:
            assert now[column].equals(later[column]), column


@pytest.mark.parametrize("name", NAMES)
def test_says_what_is_missing_when_there_is_little(run, name):
    with pytest.raises(NothingToAnalyse, match=r"50 repeat purchases .* there are 3 up to 2025-"):
        run(name, [("ann", on, "t1", 1) for on in (1, 20, 40, 60)])


def test_says_that_nobody_came_when_nobody_did(run):
    with pytest.raises(NothingToAnalyse, match=r"judged by 30 needs .* there are 0"):
        run("repurchase_accuracy", rows_of(until=150))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("repurchase", {"min_purchases": 0}),
        ("repurchase", {"min_still_buying": 2}),
        ("next_need", {"lead_days": -1}),
        ("repurchase_accuracy", {"held_back_days": 3}),
    ],
)
def test_error_names_the_bounds_when_an_option_is_out_of_them(run, name, options):
    with pytest.raises(ParameterInvalid, match=next(iter(options))):
        run(name, rows_of(), **options)
