"""The builder's words: options, what they do, and their named values."""

from regulars.backoffice.wording import parameter_label, value_label
from regulars.tables.text import Text

AS_USUAL = Text("as usual", "默认")
ANYWHERE = Text("anywhere", "任意")
EMPTY: dict[str, Text] = {  # what stands where nothing is chosen
    "from_": ANYWHERE,
    "to": ANYWHERE,
    "by": Text("not split", "不分组"),
    "hold": Text("no matter", "不要求"),
}
# The properties that an analysis can split by are those of
OF_WHAT: dict[str, Text] = {
    "sessions": Text("Of the visit", "会话的属性"),
    "retention": Text("Of the first event", "起始事件的属性"),
}
OF_FIRST_STEP = Text("Of the first step", "第一步的属性")
LABELS: dict[str, Text] = {
    "as-of": Text("As of", "截至日期"),
    "steps": Text("Steps", "步骤"),
    "window": Text("Within", "时间窗口"),
    "order": Text("Order", "顺序"),
    "since": Text("From day", "开始日期"),
    "until": Text("To day", "结束日期"),
    "by": Text("Split by", "分组"),
    "hold": Text("The same", "保持一致"),
    "exclude": Text("Without in between", "中间不得出现"),
    "excludes": Text("Without in between", "中间不得出现"),
    "totals": Text("Count every time, not every person", "按次数而非人数统计"),
    "people": Text("Whom to count", "统计对象"),
    "from_": Text("Starting at", "起点"),
    "to": Text("Ending at", "终点"),
    "node": Text("What a place is", "节点"),
    "depth": Text("Steps deep", "层数"),
    "top": Text("Places shown", "显示节点数"),
    "first": Text("Begins with", "起始事件"),
    "return_": Text("Comes back with", "回访事件"),
    "period": Text("Period", "周期"),
    "mode": Text("Counted as", "留存方式"),
    "idle": Text("A visit ends after", "会话间隔"),
    "search_terms.idle": Text("A look follows within", "点击须在多久内"),
    "missed_searches.idle": Text("A look follows within", "点击须在多久内"),
    "search_terms.window": Text("A purchase follows within", "购买须在多久内"),
    "missed_searches.window": Text("A purchase follows within", "购买须在多久内"),
    "visits": Text("A visit is", "会话划分"),
    "scene": Text("Visits of what happens", "范围"),
    "collapse": Text("The same place twice counts once", "合并相邻重复节点"),
    "leave_out": Text("Leave out", "排除事件"),
    "periods": Text("Periods shown", "周期数"),
    "new_only": Text("Only those who do it for the first time", "仅首次发生者"),
    "event": Text("A search is", "搜索事件"),
    "events": Text("Visits are made of", "会话由哪些事件构成"),
    "clicks": Text("A look is", "点击事件"),
    "purchase": Text("A purchase is", "购买事件"),
    "rank_by": Text("Ranked by", "排序依据"),
    "min_searches": Text("At least so many searches", "最少搜索次数"),
    "touch": Text("A touch is this event", "触点事件"),
    "attribution.order": Text("Markov order", "马尔可夫阶数"),
    "attribution.window": Text("Touches within", "回溯窗口"),
    "attribution.top": Text("Touches shown", "显示触点数"),
    "attribution.collapse": Text("The same touch twice counts once", "合并相邻重复触点"),
    "first_weight": Text("Weight of the first touch", "首次触点权重"),
    "last_weight": Text("Weight of the last touch", "末次触点权重"),
    "paths_without_conversion": Text("With ways that did not convert", "计入未转化路径"),
    "from_step": Text("From step", "起始步骤"),
    "to_step": Text("To step", "结束步骤"),
    "funnel.top": Text("Groups shown", "显示组数"),
    "retention.top": Text("Groups shown", "显示组数"),
    "sessions.top": Text("Groups shown", "显示组数"),
    "search_terms.top": Text("Terms shown", "显示词数"),
    "missed_searches.top": Text("Searches shown", "显示搜索数"),
    "conversion": Text("Conversion", "转化事件"),
    "touch_property": Text("A touch is a", "触点"),
    "model": Text("Model", "归因模型"),
    "lookback": Text("Looking back", "回溯时长"),
    "half_life": Text("Half-life", "半衰期"),
    "store_id": Text("Store", "门店"),
    "store_visits.idle": Text("Gone after", "无感知多久视为离店"),
    "store_zones.idle": Text("Gone after", "无感知多久视为离店"),
    "zone_flow.idle": Text("Gone after", "无感知多久视为离店"),
    "store_visits.window": Text("Online before and after", "前后多久的线上行为"),
    "tolerance": Text("An order belongs to the visit up to", "离店后多久的订单算入"),
    "look_back": Text("A way begins at most", "决策过程最早始于"),
    "min_purchases": Text("At least so many purchases", "最少购买次数"),
    "sureness": Text("Sureness", "判定把握"),
    "view": Text("A look is", "浏览事件"),
    "segment": Text("People with", "人群"),
    "against": Text("Against", "对比人群"),
}
HINTS: dict[str, Text] = {
    "as-of": Text("Nothing after that day is known.", "该日之后的数据不计入。"),
    "steps": Text(
        "What people do, in order. A step may be several events, and hold only for some values.",
        "用户依次做的事。一步可以包含多个事件，并可限定属性取值。",
    ),
    "window": Text(
        "From a person's first step to the last: 30m, 12h, 7d, 2w.",
        "从第一步到最后一步的时长：30m（分钟）、12h（小时）、7d（天）、2w（周）。",
    ),
    "order": Text(
        "This order: other things may happen in between. Exact: nothing else. Any: in whatever "
        "order.",
        "按此顺序：中间可有其他行为；严格顺序：中间不得有其他行为；任意顺序：不论先后。",
    ),
    "since": Text("The first step falls on this day or later.", "第一步不早于该日。"),
    "until": Text("The first step falls on this day or earlier.", "第一步不晚于该日。"),
    "hold": Text(
        "All steps must have the same value: the same product, the same session.",
        "各步骤取值必须相同，例如同一商品、同一会话。",
    ),
    "exclude": Text(
        "Who does this between two steps is not counted further.",
        "在两步之间做了这些事的人不再计入后续步骤。",
    ),
    "by": Text("By a trait, or by a property of the first step.", "按顾客特征或第一步的属性分组。"),
    "node": Text("Event, page, zone: what one place of the way is.", "路径上的一个节点是什么。"),
    "from_": Text("Ways begin at this event.", "路径从该事件开始。"),
    "to": Text("Ways end at this event.", "路径到该事件结束。"),
    "mode": Text(
        "Bounded: back in exactly that period of the calendar. Unbounded: in it or later. "
        "Rolling: in exactly that many lots of 24 hours, 7 or 30 days from one's own first event.",
        "当期：恰在该日历周期回访；不限期：该周期或之后回访；滚动：从本人首次行为起，"
        "按满 24 小时、7 天或 30 天为一期计。",
    ),
    "segment": Text(
        "Only people of whom this is known: a trait and its value.",
        "只看具有某一特征取值的人群。",
    ),
    "against": Text(
        "The same of other people, and the difference between the two.",
        "与另一人群对比，显示两者差异。",
    ),
    "touch": Text(
        "Touches as events, in the place of values of a property.", "以事件而非属性取值作为触点。"
    ),
    "conversion": Text("Without one: a purchase.", "不选则为购买。"),
    "purchase": Text("Without one: a purchase.", "不选则为购买。"),
    "first": Text(
        "Without one: a purchase, else what happens most.",
        "不选则为购买；没有购买时为最常见的事件。",
    ),
    "return_": Text("Without one: the same again.", "不选则为再次发生起始事件。"),
    "event": Text("Without one: searches as the shop names them.", "不选则为本店的搜索事件。"),
    "events": Text("Without one: whatever happens online.", "不选则为线上发生的全部事件。"),
    "scene": Text(
        "Online: not the till, sensors, customer service and social media. As usual: online, but "
        "everything where nothing happens online or the question is of what never does.",
        "线上：不含收银台、门店感应设备、客服与社交媒体。默认：线上；若线上没有任何事件，"
        "或所问的事从不在线上发生，则为全部。",
    ),
    "view": Text("Without one: views of products.", "不选则为查看商品。"),
    "sessions.by": Text("What visits are grouped by.", "会话按什么分组。"),
    "search_terms.by": Text("A trait that splits the searches.", "按顾客特征分组。"),
    "idle": Text(
        "After so long without anything, the next thing begins a new visit.",
        "超过该时长无任何行为，之后视为新的会话。",
    ),
    "touch_property": Text(
        "The property whose value names the touch: campaign, channel, source.",
        "用哪个属性表示触点：活动、渠道、来源。",
    ),
}
CHOICES: dict[str, Text] = {
    "this": Text("this order", "按此顺序"),
    "any": Text("any order", "任意顺序"),
    "exact": Text("exact order", "严格顺序"),
    "bounded": Text("bounded", "当期留存"),
    "unbounded": Text("unbounded", "不限期"),
    "rolling": Text("rolling", "滚动留存"),
    "all": Text("everybody", "所有人"),
    "attribution.model.all": Text("all of them side by side", "全部并列"),
    "idle": Text("until a pause", "按间隔时长"),
    "session_id": Text("as the source says", "按来源会话编号"),
    "online": Text("online", "线上"),
    "everywhere": Text("everywhere", "全部"),
    "search_count": Text("searches", "搜索次数"),
    "no_result_count": Text("without a result", "无结果次数"),
    "no_click_count": Text("without a click", "无点击次数"),
    "bought_count": Text("bought after", "搜索后购买"),
    "customers": Text("customers", "顾客"),
    "visitors": Text("visitors", "访客"),
    "first": Text("first touch", "首次触点"),
    "last": Text("last touch", "末次触点"),
    "linear": Text("linear", "线性"),
    "time_decay": Text("time decay", "时间衰减"),
    "position": Text("by position", "位置"),
    "markov": Text("Markov removal", "马尔可夫移除效应"),
    "shapley": Text("Shapley", "Shapley 值"),
}


def label_of(analysis: str, name: str, language: str) -> str:
    """An option in words."""
    known = LABELS.get(f"{analysis}.{name}") or LABELS.get(name)
    return known.in_language(language) if known else parameter_label(name)


def hint_of(analysis: str, name: str, language: str) -> str:
    """What an option does, where that needs saying."""
    known = HINTS.get(f"{analysis}.{name}") or HINTS.get(name)
    return known.in_language(language) if known else ""


def choice_label(analysis: str, name: str, value: str, language: str) -> str:
    """A named value of an option in words."""
    known = CHOICES.get(f"{analysis}.{name}.{value}") or CHOICES.get(value)
    return known.in_language(language) if known else value_label(value)
