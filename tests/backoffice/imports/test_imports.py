"""From upload to account, in the pages."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from regulars import sources
from regulars.backoffice.accounts.models import AccessLog
from regulars.backoffice.imports.inbox import safe_name
from regulars.backoffice.imports.models import ImportDraft
from regulars.backoffice.monitor.models import Progress
from regulars.flow.shop import Shop
from regulars.lake import ShopHome

pytestmark = pytest.mark.django_db

SALES = """订单号,会员卡号,下单时间,商品编码,商品名称,数量,单价,实付金额,门店
A1,M001,2026-03-01 10:00:00,P1,牛奶,2,10.00,20.00,西湖店
A1,M001,2026-03-01 10:00:00,P2,面包,1,8.50,8.50,西湖店
A2,M002,2026-03-02 11:30:00,P1,牛奶,1,10.00,10.00,滨江店
A3,M002,2026-03-03 12:00:00,P1,牛奶,很多,10.00,10.00,滨江店
"""
UNCLEAR = "order,when,what,amount\n1,2026-01-01,tea,5\n"


@pytest.fixture
def shop(empty_shop: ShopHome, settings: Any) -> ShopHome:
    """An empty shop; tasks run at once."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    return empty_shop


def upload(client: Any, name: str, content: str) -> ImportDraft:
    file = SimpleUploadedFile(name, content.encode())
    client.post("/imports/new/", {"files": [file]})
    return ImportDraft.objects.latest("created_at")


def text(response: Any) -> str:
    return str(response.content.decode())


