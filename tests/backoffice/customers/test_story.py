"""One customer's page: everything on one time line, in words."""

from tests.backoffice.conftest import SignIn

from regulars.lake import ShopHome


def _page(sign_in: SignIn, address: str, role: str = "owner", **kwargs: str) -> str:
    shown: str = sign_in(role, **kwargs).get(address).content.decode()
    return shown


def test_time_line_holds_every_kind(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = _page(sign_in, "/customers/of/C0001/")
    for text in (
        "Order O00001",
        "Returned",
        "Viewed a product",
        "Review, score 4",
        "Message sent and opened: Autumn letter",
        "+120 points",
        "包装破损",
    ):
        assert text in shown


def test_text_of_customers_is_escaped(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = _page(sign_in, "/customers/of/C0001/")
    assert "送货很快 &lt;b&gt;good&lt;/b&gt;" in shown


def test_filter_leaves_the_other_kinds_out(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = _page(sign_in, "/customers/of/C0001/?kind=return")
    assert "包装破损" in shown
    assert "Order O00001<" not in shown


def test_story_begins_in_plain_words(small_shop: ShopHome, sign_in: SignIn) -> None:
    assert "24 orders since" in _page(sign_in, "/customers/of/C0001/")
    assert "One order, on" in _page(sign_in, "/customers/of/C0002/", name="second")


def test_holdout_is_said_to_be_left_alone(small_shop: ShopHome, sign_in: SignIn) -> None:
    assert "Left alone on purpose" in _page(sign_in, "/customers/of/C0002/")


def test_store_staff_see_no_messages_or_points(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = _page(sign_in, "/customers/of/C0001/", role="store_staff", store_id="S01")
    assert "Order O00001" in shown
    assert "Autumn letter" not in shown
    assert "points" not in shown


def test_times_are_on_the_shops_clock(small_shop: ShopHome, sign_in: SignIn) -> None:
    # the feedback was given at 12:00 UTC on 25 September; Shanghai is eight hours ahead
    assert "2026-09-25 20:00" in _page(sign_in, "/customers/of/C0001/")


def test_unknown_customer_is_a_404(small_shop: ShopHome, sign_in: SignIn) -> None:
    answer = sign_in("owner").get("/customers/of/nobody' OR '1'='1/")
    assert answer.status_code == 404
