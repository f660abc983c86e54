"""What to do with an analysis' answer, and whom it leaves out: a few plain words for each."""

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.tables.text import Text


@dataclass(frozen=True)
class Advice:
    """What to do, and the kinds of opportunity that do it (those that exist are linked)."""

    text: Text
    kinds: tuple[str, ...] = ()


ADVICE: Mapping[str, Advice] = {
    "kpis": Advice(
        Text(
            "Look first at what changed most against the same time last year, then open the "
            "parts of that change.",
            "先看与去年同期相比变化最大的指标，再查看变化由哪些部分构成。",
        )
    ),
    "kpi_series": Advice(
        Text(
            "Look at runs of days on one side of last year, not at single days.",
            "看连续多日高于或低于去年的走势，不要看单日波动。",
        )
    ),
    "sales_change": Advice(
        Text(
            "Open the part that moved most and ask there: price, stock, a campaign, a holiday?",
            "打开变动最大的部分查原因：价格、缺货、活动，还是节假日错位？",
        )
    ),
    "rfm": Advice(
        Text(
            "Keep the best close, win back who was worth much and stays away, lead newcomers to "
            "a second order. Open a group, save it as a list, and measure with a holdout.",
            "维护好高价值顾客，挽回久未到店的高价值顾客，促成新客第二单。打开某一组，存为名单，"
            "并保留对照组来衡量效果。",
        ),
        ("win_back", "second_order", "vip_at_risk", "thank_and_upgrade"),
    ),
    "purchase_habits": Advice(
        Text(
            "Write to people at the hour and on the channel where they buy.",
            "在顾客习惯购买的时段和渠道联系他们。",
        ),
        ("second_order",),
    ),
    "purchase_times": Advice(
        Text(
            "Staff and deliver for the full hours; put offers into the empty ones.",
            "按高峰时段排班与配送，把优惠放到低谷时段。",
        )
    ),
    "purchase_mix": Advice(
        Text(
            "Where many customers buy one category only, show them the one bought beside it.",
            "若许多顾客只买一个品类，向他们推荐常一起购买的品类。",
        )
    ),
    "cohort_retention": Advice(
        Text(
            "Compare cohorts at the same age. Where the first month is weak, work on the second "
            "order; where later ones are, on reasons to come back.",
            "在相同月龄比较各期新客。首月偏低就抓第二单，后续偏低就给回店理由。",
        ),
        ("second_order",),
    ),
    "lifecycle": Advice(
        Text(
            "Act where a stage is about to change: newcomers before they cool, the slipping "
            "before they are lost. Who is lost costs most and answers least.",
            "在阶段即将变化时行动：新客冷却之前、流失发生之前。已流失的顾客成本最高、响应最低。",
        ),
        ("win_back", "second_order", "vip_at_risk"),
    ),
    "lifecycle_moves": Advice(
        Text(
            "Look at the way on which most customers are lost; the best moment is the stage "
            "before it.",
            "找到流失人数最多的路径，最佳时机是它的前一阶段。",
        ),
        ("win_back",),
    ),
    "clv": Advice(
        Text(
            "Spend on a customer in proportion to what is still to come, not to what was. Mind "
            "the interval: where it is wide, test before you spend.",
            "按未来价值而不是历史消费分配投入。注意区间：区间很宽时，先小范围测试。",
        ),
        ("vip_at_risk", "thank_and_upgrade"),
    ),
    "clv_calibration": Advice(
        Text(
            "Where a group lies off the line, take its values for a ranking, not for money.",
            "偏离对角线的组，其预测值只可用于排序，不可当作金额。",
        )
    ),
    "cac": Advice(
        Text(
            "Move money from channels whose customers do not earn back their cost to those that "
            "do, a part at a time, and look again.",
            "把预算从收不回成本的渠道逐步移向能收回的渠道，并持续复查。",
        )
    ),
    "repurchase": Advice(
        Text(
            "Remind shortly before the expected day; leave alone who has just bought.",
            "在预计日期前不久提醒；刚买过的顾客不要打扰。",
        ),
        ("replenish",),
    ),
    "next_need": Advice(
        Text(
            "Remind shortly before the expected day, of the purpose that comes next.",
            "在预计日期前不久，按下一个需求提醒。",
        ),
        ("replenish",),
    ),
    "repurchase_accuracy": Advice(
        Text(
            "Use the dates of purposes that were foretold well; for the others remind of the "
            "category, not of a day.",
            "预测较准的用途可按日期提醒，其余只提醒品类，不要说具体日期。",
        ),
        ("replenish",),
    ),
    "churn": Advice(
        Text(
            "Approach those whose leaving would cost most and who can still be reached; who "
            "would leave anyway or never is not worth a discount.",
            "优先联系流失损失大且仍可触达的顾客；注定流失或不会流失的人不值得给折扣。",
        ),
        ("vip_at_risk", "win_back"),
    ),
    "churn_drivers": Advice(
        Text(
            "What goes with leaving is where to look, not proof of a cause. Mend what can be "
            "mended and measure whether leaving falls.",
            "与流失相伴的因素是线索，不是因果。能改进的先改进，再看流失率是否下降。",
        )
    ),
    "churn_comparison": Advice(
        Text(
            "Compare like with like, and mend first where many differ.",
            "同类相比，先改进差异大且人数多的方面。",
        )
    ),
    "one_time_buyers": Advice(
        Text(
            "Work first on what is both common and apart: a late delivery, a return, a first "
            "basket after which few come back.",
            "先处理既常见又差异明显的情况：配送慢、退货、首单商品复购率低。",
        ),
        ("second_order",),
    ),
    "personas": Advice(
        Text(
            "Speak to each group of what moves it; do not give discounts to whom price does not "
            "move.",
            "对不同画像说不同的话；对价格不敏感的人不必给折扣。",
        ),
        ("thank_and_upgrade",),
    ),
    "persona_axes": Advice(
        Text(
            "Read what sets a group apart before naming an offer for it.",
            "先看该群体与众不同之处，再设计活动。",
        )
    ),
    "loyalty": Advice(
        Text(
            "Who spends little but only here wants care, who spends much but elsewhere too wants "
            "a reason to bring more of it here.",
            "花得不多但只在本店买的，要维护；花得多但也在别处买的，要给出把更多消费带来的理由。",
        ),
        ("thank_and_upgrade", "vip_at_risk"),
    ),
    "household_traits": Advice(
        Text(
            "Use a trait only where the evidence is enough, and let customers correct it. "
            "Never say in a message how you came to think so.",
            "证据充分时才使用，并允许顾客更正。消息里不要说明是如何推断出来的。",
        ),
        ("replenish",),
    ),
    "household_evidence": Advice(
        Text(
            "Look here when a trait surprises: the purchases behind it are listed, and a wrong "
            "rule shows at once.",
            "标签出乎意料时看这里：逐条列出依据的购买，规则有误一看便知。",
        )
    ),
    "price_sensitivity": Advice(
        Text(
            "Discount where demand answers price, keep the price where it does not. Try a change "
            "in some stores first.",
            "需求对价格敏感的商品用促销，不敏感的保持原价。先在部分门店试行。",
        )
    ),
    "customer_price_sensitivity": Advice(
        Text(
            "Keep discounts for whom price moves; offer the others what is new or better.",
            "折扣留给对价格敏感的顾客，对其他人推荐新品或更好的商品。",
        ),
        ("thank_and_upgrade",),
    ),
    "category_audience": Advice(
        Text(
            "Place and advertise a category where its audience is; an index of few customers is "
            "only a hint.",
            "按人群特征陈列与投放；人数少的指数只是线索。",
        )
    ),
    "lookalikes": Advice(
        Text(
            "Take the top of the ranking as an audience and leave some of it alone: resembling "
            "the best is not yet answering like them.",
            "取排名靠前的人作为受众，并保留对照组：相似不等于会有同样的响应。",
        )
    ),
    "response": Advice(
        Text(
            "Write to whom the message changes, not to whom buys anyway; leave out whom it puts "
            "off.",
            "联系会被消息改变的人，而不是本来就会买的人；反感者不要打扰。",
        )
    ),
    "response_curve": Advice(
        Text(
            "Approach the parts whose interval lies above nothing and leave the rest alone; where "
            "all intervals cross it, the score does not tell customers apart yet.",
            "只触达增量区间明显高于零的分组，其余不打扰；若各组区间都跨过零，说明得分尚不能区分顾客。",
        )
    ),
    "product_ranking": Advice(
        Text(
            "See that rising products are in stock; look at the margin and returns of falling "
            "ones before cutting their price.",
            "保证上升商品有货；下滑商品先看毛利与退货，再考虑降价。",
        )
    ),
    "decision_style": Advice(
        Text(
            "Help who compares (sizes, reviews, a saved basket); make it quick for who decides "
            "at once.",
            "对比较型顾客提供尺码、评价和收藏提醒；对冲动型顾客让下单更快。",
        )
    ),
    "decision_style_by_category": Advice(
        Text(
            "Give comparison and advice to categories decided slowly, place on the way to those "
            "decided at once.",
            "决策慢的品类给足对比信息与建议，决策快的放在动线上。",
        )
    ),
}

