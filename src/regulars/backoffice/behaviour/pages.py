"""The builder's pages: which analyses belong together, and what each shows, in one sentence."""

from dataclasses import dataclass

from regulars.analyses import all_analyses
from regulars.tables.analysis import Analysis
from regulars.tables.text import Text


@dataclass(frozen=True)
class Page:
    """One entry of the sidebar: its analyses are its tabs, the first one the page's own.

    ``beside``: by analysis, what is shown with its answer under the same question.
    """

    title: Text
    says: Text
    icon: str
    tabs: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.tabs[0]


PAGES: tuple[Page, ...] = (
    Page(
        Text("Funnel", "漏斗"),
        Text(
            "How many people take each step, and where they drop out.",
            "每一步有多少人完成，在哪里流失。",
        ),
        "filter_alt",
        ("funnel", "time_to_convert"),
    ),
    Page(
        Text("Paths", "路径"),
        Text(
            "Which ways people take, where they leave, and which pages hold them.",
            "用户走哪些路径，在哪里离开，哪些页面能留住人。",
        ),
        "account_tree",
        ("paths", "path_steps", "page_values"),
    ),
    Page(
        Text("Coming back", "行为留存"),
        Text(
            "Of those who did one thing, how many come back to do another, and when.",
            "做过某件事的人，多久之后还有多少回来做另一件事。",
        ),
        "event_repeat",
        ("retention",),
    ),
    Page(
        Text("Visits", "会话"),
        Text(
            "How long and how deep visits are, where they begin and from where they come.",
            "会话有多长、多深，从哪里进入，来自哪里。",
        ),
        "tab",
        ("sessions",),
    ),
    Page(
        Text("Searches", "搜索"),
        Text(
            "What people look for, with which words, and whether they find it.",
            "用户搜什么、带什么修饰词，搜到了没有。",
        ),
        "search",
        ("search_terms", "missed_searches"),
    ),
    Page(
        Text("Store map", "门店动线"),
        Text(
            "How people walk through a store: where they stop, what they pass, what they buy.",
            "顾客在店内怎么走：在哪里停留、路过哪里、买了什么。",
        ),
        "map",
        ("store_zones", "zone_flow", "store_visits"),
    ),
    Page(
        Text("Attribution", "归因"),
        Text(
            "Which touches go with purchases, beside what campaigns were measured to cause.",
            "哪些触点与购买相伴，并与活动实测增量对照。",
        ),
        "hub",
        ("attribution",),
    ),
    Page(
        Text("Deciding", "决策风格"),
        Text(
            "How people come to a decision: at once, by comparing, after long thought.",
            "顾客如何做决定：果断、反复比较还是深思熟虑。",
        ),
        "psychology",
        ("decision_style", "decision_style_by_category"),
    ),
)
# Under the same question, beside an answer.
BESIDE: dict[str, tuple[str, ...]] = {
    "funnel": ("time_to_convert",),
    "store_zones": ("zone_flow",),
}


def known_pages() -> list[Page]:
    """The pages of which at least one analysis is there."""
    return [page for page in PAGES if tabs(page)]


def tabs(page: Page) -> list[Analysis]:
    """A page's analyses."""
    known = all_analyses()
    return [known[name] for name in page.tabs if name in known]


def page_of(name: str) -> Page | None:
    """The page that an analysis is shown on; None where it has none."""
    return next((page for page in PAGES if name in page.tabs), None)
