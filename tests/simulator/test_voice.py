"""What customers say follows what happened to them."""

import collections
from pathlib import Path

import pytest

from regulars.simulator import simulate


@pytest.fixture(scope="module")
def loud_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from datetime import date

    folder = tmp_path_factory.mktemp("loud")
    simulate(folder, customer_count=9000, months=6, seed=5, end_on=date(2026, 9, 30))
    return folder


def feedback(folder: Path, read_csv) -> list[dict]:
    reviews = read_csv(folder / "exports" / "reviews.csv").to_pylist()
    tickets = read_csv(folder / "exports" / "tickets.csv").to_pylist()
    renamed = [
        {"feedback_id": t["工单编号"], "batch_no": t["批次"], "text": t["工单内容"], "rating": None}
        for t in tickets
    ]
    return [*reviews, *renamed]


@pytest.mark.slow
def test_noise_is_complained_of_in_the_noisy_batch_only(loud_shop: Path, read_csv, truth) -> None:
    import json

    said = {row["feedback_id"]: row for row in truth(loud_shop, "feedback").to_pylist()}
    batch = json.loads((loud_shop / "truth" / "shop.json").read_text())["noisy_batch_no"]
    noisy: collections.Counter[bool] = collections.Counter()
    for row in feedback(loud_shop, read_csv):
        known = said.get(row["feedback_id"])
        if known and known["is_noisy"]:
            noisy[row["batch_no"] == batch] += 1
            assert known["sentiment"] <= 1
    assert noisy[True] >= 5
    assert noisy[False] == 0


@pytest.mark.slow
def test_noisy_machines_come_back(loud_shop: Path, read_csv) -> None:
    rows = read_csv(loud_shop / "exports" / "returns.csv").to_pylist()
    noisy = [row for row in rows if row["reason"] and "noisy" in row["reason"]]
    assert noisy
    assert len({row["batch_no"] for row in noisy}) == 1


def test_stars_follow_the_sentiment(small_shop: Path, read_csv, truth) -> None:
    said = {
        row["feedback_id"]: row["sentiment"] for row in truth(small_shop, "feedback").to_pylist()
    }
    stars = collections.defaultdict(list)
    for row in read_csv(small_shop / "exports" / "reviews.csv").to_pylist():
        if row["feedback_id"] in said:
            stars[said[row["feedback_id"]]].append(int(row["rating"]))
    means = {mood: sum(found) / len(found) for mood, found in stars.items()}
    assert means[1] > 4.5
    assert means[-1] < 2.2


def test_texts_are_chinese_and_english_and_whole(small_shop: Path, read_csv) -> None:
    rows = read_csv(small_shop / "exports" / "reviews.csv").to_pylist()
    assert {row["language"] for row in rows} == {"zh", "en"}
    assert all(row["text"] and "{" not in row["text"] for row in rows)
    assert all(row["text"].isascii() for row in rows if row["language"] == "en")


def test_late_orders_lower_the_net_promoter_score(small_shop: Path, read_csv, truth) -> None:
    late = {
        row["order_id"] for row in truth(small_shop, "orders").to_pylist() if row["feeling"] < 0
    }
    scores = collections.defaultdict(list)
    for row in read_csv(small_shop / "exports" / "surveys.csv").to_pylist():
        scores[row["order_id"] in late].append(int(row["nps"]))
    assert all(0 <= score <= 10 for found in scores.values() for score in found)
    assert sum(scores[False]) / len(scores[False]) > sum(scores[True]) / len(scores[True])
