"""The in-memory form: fast, repeatable, and with the effects that it says."""

import numpy as np
import pytest

from regulars.simulator import Offer, trial


def test_same_futures_when_the_seed_is_equal() -> None:
    one, two = (trial(seed=4, customer_count=800) for _ in range(2))
    assert np.array_equal(one.net_with, two.net_with)
    assert not np.array_equal(one.net_with, one.net_without)


def test_observed_is_one_future_of_each() -> None:
    found = trial(seed=1, customer_count=800)
    treated = np.arange(len(found.net_with)) % 2 == 0
    seen = found.observed(treated)
    assert np.array_equal(seen[treated], found.net_with[treated])
    assert np.array_equal(seen[~treated], found.net_without[~treated])


def mean_effect(audience: str, **offer: float) -> tuple[float, float]:
    found = [
        trial(seed=seed, audience=audience, offer=Offer(kind="win_back", **offer))
        for seed in range(6)
    ]
    net = np.concatenate([t.net_with - t.net_without for t in found])
    margin = np.concatenate([t.margin_with - t.margin_without for t in found])
    return float(net.mean()), float(margin.mean())


def test_slipping_customers_answer_more_than_all() -> None:
    slipping, everyone = mean_effect("win_back", share=0.1), mean_effect("everyone", share=0.1)
    assert slipping[0] > 2 * everyone[0] > 0
    assert slipping[1] > 0
    assert everyone[1] < slipping[1]


def test_deeper_discounts_sell_more_and_earn_less_per_sale() -> None:
    shallow, deep = (mean_effect("everyone", share=share) for share in (0.0, 0.4))
    assert deep[1] < shallow[1]


@pytest.mark.parametrize("audience", ["win_back", "second_order", "everyone"])
def test_audiences_have_spent_before(audience: str) -> None:
    assert (trial(seed=2, audience=audience, customer_count=900).spend_before > 0).all()
