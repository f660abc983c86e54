"""The loop, once, in a demo shop: proposed, assigned, answered, measured, and learned from."""

import datetime as dt
import json
from decimal import Decimal

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from regulars import sources
from regulars.decisions.holdout import arm, salt
from regulars.errors import ShopExists, StateInvalid
from regulars.flow.clock import is_demo, shop_now, simulator_folder
from regulars.flow.demo import build_demo, is_complete, let_time_pass
from regulars.flow.shop import Shop
from regulars.lake import ShopHome
from regulars.tables import CANONICAL

END = dt.date(2026, 3, 31)


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A demo shop of 4,000 customers that sent a campaign and lived on for four weeks.

    Returns its shop before and after, and the campaign's id.
    """
    home = build_demo(
        tmp_path_factory.mktemp("demo") / "shop", customer_count=4_000, months=14, seed=11,
        end_on=END,
    )  # fmt: skip
    before = Shop(home)
    send(before, "win_back", "c1")
    let_time_pass(home, days=28)
    return before, Shop(home)


def send(shop, kind, campaign_id):
    """Assign a kind's opportunities, half and half, and send to the treated."""
    now = shop_now(shop)
    campaign = {
        "campaign_id": campaign_id, "campaign_name": "Test", "kind": kind, "started_at": now,
        "ended_at": now + dt.timedelta(days=27), "cost_amount": Decimal(0),
        "offer": json.dumps({"discount_share": 0.1, "channel": "sms", "holdout_share": 0.5}),
    }  # fmt: skip
    found = shop.results.opportunities.filter(ibis._.kind == kind)
    people = found.select(
        campaign_id=ibis.literal(campaign_id),
        customer_id=found.customer_id,
        arm=arm(salt("campaign", campaign_id), found.customer_id, holdout_share=0.5),
        assigned_at=ibis.literal(now),
    )
    rows = people.mutate(
        sent_at=ibis.ifelse(people.arm == "holdout", None, ibis.literal(now)),
        cost_amount=ibis.ifelse(people.arm == "holdout", 0, 0.05).cast("decimal(18,4)"),
    ).to_pyarrow()
    schema = CANONICAL["campaigns"].arrow_schema()
    sources.ingest(shop.home, "campaigns", pa.Table.from_pylist([campaign], schema), "test")
    sources.ingest(shop.home, "exposures", rows, "test")


def effect(shop, metric):
    rows = shop.results.campaign_effects.filter(
        ibis._.campaign_id == "c1", ibis._.metric == metric, ibis._.as_of == shop.last_day
    )
    return rows.to_pyarrow().to_pylist()[0]


def test_shop_is_ready_when_built(lived):
    before, _ = lived
    assert is_demo(before.home)
    assert is_complete(before.home.path)
    assert before.last_day == END
    assert shop_now(before).astimezone(before.home.settings.timezone).date() == dt.date(2026, 4, 1)
    assert before.results.customer_traits.count().to_pyarrow().as_py() == 4_000
    kinds = set(before.results.opportunities.kind.to_pyarrow().to_pylist())
    assert kinds >= {"win_back", "second_order", "replenish", "vip_at_risk"}


def test_account_adds_up_when_demo_is_imported(lived):
    _, after = lived
    for account in sources.accounts(after.home):
        for file in account.files:
            told = file.used_count + file.repeated_count + file.quarantined_count
            assert file.read_count == told, file.file


def test_time_passes_when_shop_lives_on(lived):
    before, after = lived
    assert after.last_day == before.last_day + dt.timedelta(days=28)


def test_interval_holds_the_true_effect_when_measured(lived):
    _, after = lived
    truth = pq.read_table(simulator_folder(after.home) / "truth" / "effects.parquet")
    truth = truth.filter(pc.equal(truth["campaign_id"], "c1"))
    for metric, name in [("net_amount", "net_amount"), ("margin_amount", "margin")]:
        found = effect(after, metric)
        difference = pc.subtract(
            truth[f"{name}_with"].cast(pa.float64()), truth[f"{name}_without"].cast(pa.float64())
        )
        true_effect = pc.mean(difference).as_py()
        assert found["status"] == "measured"
        # five standard errors: this is one draw, the coverage over many is tested elsewhere
        assert abs(found["effect"] - true_effect) < 5 * found["standard_error"]


def test_next_expectation_rests_on_the_measurement_when_campaign_is_over(lived):
    before, after = lived

    def detail(shop):
        rows = shop.results.opportunities.filter(
            ibis._.kind == "win_back", ibis._.as_of == shop.last_day
        )
        return json.loads(rows.basis_detail.to_pyarrow()[0].as_py())

    known = detail(before).get("campaign_count", 0)
    assert detail(after)["campaign_count"] == known + 1
    assert detail(after)["effect_per_customer"] != detail(before).get("effect_per_customer")


def test_everyone_stays_in_the_assigned_arm_when_exposures_come_back(lived):
    _, after = lived
    exposures = after.tables.exposures.filter(ibis._.campaign_id == "c1").to_pyarrow()
    held = exposures.filter(pc.equal(exposures["arm"], "holdout"))
    assert held["sent_at"].null_count == held.num_rows > 0
    assert exposures["delivered_at"].null_count < exposures["clicked_at"].null_count
    assert exposures["opened_at"].null_count == exposures.num_rows, "nobody sees an SMS opened"


def test_real_shop_is_refused_when_time_should_pass(home):
    with pytest.raises(StateInvalid, match="is no demo shop"):
        let_time_pass(home)


def test_somebodys_shop_stays_when_demo_should_be_built_over_it(home):
    with pytest.raises(ShopExists, match="holds something already"):
        build_demo(home.path)
    assert ShopHome.find(home.path).settings.name == "Test shop"


def test_half_built_demo_is_built_anew_when_asked_again(home):
    simulator_folder(home).mkdir()
    (home.path / "leftover").touch()
    build_demo(home.path, customer_count=60, months=2, end_on=END)
    assert is_complete(home.path)
    assert not (home.path / "leftover").exists()
