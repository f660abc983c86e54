"""What a figure cannot say of itself: how far each analysis can be trusted, in plain words."""

from regulars.tables.text import Text

NOTES: dict[str, Text] = {
    "kpis": Text(
        "Periods are whole. A figure without a comparison has no data that far back. The margin "
        "counts only lines whose cost is known; “Sales with known cost” says how many that is.",
        "各周期均为完整周期。没有对比值的指标，说明数据不够久远。毛利率只计入成本已知的明细，"
        "“成本已知占比”说明覆盖多少。",
    ),
    "kpi_series": Text(
        "Refunds count on the day they were booked, not on the day of the sale. Last year is 52 "
        "weeks before, so that weekdays meet.",
        "退款计入退款当日，而非销售当日。去年同期取 52 周前，使星期对齐。",
    ),
    "sales_change": Text(
        "The parts of one dimension add up to the whole change. They say where it happened, "
        "not why.",
        "同一维度各部分之和等于总变化。它说明变化发生在哪里，而不是为什么。",
    ),
    "rfm": Text(
        "Scores compare the customers of this shop with each other: a 5 is among its best fifth, "
        "not good in itself. Orders without a known customer are not in it.",
        "得分是本店顾客之间的比较：5 分表示位于前五分之一，并非绝对好坏。未识别顾客的订单不计入。",
    ),
    "purchase_habits": Text(
        "A habit needs purchases: with one or two orders the preferred hour or day is a "
        "coincidence, and the expected gap leans on the whole shop's.",
        "习惯需要足够的购买次数：只有一两单时，偏好的时段或星期只是巧合，预计间隔则更多参考全店水平。",
    ),
    "purchase_times": Text(
        "Whole weeks only, on the shop's clock. It counts orders, not visitors: hours in which "
        "nobody could order look the same as hours in which nobody wanted to.",
        "只计完整的周，按门店当地时间。统计的是订单而非访客：无法下单的时段与无人下单的时段看起来一样。",
    ),
    "purchase_mix": Text(
        "Before refunds. An order counts in each category that it holds, so the categories' "
        "orders add up to more than the shop's.",
        "退款前金额。一张订单计入其包含的每个品类，因此各品类订单数之和大于全店订单数。",
    ),
    "cohort_retention": Text(
        "Customers of the data's first months may have bought before the data begins; their "
        "cohorts look better than they are. Purchases without a known customer are missing.",
        "数据最初几个月的“新客”可能早已购买过，其留存会偏高。未识别顾客的购买未计入。",
    ),
    "product_ranking": Text(
        "A product without sales may have been out of stock or not listed. Margins count only "
        "lines with a known cost; return rates of few pieces swing widely.",
        "没有销量的商品可能是缺货或未上架。毛利只计成本已知的明细；销量很少时退货率波动很大。",
    ),
    "lifecycle": Text(
        "“Lost” is a judgement by days away, not a fact: some come back, and those are then won "
        "back. With few orders a customer is judged by the shop's gaps, not yet by their own.",
        "“流失”是按未购天数作出的判断，并非事实：有人会回来，届时记为“召回”。订单少的顾客主要参考全店的"
        "购买间隔，而非本人的。",
    ),
    "lifecycle_moves": Text(
        "Full months only. Who stays in a stage is counted too, so that a month adds up to all "
        "customers. Moves say what happened, not what led to it.",
        "只计完整月份。停留在原阶段的顾客也计入，因此每月合计为全部顾客。转移只说明发生了什么，不说明原因。",
    ),
    "funnel": Text(
        "A step not taken within the window is not taken: a longer window shows more. People who "
        "entered in the last days still have time. Who comes back on another device without "
        "signing in is counted as another visitor.",
        "窗口期内没有完成的步骤视为未完成，窗口越长转化率越高。最近几天才进入的人，窗口期尚未走完。"
        "换设备且未登录的人，会被算作另一位访客。",
    ),
    "funnel_customers": Text(
        "Each person by the latest entry that led to the step; earlier ones are not listed.",
        "每人只列出通向该步骤的最近一次进入，更早的不列出。",
    ),
    "time_to_convert": Text(
        "Only those who got there, and only within the window: nobody can be seen to take longer "
        "than it. Of several entries the latest counts, so the times are the shortest.",
        "只统计走到终点的人，且只看窗口期内：耗时不可能超过窗口期。多次进入时取最近一次，"
        "因此得到的是最短耗时。",
    ),
    "retention": Text(
        "Of the first events since the data begins: who did it before that looks new. The overall "
        "rate counts only cohorts whose period is over, so its first and its last periods are not "
        "of the same people. “Or later” rises by itself with the time that a cohort has had.",
        "“首次”以数据起点为准：此前做过的人会被当作新人。整体留存只计该周期已结束的同期群，因此"
        "前后各期的人群并不完全相同。“及以后”口径下，同期群经历的时间越长，数值自然越高。",
    ),
    "sessions": Text(
        "Nobody says when they leave: a visit ends with its last event, so one of a single event "
        "lasts 0 seconds. A conversion within a visit is not always owed to where it came from.",
        "没有人会告知何时离开：会话以最后一个事件结束，只有一个事件的会话时长为 0 秒。"
        "会话中的转化，不一定归功于该会话的来源。",
    ),
    "store_visits": Text(
        "Sensors see phones, not people: a rate is of the visits whose phone is a known "
        "customer's, and those may differ from the rest. Who buys online after a visit might "
        "have done so without it.",
        "传感器看到的是手机而不是人：成交率只基于手机属于已识别顾客的到店，这些顾客可能与其他人不同。"
        "到店后在线上下单的顾客，不到店也可能会下单。",
    ),
    "store_zones": Text(
        "Each moment counts for one zone, the one entered last. Who is about to buy goes to more "
        "zones, so a zone's rate says what goes with it, not what the zone does.",
        "每一刻只计入一个区域，即最后进入的区域。本来要买的人会走更多区域，"
        "因此区域成交率只说明相伴关系，不代表区域的作用。",
    ),
    "zone_flow": Text(
        "Zones in the order in which they were entered; what comes into a zone goes out of it. A "
        "zone without a sensor is not on the way.",
        "按进入区域的先后排列；流入一个区域的次数等于流出的次数。没有传感器的区域不会出现在动线中。",
    ),
    "attribution": Text(
        "No model here measures what a touch causes: whoever is about to buy searches, clicks and "
        "is messaged more. What a campaign brought is measured against its holdout.",
        "任何归因模型都不能衡量触点带来的增量：本来就要买的人，搜索、点击、收到的消息都更多。"
        "活动带来了多少，要与对照组相比才知道。",
    ),
    "paths": Text(
        "A visit ends after half an hour without an event. Counts are exact; only names are "
        "folded: the most visited nodes keep theirs, the others of a step are one. A way that is "
        "often taken before a purchase need not be its reason.",
        "超过半小时没有事件，会话即结束。计数是精确的，只是节点名称有合并：经过最多的节点保留名称，"
        "同一步的其余节点合为“其他”。购买前常走的路径不一定是购买的原因。",
    ),
    "path_steps": Text(
        "Each column adds up to all visits. The same node again at once counts as one step.",
        "每一列之和为全部会话。连续停留在同一节点只算一步。",
    ),
    "page_values": Text(
        "The probability looks only at where the visit is now, not at how it came there; where "
        "it differs much from what was observed, the way there matters. Both are associations, "
        "not effects.",
        "转化概率只看会话当前所在的位置，不看它从哪里来；与实际转化率相差较大时，说明来路也有影响。"
        "二者都只是相关，并非因果。",
    ),
    "search_terms": Text(
        "Each different query is cut into words once, with the shop's own product names as the "
        "dictionary; a rare word may still be cut wrongly. A lift is measured among searches of "
        "the same language, and one person who searches often counts as one. That somebody "
        "bought after a search does not say that the search brought it.",
        "每个不同的搜索词只切分一次，并以本店商品名为词典；生僻词仍可能切错。提升度只与同语言的搜索相比，"
        "同一个人反复搜索不会放大显著性。搜索后购买，不等于因为搜索才购买。",
    ),
    "missed_searches": Text(
        "Without a result: the shop said so itself. Without a click: nothing was looked at within "
        "half an hour and before the next search, which may also mean that the list said enough. "
        "A query that names nothing in the catalogue is demand that the shop does not serve.",
        "“无结果”以系统记录的结果数为准；“无点击”指半小时内、下一次搜索之前没有看任何商品，"
        "也可能是列表已经说明一切。商品库中没有对应商品的搜索词，就是本店尚未满足的需求。",
    ),
    "decision_style": Text(
        "Only online purchases can be judged of which something alike was looked at before; who "
        "decides elsewhere looks impulsive here. The score compares customers of this shop for "
        "what they buy, and is drawn to the middle where purchases are few.",
        "只有下单前在线上看过同类商品的购买才能判断；在别处做功课的顾客，在这里会显得冲动。"
        "得分是本店顾客在同类商品上的相互比较，购买次数少时会向平均值收缩。",
    ),
    "decision_style_by_category": Text(
        "How much is looked at before buying depends on how much there is to compare and how the "
        "shop shows it, not only on the customers. Intervals take purchases as independent.",
        "购买前看得多少，也取决于可比商品的多寡与页面陈列，不只在于顾客。区间按各次购买相互独立计算。",
    ),
}

