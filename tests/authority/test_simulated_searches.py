"""Searches and decision styles against the simulator's truth: what people meant, and how they are.

Source  src/regulars/simulator: searches.py and queries.toml (purpose, modifier, what is not
        sold), browsing.py (deliberation: the visits and looks before a purchase).
"""

import dataclasses
import tomllib
from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scipy import stats

from regulars.flow.shop import Shop
from regulars.lake import ShopHome
from regulars.simulator import simulate
from regulars.simulator.searches import DATA_FILE
from regulars.sources import import_files
from regulars.stats.search_words import catalogue_words, query_words
from regulars.stats.searches.plan import described

pytestmark = pytest.mark.slow
END_ON = date(2026, 9, 30)


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    """A shop of 3,000 customers over a year, imported, and its truth by name."""
    folder = tmp_path_factory.mktemp("simulated")
    files = simulate(folder / "files", customer_count=3000, months=12, seed=11, end_on=END_ON)
    home = ShopHome.create(folder / "home", {"shop.timezone": "Asia/Shanghai"})
    import_files(home, files)

    def truth(name):
        return pq.read_table(folder / "files" / "truth" / f"{name}.parquet")

    return Shop(home), truth


@pytest.fixture(scope="module")
def planted():
    """queries.toml: modifiers and what is not sold, in both languages."""
    with DATA_FILE.open("rb") as file:
        return tomllib.load(file)


@pytest.fixture(scope="module")
def searches(simulated):
    """Each search that was imported, with what it meant: (query, purpose, modifier, missing)."""
    shop, truth = simulated
    events = shop.tables.events
    asked = events.filter(events.event_name == "Products Searched")
    asked = asked.select("session_id", "query").to_pyarrow().to_pylist()
    meant = {row["session_id"]: row for row in truth("searches").to_pylist()}
    return [(row["query"], meant[row["session_id"]]) for row in asked]


def test_words_mean_what_was_meant_when_heads_and_modifiers_are_told(simulated, searches, planted):
    shop, _ = simulated
    catalogue = catalogue_words(list(described(shop.tables.products).values()))
    counts = Counter(query for query, _ in searches)
    words = query_words(list(counts), np.array(list(counts.values())), catalogue)
    text_of = dict(zip(counts, words.text_of.tolist(), strict=True))
    english = {m["zh"]: m["en"] for m in planted["modifier"]}
    heads = modifiers = sold = 0
    for query, meant in searches:
        if meant["is_missing"]:
            continue
        sold += 1
        text = text_of[query]
        group = words.groups[words.head_of[text]]
        heads += group >= 0 and catalogue.groups[group] == meant["purpose"]
        wanted = meant["modifier"]
        found = {words.labels[one] for one in words.modifiers[text]}
        modifiers += found <= {wanted, english.get(wanted)} and bool(found) == (wanted is not None)
    assert sold > 5000
    assert heads / sold >= 0.99
    assert modifiers / sold >= 0.99


def test_what_is_not_sold_is_found_when_searches_without_result_are_ranked(
    simulated, searches, planted
):
    shop, _ = simulated
    missing = sum(meant["is_missing"] for _, meant in searches)
    rows = shop.analyse("search_terms", min_searches=1, top=10_000).to_rows()
    heads = [row for row in rows if row["modifier"] is None]
    assert sum(row["search_count"] for row in heads) == len(searches)
    assert sum(row["no_result_count"] for row in heads) == missing
    missed = shop.analyse("missed_searches").to_rows()
    first = {row["query"] for row in missed[: len(planted["missing"])]}
    assert first == {m["zh"] for m in planted["missing"]}


def test_lift_has_the_planted_sign_when_a_modifier_belongs_to_some_purposes(simulated, planted):
    shop, _ = simulated
    rows = shop.analyse("search_terms", top=1000).to_rows()
    belongs = {
        (purpose, modifier[language])
        for modifier in planted["modifier"]
        for purpose in modifier.get("purposes", ())
        for language in ("zh", "en")
    }
    own = [r for r in rows if (r["product_group"], r["modifier"]) in belongs]
    often = [row for row in own if row["person_count"] >= 10]
    assert len(often) > 15
    assert all(row["lift"] > 1 for row in own)
    assert all(row["is_significant"] and row["lift_low"] > 1 for row in often)
    # who has modifiers of their own uses those that fit everything the less
    purposes = {purpose for purpose, _ in belongs}
    fit_all = [m for m in planted["modifier"] if "purposes" not in m]
    common = {m[language] for m in fit_all for language in ("zh", "en")}
    other = [r for r in rows if r["modifier"] in common and r["search_count"] >= 30]
    less = [row["lift"] for row in other if row["product_group"] in purposes]
    more = [row["lift"] for row in other if row["product_group"] not in purposes]
    assert np.mean(less) < 1 < np.mean(more)


def test_modifiers_follow_the_persona_when_split_by_it(simulated, planted):
    shop, truth = simulated
    people = truth("customers")
    personas = pa.table({"customer_id": people["customer_id"], "value": people["persona_name"]})
    timeline = dataclasses.replace(
        shop.timeline, trait_names=("persona",), read_trait=lambda _: personas
    )
    from regulars.analyses.search_terms import search_terms

    rows = search_terms(
        timeline, shop.tables.products, as_of=END_ON, by="persona", top=10_000, min_searches=1
    ).to_pylist()
    searched = Counter()
    total = Counter()
    for row in rows:
        if row["modifier"] is None:
            total[row["by_value"]] += row["search_count"]
        else:
            searched[row["by_value"], row["modifier"]] += row["search_count"]
    for modifier, persona in (
        ("便宜", "price_sensitive"), ("高端", "quality_seeking"), ("新款", "novelty_seeking"),
    ):  # fmt: skip
        shares = {one: searched[one, modifier] / total[one] for one in total if one != "unknown"}
        assert max(shares, key=shares.__getitem__) == persona


def test_score_follows_the_planted_deliberation_when_purchases_are_enough(simulated):
    shop, truth = simulated
    latent = dict(
        zip(
            *(truth("customers")[n].to_pylist() for n in ("customer_id", "deliberation")),
            strict=True,
        )
    )
    rows = shop.analyse("decision_style").to_rows()
    judged = [row for row in rows if row["judged_count"] >= 5 and row["customer_id"] in latent]
    scores = [row["deliberation_score"] for row in judged]
    deliberation = [latent[row["customer_id"]] for row in judged]
    assert len(judged) > 300
    assert stats.spearmanr(scores, deliberation).statistic >= 0.72
    # the style of those who are called so: against the median of all
    middle = np.median(list(latent.values()))
    for style, is_above in (("deliberate", True), ("impulse", False)):
        called = [latent[r["customer_id"]] > middle for r in rows if r["decision_style"] == style]
        assert np.mean(np.array(called) == is_above) >= 0.85
