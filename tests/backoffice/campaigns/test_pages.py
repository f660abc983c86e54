"""The pages of opportunities and campaigns: what they show, to whom, in which language."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from regulars.backoffice.accounts.models import AccessLog
from regulars.backoffice.campaigns import services
from regulars.backoffice.campaigns.delivery import deliver
from regulars.backoffice.campaigns.models import Campaign, Member, Message
from regulars.lake import ShopHome

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def text(response: Any) -> str:
    return str(response.content.decode())


def streamed(response: Any) -> list[list[str]]:
    body = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(body)))


@pytest.mark.parametrize("address", ["/opportunities/", "/opportunities/win_back/", "/campaigns/"])
@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("marketer", 200), ("analyst", 200), ("store_staff", 403)]
)
def test_page_answers_when_the_role_may_see_it(
    loop_home: ShopHome, signed_in: SignIn, address: str, role: str, status: int
) -> None:
    assert signed_in(role).get(address).status_code == status


def test_basis_is_said_when_opportunities_are_shown(loop_home: ShopHome, signed_in: SignIn) -> None:
    page = text(signed_in("owner").get("/opportunities/"))
    assert "assumed" in page
    assert "Assumed: 6.0 more orders per 100 customers." in page


def test_words_are_chinese_when_asked_for(loop_home: ShopHome, signed_in: SignIn) -> None:
    page = text(signed_in("owner").get("/opportunities/", headers={"accept-language": "zh-hans"}))
    assert "生成活动" in page
    assert "Make a campaign" not in page


def test_export_holds_every_customer_when_taken(loop_home: ShopHome, signed_in: SignIn) -> None:
    client = signed_in("analyst")
    campaign = services.make("win_back", None)
    rows = streamed(client.get("/opportunities/win_back/?format=csv"))
    assert len(rows) - 1 == Member.objects.filter(campaign=campaign).count()
    assert "orders" in rows[1][1]


def test_analyst_may_look_and_not_act_when_there_is_a_draft(
    loop_home: ShopHome, signed_in: SignIn
) -> None:
    client = signed_in("analyst")
    campaign = services.make("win_back", None)
    page = text(client.get(f"/campaigns/{campaign.pk}/"))
    assert "Launch" not in page
    for verb in ("save", "launch", "discard"):
        assert client.post(f"/campaigns/{campaign.pk}/{verb}/").status_code == 403
    assert client.post("/opportunities/second_order/campaign/").status_code == 403


def test_one_click_makes_a_draft_when_the_button_is_pressed(
    loop_home: ShopHome, signed_in: SignIn
) -> None:
    response = signed_in("marketer").post("/opportunities/win_back/campaign/", follow=True)
    campaign = Campaign.objects.get()
    assert response.redirect_chain[-1][0] == f"/campaigns/{campaign.pk}/"
    page = text(response)
    assert "has not agreed to marketing messages" in page
    assert "people to compare with" in page  # a tenth of them is too few
    assert "王" in page  # a preview with a masked name
    assert "王小" not in page


def test_what_is_wrong_is_said_beside_the_field_when_saved(
    loop_home: ShopHome, signed_in: SignIn
) -> None:
    client = signed_in("marketer")
    campaign = services.make("win_back", None)
    form = {
        "name": "x",
        "language": "en",
        "message_en": "Hello {nmae}",
        "message_zh": "好",
        "channel": "file",
        "discount_percent": "120",
        "holdout_percent": "10",
        "window_days": "28",
        "cost_per_message": "0.05",
    }
    response = client.post(f"/campaigns/{campaign.pk}/save/", form)
    assert response.status_code == 422
    assert "Unknown field" in text(response)
    assert "less than or equal to 90" in text(response)
    campaign.refresh_from_db()
    assert "{nmae}" not in campaign.message_en


def test_preview_follows_the_text_when_it_is_written(
    loop_home: ShopHome, signed_in: SignIn
) -> None:
    client = signed_in("marketer")
    campaign = services.make("win_back", None)
    url = f"/campaigns/{campaign.pk}/preview/"
    good = text(client.post(url, {"language": "en", "message_en": "{store_name} has milk"}))
    assert "西湖店 has milk" in good
    bad = text(client.post(url, {"language": "en", "message_en": "{shop}"}))
    assert "Unknown field" in bad


def test_campaign_runs_from_click_to_send_list_when_launched(
    loop_home: ShopHome, signed_in: SignIn, now: datetime
) -> None:
    client = signed_in("marketer")
    client.post("/opportunities/win_back/campaign/")
    campaign = Campaign.objects.get()
    assert "Launch now" in text(client.get(f"/campaigns/{campaign.pk}/launch/"))
    response = client.post(f"/campaigns/{campaign.pk}/launch/", follow=True)
    assert "Nothing is measured yet" in text(response)
    sent = Message.objects.filter(state=Message.State.SENT).count()
    assert sent == Message.objects.count() > 0
    rows = streamed(client.post(f"/campaigns/{campaign.pk}/list/"))
    assert len(rows) - 1 == sent
    assert rows[1][3] == Message.objects.order_by("id")[0].address.removeprefix("+86")
    assert AccessLog.objects.filter(field="send list").count() == sent


def test_send_list_is_refused_when_the_role_may_not_send(
    loop_home: ShopHome, signed_in: SignIn, now: datetime
) -> None:
    campaign = services.launch(services.make("win_back", None).pk, None)
    deliver(campaign.pk)
    assert signed_in("analyst").post(f"/campaigns/{campaign.pk}/list/").status_code == 403


def test_send_list_is_refused_when_it_is_asked_for_by_get(
    loop_home: ShopHome, signed_in: SignIn, now: datetime
) -> None:
    campaign = services.launch(services.make("win_back", None).pk, None)
    deliver(campaign.pk)
    assert signed_in("marketer").get(f"/campaigns/{campaign.pk}/list/").status_code == 405
    assert not AccessLog.objects.filter(field="send list").exists()


def test_audience_says_why_when_someone_is_left_out(loop_home: ShopHome, signed_in: SignIn) -> None:
    client = signed_in("owner")
    campaign = services.make("win_back", None)
    url = f"/campaigns/{campaign.pk}/audience/"
    assert "has not agreed" in text(client.get(f"{url}?show=no_consent"))
    rows = streamed(client.get(f"{url}?format=csv"))
    assert len(rows) - 1 == Member.objects.filter(campaign=campaign).count()


def test_real_shop_keeps_its_own_time_when_asked_to_let_it_pass(
    loop_home: ShopHome, people: Callable[[str], User], client: Client
) -> None:
    client.force_login(people("owner"))
    assert "Let 4 weeks pass" not in text(client.get("/campaigns/"))
    assert client.post("/demo/let-time-pass/").status_code == 422


def test_unknown_campaign_is_not_found_when_opened(loop_home: ShopHome, signed_in: SignIn) -> None:
    assert signed_in("owner").get("/campaigns/nothing/").status_code == 404
    assert signed_in("owner").get("/opportunities/nothing/").status_code == 404
