"""Which events a text means, and which rows they are."""

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from regulars.errors import ParameterInvalid
from regulars.tables.timeline import pattern, timeline_of

AT = datetime(2026, 9, 1, tzinfo=UTC)
AT_THE_END = "stand once, at the end, and hold for all events of the step: EVENT . EVENT \\["
ROWS = [
    # person, event, further, channel, product, amount, seconds, session
    ("ann", "Product Viewed", False, "web", "P1", None, 4.0, "s1"),
    ("ann", "Product Viewed", False, "app", "P2", None, None, "s1"),
    ("ann", "Order Completed", False, "web", "P1", Decimal("120.5000"), None, "s1"),
    ("ann", "Order Completed", True, "web", "P2", None, None, "s1"),
    ("bob", "Store [Main] | Entered", False, None, None, Decimal("80.0000"), 9.0, None),
    ("bob", "Page Viewed", False, "web", None, Decimal("100.0000"), None, "s2"),
]
NAMES = ("person_id", "event_name", "is_further", "channel", "product_id", "amount", "seconds")


@pytest.fixture
def timeline():
    columns = {name: [row[place] for row in ROWS] for place, name in enumerate(NAMES)}
    columns["grade"] = ["3", "good", "4.5", None, None, "nan"]
    columns["session_id"] = [row[7] for row in ROWS]
    table = pa.table(columns | {"occurred_at": pa.array([AT] * len(ROWS))})
    amounts = pa.array(columns["amount"], pa.decimal128(18, 4))
    table = table.set_column(table.column_names.index("amount"), "amount", amounts)
    return timeline_of(table, bucket_count=3)


def found(timeline, text, **how):
    """How many rows a text means, over all buckets."""
    return sum(int(pattern(text).rows(timeline, b, **how).sum()) for b in timeline.buckets)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Product Viewed", 2),
        ("Product Viewed | Page Viewed", 3),
        ("Order Completed", 1),
        ("Order Completed [product_id = P2]", 1),  # a further product of the order
        ("Order Completed [channel = web]", 1),
        ("Product Viewed [channel = web, app]", 2),
        ("Product Viewed [channel != web]", 1),
        ("Product Viewed [channel ~ WE]", 1),
        ("Product Viewed [channel = web; product_id = P2]", 0),
        ('"Store [Main] | Entered"', 1),
        ('"Store [Main] | Entered" [channel = web]', 0),
        ('"Store [Main] | Entered" [channel != web]', 0),  # not known is not another
        ("Page Viewed [amount >= 100]", 1),
        ("Page Viewed [amount > 100]", 0),
        ("Page Viewed [amount = 100]", 1),
        ("Page Viewed [amount != 100]", 0),
        ("Product Viewed | Order Completed [product_id = P1]", 2),  # holds for both
        ("Product Viewed [grade >= 3]", 1),  # one value of the text is a number
        ("Product Viewed [seconds < 5]", 1),
        ("Product Viewed [seconds != 5]", 1),
    ],
)
def test_pattern_finds_the_rows_it_means(timeline, text, count):
    assert found(timeline, text) == count


def test_further_products_are_seen_when_asked_for(timeline):
    assert found(timeline, "Order Completed", with_further=True) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Produkt Viewed", "Did you mean 'Product Viewed'"),
        ("Product Viewed [chanel = web]", "Did you mean 'channel'"),
        ("Page Viewed [amount > much]", "'amount' is compared with a number, not with 'much'"),
        ("Page Viewed [amount ~ 1]", "It is a number"),
        ("Page Viewed [session_id = s2]", "held, not compared"),
        ("Product Viewed [product_id >= 3]", "it is a text, and none of its values is a number"),
        ("Product Viewed [grade >= good]", "is compared with a number, not with 'good'"),
        ("Product Viewed [grade >= inf]", "is compared with a number, not with 'inf'"),
        ("Product Viewed [channel = web] | Page Viewed [channel = app]", AT_THE_END),
        ("Product Viewed [channel = web] | Page Viewed", AT_THE_END),
        ("Product Viewed [channel = web] [grade = 3]", AT_THE_END),
        ("", "names no event"),
        ("Product Viewed |", "names no event"),
        ("Product Viewed [channel", "names no event"),
        ("Product Viewed [channel]", "'channel' in .* is no condition"),
    ],
)
def test_error_says_what_is_wrong_when_a_text_means_nothing(timeline, text, says):
    with pytest.raises(ParameterInvalid, match=says):
        pattern(text).codes(timeline)  # already before any row is read
