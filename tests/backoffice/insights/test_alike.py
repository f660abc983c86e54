"""People like those on a list: asked from the lists, shown, and kept as a list of their own."""

from datetime import date

import pyarrow as pa
import pytest
from django.urls import reverse
from tests.backoffice.small_shop import fill_small_shop

from regulars.backoffice.customers.models import CustomerList
from regulars.backoffice.customers.queries import members
from regulars.backoffice.customers.services import save_list
from regulars.backoffice.shop import current_shop

pytestmark = pytest.mark.django_db


def listed(user, count):
    orders = current_shop().tables.orders
    buyers = orders.filter(orders.customer_id.notnull()).customer_id.to_pyarrow().to_pylist()
    ids = sorted(set(buyers))[::2][:count]
    rows = pa.table({"customer_id": pa.array(ids, pa.string())})
    return save_list("Some", rows.to_batches(), user, as_of=date(2026, 9, 30))


@pytest.fixture
def larger_shop(home, settings):
    """Enough buyers to tell some from others; nothing is kept of it yet."""
    fill_small_shop(home, customer_count=400)
    settings.SHOP_HOME = home
    return home


def test_others_are_ranked_and_kept_when_asked(larger_shop, sign_in, person):
    client = sign_in("marketer")
    made = listed(person("marketer", "maker"), 60)
    assert "Find people like these" in client.get(reverse("customer_lists")).content.decode()
    page = client.get(reverse("list_alike", args=[made.pk]), {"count": "7"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "are as typical of the list as half of those on it" in text
    assert "Of the 60 on the list, 60 have an order" in text
    saved = client.post(reverse("list_alike_save", args=[made.pk]), {"name": "Twins", "count": "7"})
    assert saved.status_code == 302
    twins = CustomerList.objects.get(name="Twins")
    shop = current_shop()
    found, seed = (
        set(members(shop, one.pk)[1]["customer_id"].to_pylist()) for one in (twins, made)
    )
    assert len(found) == 7
    assert not found & seed


def test_reason_is_told_when_the_list_is_small(small_shop, sign_in, person):
    made = listed(person("marketer", "maker"), 3)
    page = sign_in("marketer").get(reverse("list_alike", args=[made.pk]))
    assert "Lookalikes need 20 customers with an order on the list" in page.content.decode()


def test_there_is_no_page_when_there_is_no_list_or_no_right(small_shop, sign_in, person):
    made = listed(person("marketer", "maker"), 30)
    assert sign_in("marketer").get(reverse("list_alike", args=[9999])).status_code == 404
    assert sign_in("store_staff").get(reverse("list_alike", args=[made.pk])).status_code == 403
