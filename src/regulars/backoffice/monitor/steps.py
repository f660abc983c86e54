"""What a background step is called on a page, in both languages."""

from regulars.analyses import all_analyses
from regulars.backoffice.monitor.labels import TABLE_LABELS
from regulars.backoffice.monitor.services import Report
from regulars.flow.progress import Report as FlowReport
from regulars.tables.text import Text

RESULTS = {
    "customer_traits": Text("What is known of each customer", "汇总每位顾客的特征"),
    "campaign_effects": Text("What campaigns earned", "测算活动效果"),
    "timeline": Text("What everybody did, in order", "整理行为时间线"),
    "Timeline: reading": Text("Timeline: reading events", "行为时间线：读取事件"),
    "Timeline: sorting": Text("Timeline: putting in order", "行为时间线：排序写入"),
    "opportunities": Text("Looking for opportunities", "寻找机会"),
    "Recognising the columns": Text("Recognising the columns", "识别各列"),
    "Trying every row": Text("Trying every row", "逐行试读"),
    "Finding out who and where": Text("Finding out who and where", "识别顾客与门店"),
    "Keeping the account": Text("Keeping the account", "登记导入账目"),
    "Living on": Text("Customers live on", "顾客继续生活与购物"),
    "Done": Text("Done", "完成"),
}
BEGINNINGS = {"Opening ": "打开 ", "Reading ": "读取 ", "Writing ": "写入 "}


def step_text(step: str) -> Text:
    """A step's words: an analysis' title, a table's label, or the words as they are."""
    analysis = all_analyses().get(step)
    if analysis is not None:
        return analysis.title
    known = RESULTS.get(step) or TABLE_LABELS.get(step)
    return known or Text(step, _begun_in_chinese(step))


def _begun_in_chinese(step: str) -> str:
    """A step that names files or tables, its verb in Chinese."""
    for beginning, chinese in BEGINNINGS.items():
        if step.startswith(beginning):
            rest = step.removeprefix(beginning)
            table = TABLE_LABELS.get(rest)
            return chinese + (table.zh if table else rest)
    return step


def told(report: Report) -> FlowReport:
    """A report for flow and sources, whose steps are words of theirs."""
    return lambda step, done, total: report(step_text(step), done, total)
