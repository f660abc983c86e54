"""Lookalikes on a made-up shop: who buys what the list buys is found, and lists are read."""

from datetime import timedelta

import numpy as np
import pytest
from tests.analyses.bought_shop import START, made_shop

from regulars.analyses import deviations, find_analysis
from regulars.errors import NothingToAnalyse, ParameterInvalid
from regulars.stats.lookalikes.seed_lists import seed_ids
from regulars.tables.fit import fitted

DAY = START.date() + timedelta(days=230)
PARENTS = [f"c{number:05d}" for number in range(0, 450, 3)]


def asked(tables, as_of=DAY, **options):
    analysis = find_analysis("lookalikes")
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
    return asked(shop, seed=PARENTS)


def is_parent(ids):
    return np.array([int(one[1:]) % 3 == 0 for one in ids])


def test_others_of_the_kind_come_first_when_the_list_is_of_one_kind(answer):
    rows = answer.rows.sort_by("lookalike_rank")
    ids = rows["customer_id"].to_pylist()
    assert not set(ids) & set(PARENTS)
    assert rows["lookalike_rank"].to_pylist() == list(range(1, len(ids) + 1))
    assert is_parent(ids[:200]).mean() > 0.9  # 27% of those who are not on the list
    score = rows["lookalike_score"].to_numpy()
    assert (np.diff(score) <= 0).all() and score.min() >= 0 and score.max() <= 1
    assert "baby" in rows["alike_in_en"][0].as_py()
    assert "baby" in rows["alike_in_zh"][0].as_py()


def test_hidden_part_is_found_sooner_than_at_random_or_by_rfm(answer):
    measures = answer.model["measures"]
    assert measures["lift_over_random_at_0.1"]["low"] > 2
    assert measures["lift_over_rfm_at_0.1"]["low"] > 1.2


def test_lift_covers_1_when_the_list_is_drawn_at_random(shop):
    rng = np.random.default_rng(3)
    listed = [f"c{number:05d}" for number in rng.choice(1500, 300, replace=False)]
    found = asked(shop, seed=listed).model["measures"]["lift_over_random_at_0.1"]
    assert found["low"] < 1 < found["high"]


def test_default_list_is_the_best_by_spend_and_compared_by_habits(shop):
    model = asked(shop).model
    assert model["compared_by"] == "habits"
    assert model["parameters"]["seed_count"] == pytest.approx(0.1 * model["customer_count"], abs=1)


def test_answer_is_the_same_when_the_future_is_there_and_rows_are_mixed(shop, answer):
    cut = {**shop, "orders": shop["orders"].filter(shop["orders"].ordered_at.date() <= DAY)}
    assert asked(cut, seed=PARENTS).rows.equals(answer.rows)
    assert asked(made_shop(mixed=True), seed=PARENTS[::-1]).rows.equals(answer.rows)


def test_says_how_many_are_known_when_some_are_not(shop):
    model = asked(shop, seed=[*PARENTS, "nobody"]).model
    assert (model["given_count"], model["unknown_count"]) == (
        len(PARENTS) + 1,
        len(PARENTS) + 1 - model["parameters"]["seed_count"],
    )
    with pytest.raises(NothingToAnalyse, match="of the 3 given there are 2 up to"):
        asked(shop, seed=["c00000", "c00003", "nobody"])


@pytest.mark.parametrize(
    "text",
    [
        "c1\nc2\n",
        "\ufeffcustomer_id\nc1\nc2\n",
        'name,customer_id\n"Li, A",c1\nB,c2\n',
        "c1\n\nc2\nc1",
    ],
)
def test_list_is_read_from_a_file(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    assert seed_ids(str(path)) == ("c1", "c2")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "list.csv does not exist."),
        ("", "there is no customer on the list"),
        ("name,customer\nA,c1\n", "none of them customer_id. Columns: name, customer"),
    ],
)
def test_file_is_refused_with_one_clear_line_when_it_is_no_list(tmp_path, text, message):
    path = tmp_path / "list.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ParameterInvalid) as refused:
        seed_ids(str(path))
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)
