"""The models' list and cards: what they say, what moved, and as a file."""

import datetime as dt
import json

import pytest
from tests.backoffice.conftest import SignIn

from regulars.flow.model_cards import MODEL_CARDS, model_cards
from regulars.flow.results import store
from regulars.lake import Lake, ShopHome

DAYS = dt.date(2026, 8, 31), dt.date(2026, 9, 15), dt.date(2026, 9, 30)


def card(auc: float, scale: float) -> dict[str, object]:
    return {
        "name": "LightGBM",
        "customer_count": 1200,
        "window": {"since": "2025-10-01", "until": "2026-09-30"},
        "parameters": {"tree_count": 40},
        "standard_errors": {},
        "held_back": {"row_count": 300},
        "measures": {"auc": {"value": auc, "low": auc - 0.02, "high": auc + 0.02}},
        "scores": [scale * i / 10 for i in range(11)],
    }


@pytest.fixture
def modelled_shop(own_shop: ShopHome) -> ShopHome:
    """Three cards of a model, under the name of an analysis that there is."""
    for day, (auc, scale) in zip(DAYS, ((0.8, 1.0), (0.79, 1.0), (0.7, 2.0)), strict=True):
        with Lake(own_shop).transaction("test") as transaction:
            store(transaction, MODEL_CARDS, model_cards({"rfm": card(auc, scale)}), day)
    return own_shop


def test_list_names_each_model_with_its_measure_and_drift(
    modelled_shop: ShopHome, sign_in: SignIn
) -> None:
    shown = sign_in("analyst").get("/models/").content.decode()
    for text in ("LightGBM", "1,200", "AUC 0.7 (0.68 to 0.72)", "shifted", "2026-09-15", "RFM"):
        assert text in shown


def test_card_says_what_moved_since_the_one_asked_for(
    modelled_shop: ShopHome, sign_in: SignIn
) -> None:
    client = sign_in("analyst")
    shown = client.get("/models/rfm/").content.decode()
    for text in ("tree count", "row count: 300", "against 2026-09-15", "shifted", "0.79",
                 "intervals apart", "<polyline", "(3 cards)"):  # fmt: skip
        assert text in shown, text
    earlier = client.get("/models/rfm/?against=2026-08-31").content.decode()
    assert "against 2026-08-31" in earlier
    assert client.get("/models/rfm/?against=never").status_code == 200


def test_card_is_a_file_when_asked_for(modelled_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    document = json.loads(client.get("/models/rfm/card.json").content)
    assert (document["analysis"], document["as_of"]) == ("rfm", "2026-09-30")
    text = client.get("/models/rfm/card.md").content.decode()
    assert "| auc | 0.7 | 0.68 to 0.72 |" in text


def test_there_is_no_card_of_what_is_no_model(small_shop: ShopHome, sign_in: SignIn) -> None:
    client = sign_in("analyst")
    for address in ("kpis/", "kpis/card.json", "kpis/card.md", "horoscope/"):
        assert client.get(f"/models/{address}").status_code == 404


def test_list_says_so_when_no_model_was_fitted(empty_shop: ShopHome, sign_in: SignIn) -> None:
    assert "No model has been fitted yet" in sign_in("owner").get("/models/").content.decode()


def test_models_are_not_for_one_stores_staff(small_shop: ShopHome, sign_in: SignIn) -> None:
    assert sign_in("store_staff").get("/models/").status_code == 403


def test_analysis_page_shows_its_models_measures(modelled_shop: ShopHome, sign_in: SignIn) -> None:
    shown = sign_in("analyst").get("/insights/rfm/").content.decode()
    assert "0.7 (0.68 to 0.72)" in shown
    assert "/models/rfm/" in shown
    staff = sign_in("store_staff").get("/insights/rfm/").content.decode()
    assert "/models/rfm/" not in staff
