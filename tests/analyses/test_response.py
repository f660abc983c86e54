"""Response on made-up shops whose campaign is known: who differs is found, and where nobody does,
it says so; nothing of the future counts."""

from datetime import timedelta

import ibis
import numpy as np
import pyarrow.compute as pc
import pytest
from tests.analyses.bought_shop import SENT_ON, START, made_shop

from regulars.analyses import deviations, find_analysis
from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.tables.fit import fitted

AFTER = START.date() + timedelta(days=SENT_ON + 31)


def asked(tables, name="response", as_of=AFTER, **options):
    analysis = find_analysis(name)
    answer = fitted(
        analysis.compute(*(tables[one] for one in analysis.reads), as_of=as_of, **options)
    )
    assert deviations(analysis, answer.rows) == []
    return answer


@pytest.fixture(scope="module")
def shop():
    return made_shop()


@pytest.fixture(scope="module")
def answer(shop):
    return asked(shop)


def of_babies(rows):
    return np.array([int(one[1:]) % 3 == 0 for one in rows["customer_id"].to_pylist()])


def test_finds_whom_the_message_changes_when_some_answer_and_others_do_not(answer):
    assert answer.model["tells_customers_apart"]
    assert answer.model["measures"]["qini"]["low"] > 0
    rows = answer.rows
    uplift = rows["response_uplift"].to_numpy()
    known, babies = np.isfinite(uplift), of_babies(rows)
    assert known.mean() > 0.9
    assert uplift[known & babies].mean() > uplift[known & ~babies].mean() + 0.1
    ranked = rows.filter(pc.is_valid(rows["uplift_rank"])).sort_by("uplift_rank")
    assert ranked["uplift_rank"].to_pylist() == list(range(1, ranked.num_rows + 1))
    falling = ranked["response_uplift"].to_numpy()
    assert (np.diff(falling) <= 1e-12).all()
    arms = np.array(rows["recommended_arm"].to_pylist())
    assert (arms[babies & known] == "approach").mean() > 0.5


def test_probabilities_and_intervals_hang_together(answer):
    columns = {name: answer.rows[name].to_numpy() for name in answer.rows.column_names[2:7]}
    known = np.isfinite(columns["response_uplift"])
    low, uplift, high = (
        columns[name][known] for name in ("uplift_low", "response_uplift", "uplift_high")
    )
    assert (low <= uplift).all() and (uplift <= high).all()
    anyway, told = (
        columns[f"order_probability_{name}"][known] for name in ("anyway", "approached")
    )
    assert told == pytest.approx(np.clip(anyway + uplift, 0, 1))
    known_flags = answer.rows["is_comparable"].to_numpy()
    assert (known_flags == known).all()
    assert set(np.array(answer.rows["recommended_arm"].to_pylist())[~known]) <= {"unsure"}


def test_average_effect_is_that_of_the_arms(answer):
    # a third answers by .6: .2 more on average, less those who would have ordered anyway
    found = answer.model["measures"]["average_effect"]
    assert found["low"] < 0.2 * (1 - 0.3) < found["high"]


def test_everyone_has_the_average_when_all_answer_alike():
    answer = asked(made_shop(seed=5, differs=False))
    assert not answer.model["tells_customers_apart"]
    assert "does not tell whom" in answer.model["finding"]
    uplift = answer.rows["response_uplift"].to_numpy()
    known = uplift[np.isfinite(uplift)]
    assert np.ptp(known) == pytest.approx(0, abs=1e-12)
    assert answer.rows["uplift_rank"].null_count == answer.rows.num_rows


def test_answer_is_the_same_when_the_future_is_there_and_rows_are_mixed(answer):
    shop = made_shop()
    cut = {
        **shop,
        "orders": shop["orders"].filter(shop["orders"].ordered_at.date() <= AFTER),
    }
    assert asked(cut).rows.equals(answer.rows)
    assert asked(made_shop(mixed=True)).rows.equals(answer.rows)


def test_what_is_not_over_teaches_nothing(shop):
    with pytest.raises(NothingToAnalyse, match="there is none with assigned customers"):
        asked(shop, as_of=AFTER - timedelta(days=5))


def test_says_what_is_needed_when_few_were_held_out():
    with pytest.raises(NothingToAnalyse, match=r"needs 100 earlier buyers in each arm.*\.$"):
        asked(made_shop(people=150))


def test_campaign_is_left_out_when_its_arms_are_not_as_planned(shop):
    wrong = shop["campaigns"].mutate(offer=ibis.literal('{"holdout_share": 0.1}'))
    with pytest.raises(NothingToAnalyse, match="may: arms not as planned"):
        asked({**shop, "campaigns": wrong})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"campaign": "june"}, "has it 'june'. There are: may"),
        ({"kind": "winback"}, "Did you mean 'win_back'"),
        ({"learner": "x"}, "Choices: s, t, class_transformation, dr"),
        ({"value_per_order": -1.0}, "It is a number from 0"),
    ],
)
def test_parameter_is_refused_with_one_clear_line_when_it_does_not_fit(shop, options, message):
    with pytest.raises(ParameterInvalid) as refused:
        asked(shop, **options)
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_one_campaign_or_kind_may_be_asked_for(shop, answer):
    assert asked(shop, campaign="may", kind="win_back").rows.equals(answer.rows)
