"""The stages of the lifecycle in words, in the order in which they are drawn."""

from regulars.tables.text import Text

STAGES = {
    "not_yet": Text("first order", "首单"),
    "new": Text("new", "新客"),
    "active": Text("active", "活跃"),
    "loyal": Text("loyal", "忠诚"),
    "won_back": Text("won back", "召回"),
    "slipping": Text("slipping", "下滑"),
    "lost": Text("lost", "流失"),
}


def stage_name(stage: str | None, language: str) -> str:
    """A stage as the reader says it; – where a shop has none."""
    known = STAGES.get(stage or "")
    return known.in_language(language) if known else stage or "–"


def in_order(stages: set[str]) -> list[str]:
    """Stages in their order; unknown ones behind."""
    known = [stage for stage in STAGES if stage in stages]
    return known + sorted(stages - set(known))
