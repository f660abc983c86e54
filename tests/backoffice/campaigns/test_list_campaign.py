"""A draft from a saved list: everybody on it, under the rules of every campaign."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest

from regulars.errors import AudienceInvalid
from regulars.flow.shop import Shop
from regulars.lake import ShopHome

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.contrib.auth.models import User
    from django.test import Client

WITHOUT_CONSENT = {"C0001", "C0011"}
NEVER_BOUGHT = "nobody knows"
IDS = [f"C{n:04}" for n in range(300)] + [NEVER_BOUGHT]


@pytest.fixture
def saved(loop_home: ShopHome, people: "Callable[[str], User]") -> Any:
    """A list of 300 customers and one who never bought."""
    from regulars.backoffice.customers.services import save_list

    batch = pa.RecordBatch.from_pydict({"customer_id": IDS})
    return save_list("Chosen", [batch], people("owner"), as_of=date(2026, 9, 30))


def test_draft_holds_everybody_on_the_list(saved: Any, now: datetime) -> None:
    from regulars.backoffice.campaigns import services
    from regulars.backoffice.campaigns.models import Member

    campaign = services.make_from_list(saved.pk, "win_back", saved.made_by)
    members = {m.customer_id: m for m in Member.objects.filter(campaign=campaign)}
    assert set(members) == set(IDS)
    assert all(members[who].excluded_reason for who in WITHOUT_CONSENT)
    assert members[NEVER_BOUGHT].excluded_reason
    assigned = [m.arm for m in members.values() if not m.excluded_reason]
    assert {"holdout"} < set(assigned)
    assert 0.03 < assigned.count("holdout") / len(assigned) < 0.2
    assert members["C0000"].why["order_count"] == 8
    assert members["C0000"].expected_amount != 0
    assert members[NEVER_BOUGHT].expected_amount == Decimal("-0.05")  # the message's cost
    assert (campaign.kind, campaign.discount_share) == ("list", 0.1)
    assert "{favourite_category}" in campaign.message_en


def test_second_draft_of_a_list_is_the_first(saved: Any, now: datetime) -> None:
    from regulars.backoffice.campaigns import services

    first = services.make_from_list(saved.pk, "win_back", saved.made_by)
    assert services.make_from_list(saved.pk, "second_order", saved.made_by).pk == first.pk
    services.launch(first.pk, saved.made_by)
    assert services.make_from_list(saved.pk, "win_back", saved.made_by).pk != first.pk


def test_launch_writes_to_all_but_holdout_and_excluded(saved: Any, now: datetime) -> None:
    from regulars.backoffice.campaigns import services
    from regulars.backoffice.campaigns.models import Member, Message

    campaign = services.make_from_list(saved.pk, "list", saved.made_by)
    services.launch(campaign.pk, saved.made_by)
    treated = Member.objects.filter(campaign=campaign, arm="treated").count()
    assert Message.objects.filter(campaign=campaign).count() == treated > 200


def test_draft_says_that_its_list_is_gone(saved: Any, now: datetime) -> None:
    from regulars.backoffice.campaigns import services
    from regulars.backoffice.customers.services import delete_list

    campaign = services.make_from_list(saved.pk, "list", saved.made_by)
    delete_list(saved.pk, saved.made_by)
    values = {"holdout_share": Decimal("0.2")}
    with pytest.raises(AudienceInvalid, match="list that this draft was made for is deleted"):
        services.change(campaign.pk, values, saved.made_by)


@pytest.mark.parametrize(("list_id", "template"), [(999, "list"), (None, "horoscope")])
def test_draft_is_refused_when_list_or_message_is_unknown(
    saved: Any, now: datetime, list_id: int | None, template: str
) -> None:
    from regulars.backoffice.campaigns import services

    with pytest.raises(AudienceInvalid):
        services.make_from_list(list_id or saved.pk, template, saved.made_by)


def test_pages_lead_from_the_list_to_the_draft(
    saved: Any, now: datetime, client: "Client", loop_home: ShopHome
) -> None:
    client.force_login(saved.made_by)
    shown = client.get(f"/customers/lists/{saved.pk}/campaign/").content.decode()
    assert "A plain greeting" in shown
    assert "301 customers are on the list." in shown
    answer = client.post(f"/customers/lists/{saved.pk}/campaign/", {"template": "win_back"})
    draft = client.get(answer["Location"])
    assert draft.status_code == 200
    assert "Chosen" in draft.content.decode()
    assert client.get("/campaigns/").status_code == 200
    audience = client.get(f"{answer['Location']}audience/").content.decode()
    assert "Chosen by hand; 8 orders so far." in audience
    assert client.get("/customers/lists/999/campaign/").status_code == 404
    assert Shop(loop_home).has_orders
