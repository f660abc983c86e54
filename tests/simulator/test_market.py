"""The market: the past stays as it was when the shop lives on."""

from datetime import date

import numpy as np

from regulars.simulator.history import make_shop

START = date(2025, 4, 1)


def test_past_is_unchanged_when_the_horizon_grows() -> None:
    short, long = (make_shop(START, days, 300, 9).market for days in (300, 470))
    for name in ("list_price", "out", "temperature", "rain"):
        one, two = getattr(short, name), getattr(long, name)
        assert np.array_equal(one, two[..., :300])
    assert np.array_equal(short.offer_price, long.offer_price[:, :300])


def test_offers_never_lie_above_the_list_price() -> None:
    market = make_shop(START, 400, 400, 2).market
    assert (market.offer_price <= market.list_price).all()
    assert (market.offer_price > 0).all()


def test_big_sales_have_more_offers() -> None:
    market = make_shop(START, 400, 400, 2).market
    on_offer = (market.offer_price < market.list_price).mean(axis=0)
    sale = market.calendar.big_sale == 1
    assert on_offer[sale].mean() > 2 * on_offer[~sale].mean()


def test_no_stock_out_of_what_a_shop_does_not_list() -> None:
    market = make_shop(START, 200, 200, 4).market
    assert not market.out[~market.listed].any()
    assert 0.005 < market.out[:20].mean() / market.listed[:20].mean() < 0.05
