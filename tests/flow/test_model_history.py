"""Model cards read back: the newest, what moved since the one before, and as a page of text."""

import datetime as dt
import json

import pytest

from regulars.flow.model_cards import MODEL_CARDS, model_cards
from regulars.flow.model_history import (
    all_cards,
    card_document,
    card_markdown,
    drift,
    last_drift,
    measure_text,
)
from regulars.flow.results import store
from regulars.flow.shop import Shop
from regulars.lake import Lake

FIRST, SECOND = dt.date(2026, 6, 30), dt.date(2026, 7, 19)
DECILES = [i / 10 for i in range(11)]


def model(auc, *, scale=1.0, spread=0.01):
    return {
        "name": "logistic",
        "customer_count": 500,
        "window": {"since": "2026-01-01", "until": "2026-06-30"},
        "parameters": {"slope": 1.25, "odd": None},
        "standard_errors": {"slope": 0.125},
        "held_back": {"since": "2026-06-01", "row_count": 90},
        "measures": {
            "brier": 0.2,
            "auc": {"value": auc, "low": auc - spread, "high": auc + spread},
        },
        "scores": [x * scale for x in DECILES],
    }  # fmt: skip


@pytest.fixture
def modelled_home(trading_home):
    """Cards of two days, under the name of an analysis that there is."""
    for day, known in ((FIRST, model(0.8)), (SECOND, model(0.7, scale=2))):
        with Lake(trading_home).transaction("test") as transaction:
            store(transaction, MODEL_CARDS, model_cards({"rfm": known}), day)
    return trading_home


def test_cards_are_read_oldest_first_when_there_are_several(modelled_home):
    cards = all_cards(Shop(modelled_home))["rfm"]
    assert [card.as_of for card in cards] == [FIRST, SECOND]
    assert cards[-1].since_on == dt.date(2026, 1, 1)
    assert cards[-1].main_measure.name == "auc"  # the first that has an interval
    assert measure_text(cards[-1].main_measure) == "0.7 (0.69 to 0.71)"


def test_drift_names_what_moved_when_scores_double(modelled_home):
    moved = last_drift(all_cards(Shop(modelled_home))["rfm"])
    assert moved.before.as_of == FIRST
    assert moved.level == "shifted"
    assert moved.index > 0.25 > moved.by_chance > 0
    changes = {change.now.name: change for change in moved.changes}
    assert changes["auc"].difference == pytest.approx(-0.1)
    assert changes["auc"].is_apart
    assert not changes["brier"].is_apart  # no interval, no verdict


def test_nothing_moved_when_the_card_is_the_same(modelled_home):
    newest = all_cards(Shop(modelled_home))["rfm"][-1]
    same = drift(newest, newest)
    assert (same.index, same.level) == (0, "steady")


def test_drift_is_unknown_when_a_card_has_no_deciles(modelled_home):
    cards = all_cards(Shop(modelled_home))["rfm"]
    bare = cards[0].__class__("rfm", FIRST, "", None, None, None, {"reason": "too few"})
    assert drift(cards[1], bare).level == "unknown"
    assert (bare.main_measure, bare.measures, bare.reason) == (None, [], "too few")


def test_card_is_whole_as_text_and_as_json(modelled_home):
    cards = all_cards(Shop(modelled_home))["rfm"]
    text = card_markdown(cards[-1], last_drift(cards))
    for part in ("| slope | 1.25 | 0.125 |", "| auc | 0.7 | 0.69 to 0.71 |", "row_count 90",
                 "2026-01-01 to 2026-06-30", "(shifted)", "auc: 0.8 -> 0.7"):  # fmt: skip
        assert part in text
    document = json.loads(json.dumps(card_document(cards[-1])))
    assert document["as_of"] == "2026-07-19"
    assert document["measures"]["auc"]["value"] == 0.7


def test_there_are_no_cards_when_nothing_was_refreshed(trading_home):
    assert all_cards(Shop(trading_home)) == {}
