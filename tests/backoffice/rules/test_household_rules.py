"""The page of household rules: preview, keep, remove, reset; who changed what; whom it is for."""

from typing import Any

import pytest
from tests.backoffice.conftest import SignIn

from regulars.flow.shop import Shop
from regulars.flow.shop_rules import changes, household_rules, rules_digest
from regulars.lake import ShopHome

PAGE = "/rules/household/"
RULE = {
    "trait": "+", "name": "milk_lover", "label_en": "Loves milk", "label_zh": "爱喝牛奶",
    "words": "牛奶，乳", "weight": "1", "half_life_days": "90",
}  # fmt: skip


def seen(home: ShopHome) -> str:
    return rules_digest(home, "household_traits")


def test_preview_counts_products_and_customers_and_keeps_nothing(
    own_shop: ShopHome, sign_in: SignIn
) -> None:
    answer = sign_in("marketer").post(f"{PAGE}save/", {**RULE, "preview": "1", "seen": ""})
    assert "matches 20 products, which 40 customers" in answer.content.decode()
    assert changes(own_shop) == []


def test_rule_is_kept_used_and_told_of(own_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("marketer")
    answer = client.post(f"{PAGE}save/", {**RULE, "seen": seen(own_shop)})
    assert answer.status_code == 302
    assert household_rules(own_shop).trait("milk_lover") is not None
    (change,) = changes(own_shop)
    assert (change["by"], change["what"]) == ("marketer", "+ milk_lover: 牛奶, 乳 × 1 / 90 d")
    assert "Loves milk" in client.get(PAGE).content.decode()
    rows = Shop(own_shop).analyse("household_evidence", least_score=0.0).to_rows()
    assert "milk_lover" in {row["trait"] for row in rows}


def test_rule_is_removed_and_the_declared_ones_come_back(
    own_shop: ShopHome, sign_in: SignIn
) -> None:
    client, declared = sign_in("owner"), household_rules(own_shop)
    client.post(f"{PAGE}remove/", {"number": "0", "seen": seen(own_shop)})
    assert household_rules(own_shop).rules == declared.rules[1:]
    client.post(f"{PAGE}reset/", {"seen": seen(own_shop)})
    assert household_rules(own_shop) == declared
    assert len(changes(own_shop)) == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"words": ""}, "Say which products"),
        ({"name": "baby"}, "not yet taken"),
        ({"name": "Milk!"}, "Small letters"),
        ({"label_zh": ""}, "both languages"),
        ({"weight": "9"}, "less than or equal to 5"),
        ({"half_life_days": "x"}, "Enter a number"),
        ({"words": "w" * 61}, "60 characters"),
        ({"trait": "nothing"}, "Select a valid choice"),
    ],
)
def test_error_stands_at_the_form_and_nothing_is_kept(
    own_shop: ShopHome, sign_in: SignIn, given: dict[str, Any], says: str
) -> None:
    answer = sign_in("marketer").post(f"{PAGE}save/", {**RULE, **given, "seen": ""})
    assert answer.status_code == 400
    assert says in answer.content.decode()
    assert changes(own_shop) == []


def test_nobody_overwrites_what_somebody_else_has_changed(
    own_shop: ShopHome, sign_in: SignIn
) -> None:
    client, before = sign_in("marketer"), seen(own_shop)
    client.post(f"{PAGE}save/", {**RULE, "seen": before})
    answer = client.post(f"{PAGE}save/", {**RULE, "name": "other", "seen": before})
    assert answer.status_code == 409
    assert "changed by somebody else" in answer.content.decode()
    assert len(changes(own_shop)) == 1
