"""A shop answers questions, and says clearly what it cannot answer."""

import datetime as dt

import pytest

import regulars
from regulars.errors import AnalysisUnknown, ParameterInvalid, ShopNotFound, TableUnknown
from regulars.flow.shop import Shop


def test_answer_has_its_date_and_options_when_asked(trading_home):
    shop = regulars.open_shop(trading_home.path)
    result = shop.analyse("rfm", as_of=dt.date(2026, 3, 31))
    assert result.as_of == dt.date(2026, 3, 31)
    assert set(result.parameters) == {p.name for p in result.analysis.parameters}
    assert len(result.to_pandas()) == len(result.to_rows()) == result.to_arrow().num_rows == 50


@pytest.mark.parametrize("day", ["2026-03-31", dt.date(2026, 3, 31), dt.datetime(2026, 3, 31, 18)])
def test_day_is_the_same_when_given_as_text_date_or_moment(trading_home, day):
    result = Shop(trading_home).analyse("rfm", as_of=day)
    assert result.as_of == dt.date(2026, 3, 31)
    assert type(result.as_of) is dt.date


def test_shop_tells_its_name_and_place_when_printed(trading_home):
    assert repr(Shop(trading_home)) == f"<Shop 'Test shop' at {trading_home.path}>"


def test_last_day_is_local_when_order_was_late_in_utc(trading_home):
    assert Shop(trading_home).last_day == dt.date(2026, 7, 19)
    assert Shop(trading_home).first_day == dt.date(2026, 1, 1)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (lambda shop: shop.analyse("rfn"), AnalysisUnknown, "Did you mean 'rfm'"),
        (lambda shop: shop.analyse("rfm", cats=3), ParameterInvalid, "has no option 'cats'"),
        (
            lambda shop: shop.analyse("rfm", as_of="31/3/2026"),
            ParameterInvalid,
            "like '2026-09-30'",
        ),
        (
            lambda shop: shop.analyse("rfm", as_of=20260331),
            ParameterInvalid,
            "20260331 is not a day",
        ),
        (lambda shop: shop.tables.order, TableUnknown, "Did you mean 'orders'"),
        (lambda shop: shop.results.rfmm, TableUnknown, "Did you mean 'rfm'"),
    ],
)
def test_error_names_what_exists_when_name_is_wrong(trading_home, ask, error, message):
    with pytest.raises(error, match=message):
        ask(Shop(trading_home))


def test_error_says_how_to_make_one_when_there_is_no_shop(tmp_path):
    with pytest.raises(ShopNotFound, match="Make one with: regulars init --home"):
        regulars.open_shop(tmp_path)
