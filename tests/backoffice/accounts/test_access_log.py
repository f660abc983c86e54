"""Personal data: masked for everybody, shown on purpose to whom may see it, and logged."""

import pytest
from tests.backoffice.conftest import SignIn

from regulars.lake import ShopHome

PHONE, MAIL, NAME = "+8613800000000", "person0@example.com", "王小0"


@pytest.mark.parametrize("role", ["owner", "marketer", "analyst", "store_staff"])
@pytest.mark.parametrize("page", ["/customers/", "/customers/of/C0001/", "/customers/export.csv"])
def test_page_masks_personal_data(
    small_shop: ShopHome, sign_in: SignIn, role: str, page: str
) -> None:
    answer = sign_in(role).get(page)
    shown = (b"".join(answer) if answer.streaming else answer.content).decode()
    assert not any(secret in shown for secret in (PHONE, "13800000000", MAIL, NAME))


def test_list_shows_masked_phone_and_name(small_shop: ShopHome, sign_in: SignIn) -> None:
    shown = sign_in("analyst").get("/customers/?q=C0001").content.decode()
    assert "138****0000" in shown
    assert "王**" in shown


def test_showing_is_logged_with_who_when_whom_and_what(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    from regulars.backoffice.accounts.models import AccessLog

    shown = sign_in("marketer").post("/customers/of/C0001/").content.decode()
    assert PHONE in shown
    assert MAIL in shown
    entries = AccessLog.objects.values_list("user__username", "customer_id", "field")
    assert set(entries) == {
        ("marketer", "C0001", field) for field in ("name", "phone", "email", "member_no")
    }


def test_showing_is_refused_and_not_logged_when_the_role_may_not(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    from regulars.backoffice.accounts.models import AccessLog

    assert sign_in("analyst").post("/customers/of/C0001/").status_code == 403
    assert not AccessLog.objects.exists()


def test_export_in_full_logs_every_customer_of_the_file(
    small_shop: ShopHome, sign_in: SignIn
) -> None:
    from regulars.backoffice.accounts.models import AccessLog

    client = sign_in("owner")
    answer = client.post("/customers/export.csv", {"query": "home_store_id=S02"})
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert any("@example.com" in line and "***" not in line for line in lines[1:])
    logged = set(AccessLog.objects.values_list("customer_id", flat=True))
    assert logged == {line.split(",")[0] for line in lines[1:]}


def test_owner_reads_the_log(small_shop: ShopHome, sign_in: SignIn) -> None:
    sign_in("marketer").post("/customers/of/C0002/")
    shown = sign_in("owner").get("/access-log/?customer=C0002").content.decode()
    assert "marketer" in shown
    assert "/customers/of/C0002/" in shown


@pytest.mark.django_db
def test_log_cannot_be_changed_or_removed(person: object) -> None:
    from regulars.backoffice.accounts.models import AccessLog

    user = person("owner")  # type: ignore[operator]
    entry = AccessLog.objects.create(user=user, customer_id="C1", field="phone")
    with pytest.raises(TypeError, match="append-only"):
        entry.save()
    with pytest.raises(TypeError, match="append-only"):
        entry.delete()
