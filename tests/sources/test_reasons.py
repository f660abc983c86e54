"""Every reason for leaving a row out reads in Chinese too."""

import pytest

from regulars.sources import reason_text
from regulars.sources.headers import LABEL, NAME, WORD
from regulars.sources.keeping import KEPT
from regulars.sources.presets import presets
from regulars.sources.reading import records
from regulars.sources.staging import _WHAT
from regulars.sources.tablefile import _document


@pytest.mark.parametrize(
    ("reason", "chinese"),
    [
        ("order_id is empty", "order_id 为空"),
        ("下单时间 '昨天' is no date and time", "下单时间 的值 '昨天' 不是日期时间"),
        ("quantity must be above 0", "quantity 必须大于 0"),
        ("rating must be 1 to 5", "rating 必须在 1 到 5 之间"),
        ("3 fields where the header has 9", "有 3 个字段，而表头有 9 个"),
        ("1 field where the header has 9", "有 1 个字段，而表头有 9 个"),
        (
            "channel 'a' is none of store, web, app, mini_program, marketplace",
            "channel 的值 'a' 不在 store, web, app, mini_program, marketplace 之中",
        ),
        ("not paid: 待付款", "未付款：待付款"),
        ("encoding GB18030", "编码 GB18030"),
        ("delimiter comma", "逗号分隔"),
        ("delimiter tab, quote '", "分隔符 tab，引号 '"),
        ("duplicated header '金额' read as '金额_2'", "表头“金额”重复，读作“金额_2”"),
        (
            "3 orders name more than one customer; each has the first by its number.",
            "3 张订单对应多位顾客，各取编号最前的一位。",
        ),
        (
            "a.csv is empty. Export it again with its rows.",
            "a.csv 是空文件。请连同数据行重新导出。",
        ),
        (
            "a.csv is empty (0 bytes). Export it again with its rows.",
            "a.csv 是空文件。请连同数据行重新导出。",
        ),
        (
            "/in/a.csv does not exist. Files in /in: b.csv, c.csv.",
            "/in/a.csv 不存在。/in 中有：b.csv, c.csv。",
        ),
        (
            "a.csv.gz is damaged or cut short (zlib: end). "
            "Get the file again from where it was made.",
            "a.csv.gz 已损坏或不完整（zlib: end）。请从来源处重新获取该文件。",
        ),
        (
            "Column '日期' could be day/month or month/day (such as 01/02/2026). "
            "Say which: --map ordered_at=日期:dmy or --map ordered_at=日期:mdy",
            "列“日期”可能是日/月，也可能是月/日（例如 01/02/2026）。"
            "请选定写法：dmy（日/月）或 mdy（月/日）。",
        ),
        (
            "Column 'ordered_at' not found in a.csv (read as sales). Columns: a, b. "
            "Did you mean --map ordered_at=b?",
            "a.csv（读作销售明细）中找不到列 'ordered_at'。现有列：a, b。ordered_at 是不是“b”列？",
        ),
        (
            "No event lies from 2020-01-01 to 2020-02-01; events run from 2025-10-01 to "
            "2026-09-30. Change --until.",
            "2020-01-01 至 2020-02-01 没有任何事件；数据中的事件从 2025-10-01 到 2026-09-30，"
            "请调整日期。",
        ),
        (
            "No event lies to 2020-02-01; events run from 2025-10-01 to 2026-09-30. Change "
            "--until.",
            "2020-02-01 及以前没有任何事件；数据中的事件从 2025-10-01 到 2026-09-30，"
            "请调整结束日期。",
        ),
        (
            "Event 'Ad' does not occur. Events: Add, Aid and 1,030 more.",
            "数据中没有事件“Ad”。相近的事件：Add, Aid（另有 1,030 个）。",
        ),
        (
            "--from-step must come before --to-step: 2 is not before 1.",
            "起始步骤必须早于到达步骤：第 2 步不在第 1 步之前。",
        ),
        (
            "Another process is writing to /shop/lake. Wait until it has finished, then try again.",
            "另一个进程正在写入 /shop/lake。请等它结束后重试。",
        ),
    ],
)
def test_reason_reads_in_chinese_when_it_is_known(reason, chinese):
    assert reason_text(reason) == (reason, chinese)


def test_no_declared_reason_is_without_chinese():
    declared = [f"x 'y' {what}" for what in _WHAT.values()]
    declared += [reason for table in _document()["checks"].values() for reason in table]
    declared += [records.BLANK, records.BROKEN_QUOTE, records.TOO_LONG]
    declared += [KEPT]
    declared += [records.wrong_width(1, 2), records.undecodable("UTF-8")]
    assert [reason for reason in declared if reason_text(reason).zh == reason] == []


def test_reason_stays_as_it_is_when_it_is_unknown():
    assert reason_text("because") == ("because", "because")


def test_presets_and_ways_of_recognising_read_in_chinese():
    said = [preset.title for preset in presets().values()] + [NAME, LABEL, WORD, "preset", "--map"]
    assert [words for words in said if reason_text(words).zh == words] == []
