"""Customers behind an analysis: filtered by its columns, kept as a list, handed to a campaign."""

import pyarrow.compute as pc
import pytest
from django.http import QueryDict
from tests.backoffice.conftest import SignIn

from regulars.analyses import find_analysis
from regulars.errors import ParameterInvalid
from regulars.flow.shop import Shop
from regulars.lake import ShopHome

PAGE = "/insights/purchase_habits/"


def habits(home: ShopHome, **equal: str) -> list[dict[str, object]]:
    rows = Shop(home).results["purchase_habits"].drop("as_of").to_pyarrow()
    for name, value in equal.items():
        rows = rows.filter(pc.equal(rows[name], value))
    found: list[dict[str, object]] = rows.to_pylist()
    return found


def exported(client: object, query: str) -> list[str]:
    answer = client.get(f"{PAGE}rows.csv?{query}")  # type: ignore[attr-defined] # a Client
    return b"".join(answer).decode("utf-8-sig").splitlines()[1:]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("f.frequency_class=one_time", lambda row: row["frequency_class"] == "one_time"),
        (
            "f.frequency_class=one_time&f.frequency_class=frequent",
            lambda row: row["frequency_class"] in ("one_time", "frequent"),
        ),
        ("f.order_count_min=5", lambda row: row["order_count"] >= 5),
        (
            "f.order_count_min=3&f.order_count_max=8",
            lambda row: 3 <= row["order_count"] <= 8,
        ),
        ("f.mean_gap_days=-", lambda row: row["mean_gap_days"] is None),
        ("f.expected_next_order_on_max=2026-09-30", lambda row: _due(row) <= "2026-09-30"),
    ],
)
def test_rows_are_those_for_which_the_conditions_hold(
    small_shop: ShopHome, sign_in: SignIn, query: str, holds: object
) -> None:
    rows = [row for row in habits(small_shop) if _holds(holds, row)]
    found = exported(sign_in("analyst"), query)
    assert sorted(line.split(",")[0] for line in found) == sorted(
        str(row["customer_id"]) for row in rows
    )


def _due(row: dict[str, object]) -> str:
    return str(row["expected_next_order_on"])


def _holds(holds: object, row: dict[str, object]) -> bool:
    return bool(holds(row))  # type: ignore[operator] # one of the lambdas above


@pytest.mark.parametrize(
    "query",
    [
        "f.wealth=1", "f.order_count_min=many", "f.order_count=1;DROP TABLE orders",
        "f.expected_next_order_on_min=tomorrow", "f.order_count_min=nan",
        "&".join(["f.frequency_class=x"] * 31), "f.frequency_class=" + "x" * 201,
        "f.frequency_class_min=a",
    ],
)  # fmt: skip
def test_condition_is_refused_in_one_line_when_nothing_can_hold_it(
    small_shop: ShopHome, sign_in: SignIn, query: str
) -> None:
    answer = sign_in("analyst").get(f"{PAGE}?{query}")
    assert answer.status_code == 422
    assert "Traceback" not in answer.content.decode()


def test_quotes_in_a_value_are_a_value(small_shop: ShopHome, sign_in: SignIn) -> None:
    assert exported(sign_in("analyst"), "f.frequency_class=' OR 1=1 --") == []


def test_page_says_for_whom_how_sure_and_what_to_do(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = sign_in("marketer").get(PAGE).content.decode()
    for text in ("For whom", "How sure is this?", "What to do", "Filter these customers"):
        assert text in shown
    known = Shop(small_shop).tables.customers.count().to_pyarrow().as_py()
    assert f"{len(habits(small_shop))} of the {known} customers known" in shown


def test_list_holds_the_customers_of_the_rows(own_shop: ShopHome, sign_in: SignIn) -> None:
    from regulars.backoffice.customers.queries import all_lists, members

    given = {"query": "f.frequency_class=one_time&sort=order_count&page=2", "name": ""}
    answer = sign_in("analyst").post(f"{PAGE}people/save/", given)
    made = all_lists().get()
    assert answer["Location"] == f"/customers/?list={made.pk}"
    _key, ids = members(Shop(own_shop), made.pk)
    wanted = {row["customer_id"] for row in habits(own_shop, frequency_class="one_time")}
    assert set(ids["customer_id"].to_pylist()) == wanted
    assert "one-time" in made.name
    assert made.address.startswith(f"{PAGE}?f.frequency_class=one_time")


def test_campaign_is_made_of_them_when_they_are_handed_on(
    own_shop: ShopHome, sign_in: SignIn
) -> None:
    given = {"query": "f.order_count_min=2", "then": "campaign"}
    client = sign_in("marketer")
    answer = client.post(f"{PAGE}people/save/", given)
    assert answer["Location"].endswith("/campaign/")
    assert "Make a draft" in client.get(answer["Location"]).content.decode()
    assert sign_in("analyst").post(f"{PAGE}people/save/", given).status_code == 403


@pytest.mark.parametrize("name", ["kpis", "horoscope"])
def test_there_is_no_list_when_rows_are_not_of_customers(
    small_shop: ShopHome, sign_in: SignIn, name: str
) -> None:
    assert sign_in("owner").post(f"/insights/{name}/people/save/").status_code == 404


def test_columns_own_name_goes_before_an_end() -> None:
    from regulars.backoffice.insights.conditions import conditions

    found = conditions(find_analysis("rfm"), QueryDict("f.recency_score_min=3"))
    assert [(c.column.name, c.operator) for c in found] == [("recency_score", ">=")]
    with pytest.raises(ParameterInvalid, match=r"no column 'wealth'.*Columns: "):
        conditions(find_analysis("rfm"), QueryDict("f.wealth=1"))
