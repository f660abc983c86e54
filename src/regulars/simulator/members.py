"""The membership programme's export: an Excel sheet per fifty thousand members.

Names are put together from parts; phones begin with 154, a range that no operator in
mainland China has; e-mails end in example.com (RFC 2606): none of them can be real.
"""

import tomllib
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa

from regulars.simulator.arrays import Flags
from regulars.simulator.calendar import Calendar
from regulars.simulator.columns import (
    TextColumn,
    column,
    day_texts,
    joined,
    local_times,
    numbered,
    optional,
    table_of,
    taken,
)
from regulars.simulator.exports import Exports
from regulars.simulator.people import ACQUISITIONS, People
from regulars.simulator.stores import load_stores

DATA_FILE = Path(__file__).with_name("names.toml")
ACQUISITION_NAMES = ("门店", "微信", "搜索", "短视频", "转介绍", "自然流量")
SHEET_ROWS = 50_000


@cache
def _parts() -> dict[str, list[str]]:
    with DATA_FILE.open("rb") as file:
        return tomllib.load(file)


def write_members(exports: Exports, people: People, calendar: Calendar, tag: str) -> None:
    """The block's members as workbooks, its other buyers as the web shop's CSV."""
    members = np.flatnonzero(people.is_member)
    for sheet, first in enumerate(range(0, len(members), SHEET_ROWS)):
        rows = members[first : first + SHEET_ROWS]
        name = f"members-{tag}-{sheet + 1:02d}.xlsx"
        exports.workbook(name, "会员", member_table(people.take(rows), calendar))
    others = people.take(~people.is_member)
    exports.csv("web_customers.csv", web_customer_table(others, calendar))


def member_table(people: People, calendar: Calendar) -> pa.Table:
    """One row per member, Chinese headers, all cells text."""
    parts, stores = _parts(), load_stores()
    home = people.home_store
    first, second = np.divmod(people.given_name, 80)
    yes_no = ["否", "是"]
    return table_of(
        {
            "会员卡号": column(people.codes, pa.string()),
            "姓名": joined(
                taken(parts["surnames"], people.surname),
                taken(parts["first"], first),
                optional_or_empty(taken(parts["second"], second), people.given_name % 5 > 0),
            ),
            "手机号": numbered("154", people.number, 8),
            "邮箱": joined(numbered("m", people.number, 7), "@example.com"),
            "生日": day_texts(calendar.start_on, np.floor(people.born).astype(np.int64)),
            "性别": taken(["男", "女"], people.is_female.astype(np.int64)),
            "城市": taken(stores.city, home),
            "省份": taken(stores.region, home),
            "注册时间": local_times(calendar.start_on, people.joined),
            "归属门店": taken(stores.store_id, home),
            "获客渠道": taken(ACQUISITION_NAMES, people.acquisition),
            "短信营销同意": taken(yes_no, people.consents_sms.astype(np.int64)),
            "邮件营销同意": taken(yes_no, people.consents_email.astype(np.int64)),
        }
    )


def optional_or_empty(text: TextColumn, keep: Flags) -> TextColumn:
    """The text where ``keep`` holds, else empty."""
    return optional(text, keep).fill_null("")


def web_customer_table(people: People, calendar: Calendar) -> pa.Table:
    """Buyers of the web shop who are no members."""
    stores = load_stores()
    return table_of(
        {
            "customer_id": column(people.codes, pa.string()),
            "email": joined(numbered("u", people.number, 7), "@example.com"),
            "registered_at": local_times(calendar.start_on, people.joined),
            "city": taken(stores.city, people.home_store),
            "region": taken(stores.region, people.home_store),
            "acquisition_channel": taken(ACQUISITIONS, people.acquisition),
            "is_member": taken(["false"], np.zeros(len(people), dtype=np.int64)),
        }
    )
