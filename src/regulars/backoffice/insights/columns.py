"""What a page shows of an analysis' rows: which columns, in what order, and how they are called.

A page begins with what a reader looks for; what only a model needs stays in the export.
"""

from collections.abc import Mapping

from regulars.backoffice.charts import language
from regulars.backoffice.listing import column_label
from regulars.tables.analysis import Analysis
from regulars.tables.schema import Column
from regulars.tables.text import Text

# The columns of a page in their order, where not all are shown as they are declared.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "lifecycle": (
        "customer_id", "stage", "stage_since_on", "next_stage", "next_stage_on",
        "days_until_next_stage", "days_since_last_order", "order_day_count", "slipping_days",
        "lost_days", "first_order_on", "last_order_on",
    ),
    "clv": (
        "customer_id", "expected_amount", "amount_low", "amount_high", "alive_probability",
        "alive_low", "alive_high", "expected_order_count", "order_count_low", "order_count_high",
        "expected_order_amount", "simple_clv_amount", "average_order_value",
        "repeat_order_count", "is_one_time", "first_order_on",
    ),
    "repurchase": (
        "customer_id", "purpose", "need_state", "expected_on", "low_on", "high_on", "remind_on",
        "within_30_days_probability", "still_buying_probability", "usual_gap_days",
        "last_purchase_on", "purchase_count", "usual_quantity", "is_regular",
        "own_history_share",
    ),
    "churn": (
        "customer_id", "churn_risk", "seen_low_rate", "seen_high_rate", "value_at_risk_amount",
        "churn_tier", "is_early_warning", "days_since_last_order", "horizon_days", "driver_1",
        "driver_2", "driver_3", "expected_spend_amount", "warning_rank",
    ),
    "churn_drivers": (
        "driver", "effect_share", "effect_direction", "low_value", "low_risk_rate",
        "middle_value", "middle_risk_rate", "high_value", "high_risk_rate", "unknown_count",
        "unknown_risk_rate",
    ),
    "one_time_buyers": (
        "factor", "level", "customer_count", "one_time_count", "one_time_rate", "rate_low",
        "rate_high", "risk_ratio", "ratio_low", "ratio_high", "q_value", "is_significant",
    ),
    "personas": (
        "customer_id", "persona_en", "persona_zh", "persona_confidence", "runner_up_en",
        "runner_up_zh", "earlier_en", "earlier_zh", "purchase_count", "discount_level",
        "price_level", "novelty_level", "variety_level", "persona_reason",
    ),
    "household_evidence": (
        "customer_id", "trait_en", "trait_zh", "score", "source", "said", "evidence_count",
        "last_evidence_on", "child_age_months", "child_age_low", "child_age_high",
    ),
    "price_sensitivity": (
        "category", "product_name", "by_value", "elasticity", "elasticity_low",
        "elasticity_high", "response", "reason", "piece_count", "net_amount",
        "price_week_count", "sold_day_count", "own_elasticity", "own_weight",
    ),
    "category_audience": (
        "category", "fact", "level", "index", "index_low", "index_high", "is_significant",
        "category_share", "shop_share", "customer_count", "known_count", "q_value",
    ),
    "response_curve": (
        "part", "treated_count", "holdout_count", "treated_rate", "holdout_rate", "effect",
        "effect_low", "effect_high", "approached_share", "extra_orders", "random_extra_orders",
        "targeting_value", "targeting_value_low", "targeting_value_high",
    ),
}  # fmt: skip
# Analyses with a column for each language; elsewhere (RFM) the two are two namings of their own.
BY_LANGUAGE = frozenset({"personas", "persona_axes", "loyalty", "household_evidence", "lookalikes"})
LOW, HIGH = Text("{of}, low", "{of}下限"), Text("{of}, high", "{of}上限")
SPEND = Text("Expected spend", "预期消费金额")
ORDERS = Text("Expected orders", "预期订单数")
STILL = Text("Still a customer", "活跃概率")
CAC = Text("Cost per new customer", "获客成本（CAC）")
STAYED_AWAY = Text("Of such, stayed away", "同类实际流失率")
CUSTOMERS = Text("Customers", "顾客数")


