"""Masks, as a table of values."""

import pytest

from regulars.backoffice.accounts.masking import masked, masked_json, masked_text


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("phone", "+8613812341234", "138****1234"),
        ("phone", "+442071234567", "+44****4567"),
        ("phone", "110", "***"),
        ("email", "anna@example.com", "a***@example.com"),
        ("email", "no address", "***"),
        ("name", "王小明", "王**"),
        ("name", "Anna Bell", "A. B."),
        ("name", "", ""),
        ("member_no", "M00123", "M0***23"),
        ("card", "1234", "***"),
        ("phone", None, ""),
    ],
)
def test_value_is_masked(kind: str, value: str | None, shown: str) -> None:
    assert masked(kind, value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A2,M002,13800138000,很多", "A2,M002,138****8000,很多"),
        ("tel +86 138-0013-8000!", "tel 138****8000!"),
        ("138 0013 8000", "138****8000"),
        ("anna.b@example.com.cn, ok", "a***@example.com.cn, ok"),
        ("'110101199003074578' is no phone", "'110****4578' is no phone"),
        ("2026-01-05 10:00:00,20260105,9.90", "2026-01-05 10:00:00,20260105,9.90"),
        ("123456789", "123456789"),
        ("1767578400.1234567890", "1767578400.1234567890"),
        ("", ""),
    ],
)  # fmt: skip
def test_free_text_is_masked_where_it_names_somebody(text: str, shown: str) -> None:
    assert masked_text(text) == shown


@pytest.mark.parametrize(
    ("document", "shown"),
    [
        ('{"name": "王小明", "职业": "教师"}', '{"name": "王**", "职业": "教师"}'),
        ('{"姓名": "", "备用电话": 13800138000}', '{"姓名": "", "备用电话": 138****8000}'),
        ('{"first_name": "Anna", "mail": "a@b.cn"}', '{"first_name": "A.", "mail": "a***@b.cn"}'),
        ('["a@b.cn"]', '["a***@b.cn"]'),
        ("no JSON, a@b.cn", "no JSON, a***@b.cn"),
    ],
)
def test_attributes_are_masked_where_they_name_somebody(document: str, shown: str) -> None:
    assert masked_json(document) == shown