# How a figure is read that does not say it of itself.
HINTS: dict[str, Text] = {
    "rfm": Text(
        "The number in a cell is customers; its colour is the money they spent. Click a cell to "
        "open its customers.",
        "格中数字为顾客人数，颜色表示其消费金额；点击格子可查看这些顾客。",
    ),
    "paths": Text(
        "Click a node to start there. What leaves is grey, and so, between two ends, is what "
        "never arrives.",
        "点击节点即可从该处开始查看。灰色表示离开；设定了起点和终点时，灰色也表示未能到达终点。",
    ),
    "retention": Text(
        "Each row is a cohort with its people in brackets; … marks a period that is not over yet.",
        "每行是一个同期群，括号内为人数；“…”表示该期尚未结束，数值还会变化。",
    ),
    "path_steps": Text(
        "Each column is a step, each cell the share of the visits that are there then.",
        "每列是一步，每格是此时停留在该处的会话占比。",
    ),
}

# What belongs together is shown as tabs of one page.
TOGETHER: tuple[tuple[str, ...], ...] = (
    ("kpis", "kpi_series", "sales_change"),
    ("purchase_habits", "purchase_times", "purchase_mix"),
    ("paths", "path_steps", "page_values"),
    ("store_visits", "store_zones", "zone_flow"),
    ("search_terms", "missed_searches"),
    ("decision_style", "decision_style_by_category"),
    ("lifecycle", "lifecycle_moves"),
    ("clv", "clv_calibration", "cac"),
    ("repurchase", "repurchase_accuracy"),
    ("churn", "churn_drivers", "churn_comparison"),
    ("personas", "persona_axes"),
)


def tabs_of(name: str) -> tuple[str, ...]:
    """The analyses shown beside this one, itself among them; none for one that stands alone."""
    return next((group for group in TOGETHER if name in group), ())