def _ends(of: Text, low: str, high: str) -> dict[str, Text]:
    """The names of both ends of an interval."""
    return {
        name: Text(end.en.format(of=of.en), end.zh.format(of=of.zh))
        for name, end in ((low, LOW), (high, HIGH))
    }


# What a page calls a column of one analysis, where the declared name says too little there.
LABELS: Mapping[str, Mapping[str, Text]] = {
    "lifecycle": {
        "stage_since_on": Text("Since", "进入阶段日期"),
        "next_stage_on": Text("Next stage on", "进入下一阶段日期"),
        "days_until_next_stage": Text("Days until then", "距下一阶段天数"),
        "order_day_count": Text("Days with an order", "下单天数"),
        "slipping_days": Text("Slips after (days)", "超过多少天算流失预警"),
        "lost_days": Text("Lost after (days)", "超过多少天算流失"),
    },
    "lifecycle_moves": {
        "from_stage": Text("Stage before", "原阶段"),
        "to_stage": Text("Stage after", "现阶段"),
        "customer_count": CUSTOMERS,
        "move_rate": Text("Of the stage before", "占原阶段比例"),
    },
    "clv": {
        "expected_amount": SPEND,
        **_ends(SPEND, "amount_low", "amount_high"),
        "expected_order_count": ORDERS,
        **_ends(ORDERS, "order_count_low", "order_count_high"),
        **_ends(STILL, "alive_low", "alive_high"),
        "expected_order_amount": Text("Expected per order", "预期单笔金额"),
        "simple_clv_amount": Text("Rule of thumb", "简单法 CLV"),
        "repeat_order_count": Text("Repeat orders", "复购次数"),
        "is_one_time": Text("Ordered once", "仅购一次"),
    },
    "clv_calibration": {
        "group_kind": Text("Grouped by", "分组方式"),
        "group_number": Text("Group", "组号"),
        "customer_count": CUSTOMERS,
        "expected_order_count": ORDERS,
        **_ends(ORDERS, "expected_low", "expected_high"),
        "actual_order_count": Text("Orders that came", "实际订单数"),
        "past_rate_order_count": Text("By the rate so far", "按过往频率推算"),
        "expected_amount": SPEND,
        "actual_amount": Text("Spend that came", "实际消费金额"),
    },
    "cac": {
        "member_name": Text("Which", "成员"),
        "new_customer_count": Text("New customers", "新客数"),
        "cost_amount": Text("Cost", "获客费用"),
        "cac_amount": CAC,
        **_ends(CAC, "cac_low", "cac_high"),
        "value_kind": Text("Value counted as", "价值口径"),
        "brought_amount": Text("Brought so far, each", "人均已贡献"),
        "expected_amount": Text("Expected, each", "人均预期贡献"),
        "clv_amount": Text("Lifetime value, each", "人均 CLV"),
        "clv_to_cac": Text("Value per cost (times)", "CLV/CAC（倍）"),
        "payback_days": Text("Cost back after (days)", "回本天数"),
        "payback": Text("Cost back", "回本状态"),
    },
    "repurchase": {
        **_ends(Text("Expected", "预计日期"), "low_on", "high_on"),
        "within_30_days_probability": Text("Bought within 30 days", "30 天内购买概率"),
        "still_buying_probability": Text("Still buys it here", "仍在购买概率"),
        "usual_gap_days": Text("Usual gap (days)", "通常间隔（天）"),
        "purchase_count": Text("Days bought", "购买天数"),
        "own_history_share": Text("Own history's weight", "自身历史权重"),
        "usual_quantity": Text("Usual pieces", "通常购买件数"),
    },
    "next_need": {
        **_ends(Text("Expected", "预计日期"), "low_on", "high_on"),
        "within_30_days_probability": Text("Bought within 30 days", "30 天内购买概率"),
        "still_buying_probability": Text("Still buys it here", "仍在购买概率"),
        "usual_quantity": Text("Usual pieces", "通常购买件数"),
        "due_purpose_count": Text("Needs due", "到期需求数"),
        "purpose_count": Text("Needs in all", "需求数"),
    },
    "repurchase_accuracy": {
        "member": Text("Which", "取值"),
        "need_count": Text("Needs foretold", "预测数"),
        "came_count": Text("Bought", "实际购买数"),
        "came_rate": Text("Bought (share)", "实际购买率"),
        "predicted_came_rate": Text("Foretold (share)", "预测购买率"),
        "median_error_days": Text("Days off, median", "误差中位数（天）"),
        "mean_error_days": Text("Days off, mean", "平均误差（天）"),
        "interval_rate": Text("Within the interval", "区间覆盖率"),
        "interval_expected_rate": Text("Expected within it", "区间预期覆盖率"),
    },
    "churn": {
        **_ends(STAYED_AWAY, "seen_low_rate", "seen_high_rate"),
        "expected_spend_amount": Text("Expected spend if they stay", "留存预期消费"),
        "horizon_days": Text("Own long gap (days)", "判断期（天）"),
        "warning_rank": Text("Place in the warnings", "预警排名"),
        **{f"driver_{n}": Text(f"Goes with it, {n}", f"相关因素 {n}") for n in (1, 2, 3)},
    },
    "churn_drivers": {
        "driver": Text("What goes with it", "相关因素"),
        "effect_share": Text("Of all effects", "影响占比"),
        "effect_direction": Text("Direction", "影响方向"),
        "low_value": Text("Low third, about", "低值组约为"),
        "low_risk_rate": Text("Risk there", "低值组平均风险"),
        "middle_value": Text("Middle third, about", "中值组约为"),
        "middle_risk_rate": Text("Risk there", "中值组平均风险"),
        "high_value": Text("High third, about", "高值组约为"),
        "high_risk_rate": Text("Risk there", "高值组平均风险"),
        "unknown_count": Text("Not known of", "无值顾客数"),
        "unknown_risk_rate": Text("Risk of those", "无值平均风险"),
    },
    "churn_comparison": {
        "tenth": Text("Tenth by risk", "风险十分位"),
        **_ends(Text("Value", "数值"), "value_low", "value_high"),
        "told_rate": Text("Risk told", "预测风险"),
        "row_count": Text("Customers judged", "样本数"),
    },
    "one_time_buyers": {
        "factor": Text("Of the first order", "首单特征"),
        "customer_count": CUSTOMERS,
        "one_time_count": Text("Did not come back", "未回购人数"),
        "one_time_rate": Text("Share of them", "未回购率"),
        **_ends(Text("Share", "未回购率"), "rate_low", "rate_high"),
        "risk_ratio": Text("Against the others (times)", "与其他取值相比（倍）"),
        **_ends(Text("Times", "倍数"), "ratio_low", "ratio_high"),
        "q_value": Text("q (many comparisons)", "校正 p 值"),
        "is_significant": Text("Clearly different", "差异显著"),
    },
    "personas": {
        "runner_up_en": Text("Second nearest", "次选画像"),
        "earlier_en": Text("A quarter ago", "上季度末画像"),
        "purchase_count": Text("Purchases judged", "依据的购买数"),
        "persona_reason": Text("Why none", "无画像的原因"),
    },
    "persona_axes": {
        "mean_level": Text("Mean", "均值"),
        "level_spread": Text("Spread", "标准差"),
        "index": Text("Index (shop = 100)", "指数（全店 = 100）"),
        "customer_count": CUSTOMERS,
    },
    "loyalty": {
        "order_count": Text("Orders in the window", "期内订单数"),
        "net_amount": Text("Net spend", "净消费金额"),
        "brand_share": Text("First brand's share", "首选品牌占比"),
        **_ends(Text("Loyalty", "品牌忠诚分"), "loyalty_low", "loyalty_high"),
    },
    "household_traits": {
        **_ends(Text("Baby's age (months)", "宝宝月龄"), "baby_age_low", "baby_age_high"),
        **_ends(Text("Price tier", "价位得分"), "price_tier_low", "price_tier_high"),
        "evidence_count": Text("Orders that tell of it", "证据订单数"),
        "said_traits": Text("Said so", "本人确认的特征"),
        "denied_traits": Text("Denied", "本人否认的特征"),
    },
    "household_evidence": {
        "trait_en": Text("Trait", "特征"),
        "trait_zh": Text("Trait", "特征"),
        "score": Text("How sure", "把握程度"),
        "source": Text("By", "依据"),
        "said": Text("What they said", "顾客自述"),
        "evidence_count": Text("Orders that tell of it", "证据订单数"),
        "child_age_months": Text("Child's age (months)", "孩子月龄"),
        **_ends(Text("Age", "月龄"), "child_age_low", "child_age_high"),
    },
    "price_sensitivity": {
        "by_value": Text("Of whom", "客群"),
        "elasticity": Text("Price elasticity", "价格弹性"),
        **_ends(Text("Elasticity", "价格弹性"), "elasticity_low", "elasticity_high"),
        "response": Text("Answers price", "敏感类型"),
        "reason": Text("Why none", "无结果原因"),
        "piece_count": Text("Pieces", "销量（件）"),
        "net_amount": Text("Net sales", "实付金额"),
        "price_week_count": Text("Weeks of price change", "价格变动周数"),
        "sold_day_count": Text("Days sold", "有销售天数"),
        "own_elasticity": Text("By itself", "单品弹性（未合并）"),
        "own_weight": Text("Own weight", "单品权重"),
    },
    "customer_price_sensitivity": {
        "judged_count": Text("Purchases judged", "可判断购买数"),
        "offer_count": Text("Of them on offer", "优惠价购买数"),
        "offer_share": Text("On offer", "优惠价购买占比"),
        "expected_offer_share": Text("Usual for these goods", "同期同类预期占比"),
        "extra_elasticity": Text("Extra elasticity", "额外价格弹性"),
        **_ends(
            Text("Extra elasticity", "额外价格弹性"),
            "extra_elasticity_low",
            "extra_elasticity_high",
        ),
    },
    "category_audience": {
        "fact": Text("By", "特征"),
        "level": Text("Which", "取值"),
        "index": Text("Index (shop = 100)", "指数（全店 = 100）"),
        **_ends(Text("Index", "指数"), "index_low", "index_high"),
        "is_significant": Text("Clear difference", "差异显著"),
        "category_share": Text("Of its main buyers", "品类占比"),
        "shop_share": Text("Of the shop", "全店占比"),
        "customer_count": Text("Main buyers such", "该取值顾客数"),
        "known_count": Text("Main buyers known", "特征已知顾客数"),
        "q_value": Text("q (many comparisons)", "校正 p 值"),
    },
    "lookalikes": {
        "lookalike_rank": Text("Place", "相似名次"),
        "alike_in_en": Text("Alike in", "相似之处"),
    },
    "response": {
        "is_comparable": Text("Like those assigned", "有可比对象"),
        "order_probability_anyway": Text("Orders anyway", "不触达下单概率"),
        "order_probability_approached": Text("Orders if approached", "触达后下单概率"),
        **_ends(Text("Effect", "触达增量"), "uplift_low", "uplift_high"),
        "uplift_rank": Text("Place", "增量名次"),
        "recommended_arm": Text("Advice", "建议"),
    },
    "response_curve": {
        "part": Text("Part", "分组"),
        "treated_count": Text("Approached", "触达人次"),
        "holdout_count": Text("Held out", "对照人次"),
        "treated_rate": Text("Ordered, approached", "触达购买率"),
        "holdout_rate": Text("Ordered, held out", "对照购买率"),
        **_ends(Text("Effect", "增量"), "effect_low", "effect_high"),
        "approached_share": Text("Approached up to here", "触达占比"),
        "extra_orders": Text("Extra orders up to here", "累计增量订单"),
        "random_extra_orders": Text("At random", "随机触达增量"),
        "targeting_value": Text("Value of the order", "定向价值"),
        **_ends(
            Text("Value of the order", "定向价值"), "targeting_value_low", "targeting_value_high"
        ),
    },
}


def page_columns(analysis: Analysis) -> list[Column]:
    """The columns of an analysis that its page shows, in their order and in one language."""
    declared = {column.name: column for column in analysis.returns.columns}
    names = SHOWN.get(analysis.name, tuple(declared))
    other = "_en" if language() == "zh" else "_zh"
    is_once = analysis.name in BY_LANGUAGE
    return [declared[name] for name in names if not (is_once and name.endswith(other))]


def label_of(analysis: str, column: Column) -> str:
    """What the page of an analysis calls a column."""
    own = LABELS.get(analysis, {}).get(column.name)
    return own.in_language(language()) if own else column_label(column)
