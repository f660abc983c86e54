"""The same rows brought in whole, in parts and backwards: the same answers."""

import random
from datetime import date

import pytest

import regulars
from regulars.lake import ShopHome
from regulars.sources import import_files

HEADER = "event_id,customer_id,event_name,occurred_at,channel,source,page"
DRAWN = random.Random(5)
ROWS = [
    f"e{number},c{DRAWN.randrange(40)},Page Viewed,2026-03-{2 + DRAWN.randrange(6):02d} "
    f"10:0{DRAWN.randrange(2)}:00,{DRAWN.choice(['web', 'app'])},"
    f"{DRAWN.choice(['mail', 'ads', 'Ads', ''])},{DRAWN.choice(['/p/10', '/p/9', '/Z', ''])}"
    for number in range(300)
]
QUESTIONS = [
    *(("sessions", {"by": by}) for by in ("source", "entry_page", "exit_page", "channel")),
    *(("retention", {"first": "Page Viewed", "by": by}) for by in ("page", "source")),
    ("funnel", {"steps": ("Page Viewed", "Page Viewed"), "by": "page"}),
    ("attribution", {"conversion": "Page Viewed [page = /Z]", "touch_property": "source"}),
    ("paths", {"node": "page"}),
]


@pytest.fixture
def answers(tmp_path):
    """``answers(*parts)``: what a shop says that imported the parts one by one, and looked."""
    count = 0

    def ask(*parts):
        nonlocal count
        count += 1
        home = ShopHome.create(tmp_path / f"shop{count}")
        for number, rows in enumerate(parts):
            file = tmp_path / f"events{count}-{number}.csv"
            file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
            import_files(home, [file], table="events")
            shop = regulars.open_shop(home.path)
            assert shop.timeline.row_count  # built by the first part, extended by the others
        return [
            shop.analyse(name, as_of=date(2026, 3, 7), **options).to_rows()
            for name, options in QUESTIONS
        ]

    return ask


def test_answers_are_the_same_when_the_rows_came_in_other_parts_and_order(answers):
    wanted = answers(ROWS)
    assert all(wanted)
    assert answers(ROWS[::-1]) == wanted
    assert answers(ROWS[:150], ROWS[150:]) == wanted
    assert answers(ROWS[150:], ROWS[:150]) == wanted
    assert answers(ROWS[200:], ROWS[100:200], ROWS[:100]) == wanted
