"""Owners manage people in the admin; nobody grants himself more than the roles hold."""

from tests.backoffice.conftest import SignIn

from regulars.lake import ShopHome


def test_owner_makes_a_user_with_a_role_and_a_store(small_shop: ShopHome, sign_in: SignIn) -> None:
    from django.contrib.auth.models import Group, User

    client = sign_in("owner")
    made = client.post(
        "/admin/auth/user/add/",
        {
            "username": "lin",
            "usable_password": "true",
            "password1": "a long enough phrase",
            "password2": "a long enough phrase",
            "profile-TOTAL_FORMS": "0",
            "profile-INITIAL_FORMS": "0",
        },
    )
    assert made.status_code == 302
    lin = User.objects.get(username="lin")
    group = Group.objects.get(name="store_staff")
    changed = client.post(
        f"/admin/auth/user/{lin.pk}/change/",
        {
            "username": "lin",
            "is_active": "on",
            "groups": [group.pk],
            "profile-TOTAL_FORMS": "1",
            "profile-INITIAL_FORMS": "0",
            "profile-0-store_id": "S02",
        },
    )
    assert changed.status_code == 302
    lin = User.objects.get(username="lin")
    assert (lin.is_staff, lin.is_superuser, lin.profile.store_id) == (True, False, "S02")


def test_form_offers_no_superuser_switch(small_shop: ShopHome, sign_in: SignIn) -> None:
    from django.contrib.auth.models import User

    client = sign_in("owner")
    owner = User.objects.get(username="owner")
    shown = client.get(f"/admin/auth/user/{owner.pk}/change/").content.decode()
    assert "is_superuser" not in shown
    assert "user_permissions" not in shown
