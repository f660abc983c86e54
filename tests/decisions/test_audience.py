"""Who may be approached: consent, other campaigns, addresses."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import ibis.expr.types as ir
import pytest

from regulars.decisions.audience import EXCLUSIONS, audience, exclusion_counts

MakeTables = Callable[..., dict[str, ir.Table]]
Rows = list[dict[str, Any]]
NAMES = ("customers", "customers", "identifiers", "exposures", "campaigns")


def found(
    make_tables: MakeTables,
    attributes: str | None,
    *,
    as_of: date = date(2026, 3, 10),
    **more: Rows,
) -> dict[str, Any]:
    """What becomes of li, reachable by phone and e-mail unless said otherwise."""
    reach = [
        {"kind": "phone", "value": "+8613800000000", "customer_id": "li"},
        {"kind": "email", "value": "li@example.com", "customer_id": "li"},
    ]
    said = {} if attributes is None else {"attributes": attributes}
    tables = make_tables(
        **({"customers": [{"customer_id": "li"} | said], "identifiers": reach} | more)
    )
    (row,) = audience(*(tables[name] for name in NAMES), as_of=as_of).to_pyarrow().to_pylist()
    return row


@pytest.mark.parametrize(
    ("attributes", "channel", "reason"),
    [
        (None, None, "no_consent"),
        ("{}", None, "no_consent"),
        ('{"consent_marketing": null}', None, "no_consent"),
        ('{"consent_marketing": false}', None, "no_consent"),
        ('{"consent_marketing": "perhaps"}', None, "no_consent"),
        ('{"consent_marketing": 0}', None, "no_consent"),
        ('{"consent_marketing": true}', "sms", None),
        ('{"consent_marketing": "True "}', "sms", None),
        ('{"consent_marketing": "是"}', "sms", None),
        ('{"consent_marketing": 1}', "sms", None),
        ('{"consent_email": true}', "email", None),
        ('{"consent_marketing": true, "consent_sms": false}', "email", None),
        ('{"consent_marketing": true, "consent_sms": "no"}', "email", None),
        ('{"consent_marketing": false, "consent_sms": true}', "sms", None),
        # agreed to WeChat alone, where there is no address
        ('{"consent_wechat": true}', None, "no_channel"),
    ],
)
def test_consent_decides_by_channel_and_unknown_means_no(
    make_tables: MakeTables, attributes: str | None, channel: str | None, reason: str | None
) -> None:
    row = found(make_tables, attributes)
    assert row["excluded_reason"] == reason
    assert (row["channel"] if reason is None else None) == channel


def test_is_excluded_when_there_is_no_address_at_all(make_tables: MakeTables) -> None:
    row = found(make_tables, '{"consent_marketing": true}', identifiers=[])
    assert row["excluded_reason"] == "no_channel"


@pytest.mark.parametrize("arm", ["treated", "holdout"])
@pytest.mark.parametrize(
    ("as_of", "reason"),
    [
        (date(2026, 2, 28), None),
        (date(2026, 3, 1), "in_other_campaign"),
        (date(2026, 3, 27), "in_other_campaign"),
        (date(2026, 3, 28), None),
    ],
)
def test_is_excluded_while_another_campaign_runs(
    make_tables: MakeTables, arm: str, as_of: date, reason: str | None
) -> None:
    row = found(
        make_tables,
        '{"consent_marketing": true}',
        as_of=as_of,
        campaigns=[{"campaign_id": "k", "ended_at": datetime(2026, 3, 28, 12, tzinfo=UTC)}],
        exposures=[
            {
                "campaign_id": "k", "customer_id": "li", "arm": arm,
                "assigned_at": datetime(2026, 3, 1, 2, tzinfo=UTC),
            }
        ],
    )  # fmt: skip
    assert row["excluded_reason"] == reason


def test_everyone_counts_once_when_excluded_or_not(make_tables: MakeTables) -> None:
    yes = {"attributes": '{"consent_marketing": true}'}
    people = [{"customer_id": "li"} | yes, {"customer_id": "wang"} | yes, {"customer_id": "zhao"}]
    tables = make_tables(
        customers=people, identifiers=[{"kind": "device", "value": "d", "customer_id": "wang"}]
    )
    twice = tables["customers"].union(tables["customers"])
    rows = audience(twice, *(tables[name] for name in NAMES[1:]), as_of=date(2026, 3, 10))
    counts = exclusion_counts(rows).to_pyarrow().to_pylist()
    assert {row["excluded_reason"]: row["customer_count"] for row in counts} == {
        None: 1, "no_channel": 1, "no_consent": 1,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_reason_has_words_when_shown(language: str) -> None:
    assert all(text.in_language(language) for text in EXCLUSIONS.values())