# Whom an analysis leaves out beside those who never bought, and why.
LEFT_OUT: Mapping[str, Text] = {
    "rfm": Text(
        "Orders without a known customer count for nobody.", "未识别顾客的订单不计入任何人。"
    ),
    "purchase_habits": Text(
        "Orders without a known customer count for nobody.", "未识别顾客的订单不计入任何人。"
    ),
    "lifecycle": Text(
        "Orders without a known customer count for nobody.", "未识别顾客的订单不计入任何人。"
    ),
    "decision_style": Text(
        "Only who bought online something that could be looked at before.",
        "只有在线购买、且下单前可浏览同类商品的顾客。",
    ),
    "clv": Text(
        "A customer without an order has nothing that a forecast could rest on.",
        "没有订单的顾客，没有可供预测的依据。",
    ),
    "churn": Text(
        "Who bought too seldom to have a gap of their own, and who has been lost for long, is "
        "not scored.",
        "购买太少、没有自身购买间隔的顾客，以及早已流失的顾客不评分。",
    ),
    "repurchase": Text(
        "Who never bought for a purpose, or products without a purpose.",
        "从未为某用途购买的顾客，以及没有用途标注的商品，不在其中。",
    ),
    "next_need": Text(
        "Who never bought anything that has a purpose.", "从未购买过有用途标注的商品的顾客。"
    ),
    "lookalikes": Text(
        "The best customers themselves are the pattern and are not ranked.",
        "优质顾客本身是样本，不参与排名。",
    ),
    "personas": Text(
        "Who bought too little for a pattern.", "购买太少、看不出偏好的顾客不在其中。"
    ),
    "loyalty": Text(
        "Who bought too little to tell loyalty from chance.", "购买太少、无法区分忠诚与偶然的顾客。"
    ),
    "household_traits": Text(
        "Who bought nothing that a rule speaks of.", "没有购买任何规则涉及的商品的顾客。"
    ),
    "customer_price_sensitivity": Text(
        "Who bought too few pieces whose price ever changed.",
        "购买过价格有变动的商品太少的顾客。",
    ),
    "response": Text(
        "Who has never been in a campaign's audience is scored like others of their kind.",
        "从未进入活动受众的顾客，按相似顾客评分。",
    ),
}
