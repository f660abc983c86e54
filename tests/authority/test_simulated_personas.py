"""Personas against what the simulator made its people of.

Source  src/regulars/simulator (people): each person's persona, brand loyalty, and the share of
        the household's needs that is bought here. The four tastes behind a persona overlap, and
        a basket shows little of them: a linear discriminant that is told the truth reaches an
        adjusted Rand index of 0.15 for customers of 20 lines and more and 0.24 for those of 40
        (20,000 customers, 18 months, seed 7). One persona (convenience) goes for nothing that a
        purchase shows.
"""

from datetime import date

import pandas as pd
import pyarrow.parquet as pq
import pytest

import regulars
from regulars.flow.shop import Shop
from regulars.lake import ShopHome
from regulars.simulator import simulate
from regulars.sources import import_files

LAST = date(2026, 9, 20)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Shop, pd.DataFrame]:
    """An imported shop of 5,000 customers and 15 months, and its people as they truly are."""
    folder = tmp_path_factory.mktemp("personas")
    files = simulate(folder, customer_count=5_000, months=15, seed=7, end_on=LAST)
    home = ShopHome.create(folder / "home", {"shop.timezone": "Asia/Shanghai"})
    import_files(home, files)
    true = pq.read_table(folder / "truth" / "customers.parquet").to_pandas()
    return regulars.open_shop(home.path), true.set_index("customer_id")


@pytest.fixture(scope="module")
def found(shop) -> pd.DataFrame:
    return shop[0].analyse("personas", as_of=LAST).to_pandas().set_index("customer_id")


@pytest.mark.slow
@pytest.mark.parametrize(("least", "floor"), [(8, 0.03), (20, 0.05), (40, 0.07)])
def test_personas_agree_with_the_true_ones_as_far_as_purchases_show_them(
    shop, found, least, floor
) -> None:
    from sklearn.metrics import adjusted_rand_score

    both = found.dropna(subset=["persona_en"]).join(shop[1].persona_name, how="inner")
    both = both[both.purchase_count >= least]
    assert adjusted_rand_score(both.persona_name, both.persona_en) >= floor


@pytest.mark.slow
def test_each_lean_goes_with_the_taste_that_it_is_named_for(shop, found) -> None:
    both = found[found.purchase_count >= 20].join(shop[1], how="inner")
    for lean, taste, way in (
        ("discount_lean", "price_sensitivity", 1), ("price_lean", "quality_taste", 1),
        ("novelty_lean", "novelty_taste", 1), ("variety_lean", "brand_loyalty", -1),
    ):  # fmt: skip
        assert way * both[lean].corr(both[taste], method="spearman") > 0.15, lean
