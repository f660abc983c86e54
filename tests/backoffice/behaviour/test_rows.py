"""The rows under an answer: units, useful order, nothing that says nothing."""

import re

import pytest
from tests.backoffice.conftest import SignIn

from regulars.lake import ShopHome

pytestmark = pytest.mark.django_db
WAY = "step=Product+Viewed&step=Order+Completed"


def _table(page: str) -> str:
    return page.partition('id="rows"')[2]


def test_funnel_counts_times_and_not_people_when_totals_are_asked(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    client = sign_in("analyst", "zh-hans")
    sentence = r'b-sentence">从“查看商品”开始的共 [\d,]+ (.)'
    asked = [client.get(f"/behaviour/funnel/?{WAY}{more}") for more in ("", "&totals=yes")]
    counted = [re.search(sentence, page.content.decode()) for page in asked]
    assert [found and found[1] for found in counted] == ["人", "次"]


def test_file_names_the_unit_when_a_column_is_a_length_of_time(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    answer = sign_in("analyst", "zh-hans").get(f"/behaviour/funnel/rows.csv?{WAY}")
    heads = b"".join(answer).decode("utf-8-sig").splitlines()[0]  # type: ignore[arg-type] # a stream
    assert "耗时中位数 (秒)" in heads.split(",")


def test_table_shows_the_other_segment_only_when_one_is_asked(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    client = sign_in("analyst", "zh-hans")
    alone = _table(client.get("/behaviour/paths/").content.decode())
    both = "segment=frequency_class+%3D+one_time&against=frequency_class+%3D+occasional"
    beside = _table(client.get(f"/behaviour/paths/?{both}").content.decode())
    assert "转移率" in alone
    assert "对比会话数" not in alone
    assert "对比会话数" in beside


def test_most_frequent_way_comes_first_when_nothing_is_sorted(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    page = sign_in("analyst").get("/behaviour/sessions/").content.decode()
    assert "all visits" in _table(page).partition("<tbody>")[2].partition("</tr>")[0]
