"""Latents against what happens: rates, drop-out, needs, elasticities, within sampling error."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from regulars.simulator.arrays import stream
from regulars.simulator.baskets import Shop, choose_freely, price_response
from regulars.simulator.history import make_shop
from regulars.simulator.needs import due_occasions, make_needs
from regulars.simulator.people import PERSONA_SHARES, People, make_people
from regulars.simulator.trips import free_moments, make_trips

DAYS = 365


@pytest.fixture(scope="module")
def shop() -> Shop:
    return make_shop(date(2025, 1, 1), DAYS, DAYS, 5)


@pytest.fixture(scope="module")
def people(shop: Shop) -> People:
    return make_people(1, 6000, shop.market.calendar, stream(5, 1), since=0, until=DAYS)


def test_personas_have_their_shares(people: People) -> None:
    found = np.bincount(people.persona, minlength=5) / len(people)
    margin = 4 * np.sqrt(np.array(PERSONA_SHARES) * (1 - np.array(PERSONA_SHARES)) / len(people))
    assert (np.abs(found - PERSONA_SHARES) < margin).all()


def test_free_trips_follow_each_persons_rate(shop: Shop, people: People) -> None:
    calendar = shop.market.calendar
    person, t = free_moments(people, calendar, stream(5, 2), 0, DAYS)
    season = np.r_[0.0, np.cumsum(calendar.demand)]
    begin = np.interp(np.maximum(people.joined, 0), np.arange(DAYS + 1), season)
    expected = people.trip_rate * (season[-1] - begin)
    assert abs(len(t) - expected.sum()) < 4 * np.sqrt(expected.sum())
    seen = np.bincount(person, minlength=len(people))
    for part in np.array_split(np.argsort(people.trip_rate), 5):
        assert abs(seen[part].sum() - expected[part].sum()) < 4 * np.sqrt(expected[part].sum())
    assert (t >= people.joined[person]).all()


def test_leaving_follows_the_hazard(people: People) -> None:
    stayed = people.leave_day - np.maximum(people.joined, 0)
    expected = np.exp(-people.leave_hazard * 180)
    error = np.sqrt((expected * (1 - expected)).sum()) / len(people)
    assert abs((stayed > 180).mean() - expected.mean()) < 4 * error


def test_gaps_of_a_need_have_its_cycle(shop: Shop, people: People) -> None:
    needs = make_needs(people, shop.catalogue, stream(5, 3))
    found = due_occasions(needs, people, shop.catalogue, shop.market.calendar, stream(5, 4), DAYS)
    order = np.lexsort((found.t, found.need))
    need, t, packs = found.need[order], found.t[order], found.quantity[order]
    same = need[1:] == need[:-1]
    gap = (np.diff(t) / packs[:-1] / needs.cycle_days[need[:-1]])[same]
    early = (t[:-1] + 3 * needs.cycle_days[need[:-1]])[same] < DAYS  # no gap cut by the end
    assert abs(gap[early].mean() - 1) < 4 * gap[early].std() / np.sqrt(early.sum())


def test_baby_goods_are_bought_only_with_a_baby(shop: Shop, people: People) -> None:
    needs = make_needs(people, shop.catalogue, stream(5, 3))
    found = due_occasions(needs, people, shop.catalogue, shop.market.calendar, stream(5, 4), DAYS)
    group, person = needs.group[found.need], needs.person[found.need]
    baby = shop.catalogue.needed_by[group] == 2
    age = (found.t - people.baby_born[person])[baby] / 30.44
    assert baby.sum() > 100
    assert (age >= 0).all()
    assert (age <= shop.catalogue.until_months[group[baby]]).all()


def test_free_demand_answers_prices_with_the_known_elasticity(shop: Shop, people: People) -> None:
    base = np.repeat(shop.catalogue.price[:, None], DAYS, axis=1)
    full = np.zeros_like(shop.market.out)
    calm = replace(shop.market, list_price=base, offer_price=base, out=full)
    cheap = replace(calm, offer_price=np.rint(base * 0.85).astype(np.int64))
    needs = make_needs(people, shop.catalogue, stream(5, 3))
    none = due_occasions(needs, people, shop.catalogue, shop.market.calendar, stream(5, 4), 0)
    trips, _ = make_trips(
        people, needs, none, shop.market.calendar, stream(5, 6), since=0, until=DAYS
    )
    bought = []
    for market in (calm, cheap):
        _, product, _ = choose_freely(replace(shop, market=market), people, trips, stream(5, 7))
        bought.append(np.bincount(product, minlength=shop.catalogue.product_count))
    day = np.zeros(1, dtype=np.int64)
    buyers = people.price_sensitivity[trips.person]
    wanted = sum(
        count * price_response(replace(shop, market=cheap), np.array([p]), day, buyers).mean()
        for p, count in enumerate(bought[0])
    )
    assert abs(bought[1].sum() / wanted - 1) < 0.06  # personas weigh unequally within products
    assert bought[1].sum() > 1.15 * bought[0].sum()
