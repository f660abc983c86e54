"""/healthz and the full-page answers to what goes wrong."""

import pytest
from django.test import Client

from regulars.lake import ShopHome


@pytest.mark.django_db
def test_healthz_says_ok_without_sign_in(small_shop: ShopHome) -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 200
    state = answer.json()
    assert state["ok"] is True
    assert state["database"] in ("sqlite", "postgresql")
    assert state["lake_head"] >= 1


@pytest.mark.django_db
def test_healthz_is_503_with_one_line_when_the_lake_is_damaged(own_shop: ShopHome) -> None:
    (own_shop.lake_path / "head.json").write_text("{")
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert "cannot be read" in answer.json()["error"]