def test_import_pages_read_chinese_when_the_reader_does(shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner", "zh-hans")
    draft = upload(client, "三月销售.csv", SALES)
    page = text(client.get(f"/imports/draft/{draft.pk}/"))
    for chinese in ("编码 UTF-8", "逗号分隔", "中文列名", "任意销售文件", "会员卡号 (member_no)"):
        assert chinese in page
    for english in ("encoding", "delimiter", "Chinese label", "known word", "Any sales file"):
        assert english not in page
    client.post(f"/imports/draft/{draft.pk}/run/")
    account = sources.accounts(shop)[0].import_id
    assert "<td>sales</td>" not in text(client.get(f"/imports/{account}/"))
    assert "不是数字" in text(client.get(f"/imports/{account}/rows/"))
    unclear = upload(client, "unclear.csv", UNCLEAR)
    page = text(client.get(f"/imports/draft/{unclear.pk}/"))
    assert "中找不到列" in page
    assert "not found in" not in page


def test_rows_and_money_add_up_when_a_file_goes_from_upload_to_account(
    shop: ShopHome, sign_in: Any
) -> None:
    client = sign_in("owner")
    draft = upload(client, "三月销售.csv", SALES)
    page = text(client.get(f"/imports/draft/{draft.pk}/"))
    assert "Of 4 rows, 1 would be left out." in page
    assert "实付金额" in page
    assert Shop(shop).head.number == 0  # looking writes nothing
    client.post(f"/imports/draft/{draft.pk}/run/")
    account = sources.accounts(shop)[0]
    assert (account.read_count, account.used_count, account.quarantined_count) == (4, 3, 1)
    assert account.adds_up
    assert account.money.orders == Decimal("38.50")
    page = text(client.get(f"/imports/{account.import_id}/"))
    assert "4 rows read = 3 used + 0 repeated + 1 left out." in page
    assert "¥38.50" in page


def test_rows_left_out_can_be_taken_when_there_are_some(shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner")
    draft = upload(client, "sales.csv", SALES)
    client.post(f"/imports/draft/{draft.pk}/run/")
    url = f"/imports/{sources.accounts(shop)[0].import_id}/rows/"
    assert "很多" in text(client.get(url))
    body = b"".join(client.get(f"{url}?format=csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body)))
    assert [row[:2] for row in rows[1:]] == [["sales.csv", "5"]]


PEOPLE = """会员卡号,姓名,手机号,下单时间,订单号,商品编码,数量,实付金额
M1,王小明,13800138000,2026-03-01,A1,P1,1,5.00
M2,李小红,13900139000,2026-03-01,A2,P1,很多13900139000,5.00
"""
SECRETS = ("王小明", "13800138000", "李小红", "13900139000")


def test_people_are_masked_when_the_pages_show_what_a_file_says(
    shop: ShopHome, sign_in: Any
) -> None:
    client = sign_in("owner")
    draft = upload(client, "people.csv", PEOPLE)
    shown = [text(client.get(f"/imports/draft/{draft.pk}/"))]
    assert "138****8000" in shown[0]
    client.post(f"/imports/draft/{draft.pk}/run/")
    key = sources.accounts(shop)[0].import_id
    shown += [text(client.get(f"/imports/{key}/")), text(client.get(f"/imports/{key}/rows/"))]
    for page in shown:
        assert "139****9000" in page
    for page in shown[:2]:
        assert [secret for secret in SECRETS if secret in page] == []
    assert "13900139000" not in shown[2]
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(("role", "in_full"), [("owner", True), ("analyst", False)])
def test_rows_left_out_are_in_full_only_for_whom_may_see_them_and_that_is_logged(
    shop: ShopHome, sign_in: Any, role: str, in_full: bool
) -> None:
    client = sign_in(role)
    draft = upload(client, "people.csv", PEOPLE)
    client.post(f"/imports/draft/{draft.pk}/run/")
    key = sources.accounts(shop)[0].import_id
    body = b"".join(client.get(f"/imports/{key}/rows/?format=csv").streaming_content).decode()
    assert ("13900139000" in body) is in_full
    logged = [f"import {key}"] if in_full else []
    assert list(AccessLog.objects.values_list("customer_id", flat=True)) == logged
    if in_full:
        assert f"/imports/{key}/rows/" in text(client.get("/access-log/"))


def test_analyses_are_refreshed_when_asked_for_with_the_import(
    shop: ShopHome, sign_in: Any
) -> None:
    client = sign_in("owner")
    draft = upload(client, "sales.csv", SALES)
    client.post(f"/imports/draft/{draft.pk}/run/", {"refresh": "on"})
    assert "rfm" in Shop(shop).results
    assert set(Progress.objects.values_list("state", flat=True)) == {"done"}


def test_nothing_changes_when_the_same_file_comes_twice(shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner")
    for _ in range(2):
        draft = upload(client, "sales.csv", SALES)
        client.post(f"/imports/draft/{draft.pk}/run/")
    assert Shop(shop).tables.orders.count().to_pyarrow().as_py() == 2
    assert sorted(path.name for path in shop.inbox.iterdir()) == ["sales-2.csv", "sales.csv"]


def test_draft_is_imported_once_when_run_twice(shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner")
    draft = upload(client, "sales.csv", SALES)
    client.post(f"/imports/draft/{draft.pk}/run/")
    client.post(f"/imports/draft/{draft.pk}/run/")
    assert len(sources.accounts(shop)) == 1


def test_columns_are_asked_for_when_unclear(shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner")
    draft = upload(client, "odd.csv", UNCLEAR)
    page = text(client.get(f"/imports/draft/{draft.pk}/"))
    assert "Please say" in page
    assert "not found in odd.csv" in page
    assert f"/imports/draft/{draft.pk}/run/" not in page


def test_chosen_columns_are_used_when_looked_at_again(shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner")
    body = "单据,会员卡号,下单时间,货,数量,实付金额\n1,M1,2026-01-01 10:00,茶,1,5.00\n"
    draft = upload(client, "odd.csv", body)
    chosen = {"target:单据": "order_id", "target:货": "product_name", "table": "sales"}
    client.post(f"/imports/draft/{draft.pk}/look/", chosen | {"table": ""})
    draft.refresh_from_db()
    assert draft.mapping["order_id"] == "单据"
    assert draft.look["unclear"] == []
    assert draft.look["tables"]["orders"] == 1


def test_two_columns_for_the_same_are_refused_when_chosen(shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner")
    draft = upload(client, "odd.csv", UNCLEAR)
    chosen = {"target:order": "order_id", "target:what": "order_id"}
    response = client.post(f"/imports/draft/{draft.pk}/look/", chosen, follow=True)
    assert "Two columns stand for" in text(response)


def test_one_clear_line_is_shown_when_the_file_is_broken(shop: ShopHome, sign_in: Any) -> None:
    client = sign_in("owner")
    file = SimpleUploadedFile("broken.xlsx", b"this is no workbook")
    response = client.post("/imports/new/", {"files": [file]}, follow=True)
    draft = ImportDraft.objects.get()
    page = text(client.get(f"/imports/draft/{draft.pk}/"))
    error = Progress.objects.get().error
    assert "broken.xlsx" in error
    assert "\n" not in error
    assert "broken.xlsx" in page
    assert 'role="alert"' in page
    assert response.status_code == 200
    assert Shop(shop).head.number == 0


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [("photo.png", b"x", "of no kind that can be imported"), ("empty.csv", b"", "is empty")],
)
def test_upload_is_refused_when_it_cannot_be_read(
    shop: ShopHome, sign_in: Any, name: str, content: bytes, line: str
) -> None:
    file = SimpleUploadedFile(name, content)
    response = sign_in("owner").post("/imports/new/", {"files": [file]}, follow=True)
    assert line in text(response)
    assert not ImportDraft.objects.exists()
    assert list(shop.inbox.iterdir()) == []


def test_file_of_the_inbox_can_be_chosen_when_it_lies_there(shop: ShopHome, sign_in: Any) -> None:
    (shop.inbox / "till.csv").write_text(SALES, encoding="utf-8")
    client = sign_in("owner")
    assert "till.csv" in text(client.get("/imports/"))
    client.post("/imports/new/", {"chosen": ["till.csv"]})
    assert ImportDraft.objects.get().look["read_count"] == 4


@pytest.mark.parametrize("chosen", ["../shop.toml", "/etc/passwd", "nothing.csv"])
def test_file_elsewhere_is_refused_when_chosen(shop: ShopHome, sign_in: Any, chosen: str) -> None:
    response = sign_in("owner").post("/imports/new/", {"chosen": [chosen]}, follow=True)
    assert "is not in the inbox" in text(response)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("三月.csv", "三月.csv"),
        ("../../etc/a.csv", "a.csv"),
        ("C:\\data\\b.csv", "b.csv"),
        (".hidden.csv", "hidden.csv"),
        ("a\x00b\n.csv", "ab.csv"),
        ("", "upload.csv"),
    ],
)
def test_name_is_made_safe_when_taken_in(given: str, kept: str) -> None:
    assert safe_name(given) == kept
    assert Path(kept).name == kept


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("analyst", 200), ("marketer", 403), ("store_staff", 403)]
)
def test_page_answers_when_the_role_may_import(
    shop: ShopHome, sign_in: Any, role: str, status: int
) -> None:
    assert sign_in(role).get("/imports/").status_code == status
