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
    "personas": Text(
        "A persona is a leaning, not a drawer: most customers lie between two, and the confidence "
        "says how clearly. Each purchase is compared with others of the same need and month. The "
        "kinds are found anew each quarter; within one, a persona changes only by own purchases.",
        "画像是倾向而非标签：多数顾客介于两类之间，可信度说明有多清楚。每次购买只与同月同类购买相比。"
        "画像每季度重新划分，季度内只因顾客本人的购买而改变。",
    ),
    "persona_axes": Text(
        "Means are drawn to the shop's average where purchases are few, so that true differences "
        "are rather larger. The names follow rules on where a kind lies, not on who the people "
        "are.",
        "购买少的顾客向全店平均收缩，真实差异往往更大。名称只依据该类所处的位置，与顾客身份无关。",
    ),
    "loyalty": Text(
        "Loyalty is to brands within this shop, corrected for how often chance repeats a brand. "
        "Nobody sees what customers buy elsewhere: the share of wallet is an estimate against the "
        "highest spenders among customers alike, and unknown needs (a large family) mislead it.",
        "忠诚度指在本店内对品牌的忠诚，已扣除随机重复的成分。顾客在别处的消费无从得知："
        "钱包份额是与相似顾客中消费最高者相比的估计，未知的需求（如大家庭）会使其偏差。",
    ),
    "category_audience": Text(
        "An index says who is there more often, not why. Small counts give wide intervals; only "
        "what stays clear after looking at all levels at once is marked.",
        "指数只说明哪些人更多，而不是原因。人数少则区间宽；只有同时比较所有取值后仍然显著的才会标出。",
    ),
    "repurchase": Text(
        "Dates suppose that the customer still buys it here, and that nothing was bought "
        "elsewhere; the probability says how sure that is. Half of the dates come later than "
        "said. With one or two purchases the date is rather the purpose's than the customer's.",
        "日期以顾客仍在本店购买、且未在别处购买为前提，概率说明有多大把握；有一半会晚于所示日期。"
        "只购买过一两次时，日期更多反映该用途而非顾客本人。",
    ),
    "next_need": Text(
        "Only the need that is expected first; the others stand under The next need. Who is not "
        "listed buys nothing here again and again, or has probably stopped.",
        "只列出预计最先到来的需求，其余见“下次需求”。未列出的顾客没有反复购买的需求，或可能已不再购买。",
    ),
    "repurchase_accuracy": Text(
        "Errors are of those who bought within the held-back days; who comes later cannot be "
        "judged, and most who bought once belong to them, so that there the plain rules look "
        "better than they are. Whether the chances are right is judged by all.",
        "误差只统计在留出期内购买的需求；更晚才买的无法评判，只买过一次的多属此类，"
        "因此在那里简单规则会显得更好。概率是否准确，则以全部需求评判。",
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
    "clv": Text(
        "A forecast: it takes everybody to go on at a rate of his own until he stops for good; no "
        "season, campaign or price is in it. Read the intervals: for one customer they are wide. "
        "Who ordered once can have left at once, as MBG/NBD says; BG/NBD would call all of them "
        "alive. The simple value is a rule of thumb beside it.",
        "这是预测：假定每位顾客按自己的频率购买，直到不再回来；不含季节、活动与价格的影响。请看区间："
        "对单个顾客而言区间很宽。只买过一次的顾客可能已经离开（MBG/NBD 如此认为，"
        "而 BG/NBD 会把他们全部视为活跃）。简单 CLV 仅为经验公式，供对照。",
    ),
    "clv_calibration": Text(
        "The model saw nothing of the held-back days. Points above the line: more came than "
        "expected. Intervals hold chance and the parameters, not seasons: a peak season in the "
        "held-back days lies outside them.",
        "模型没有见过留出期的数据。点在线上方表示实际多于预期。区间只含偶然性与参数误差，"
        "不含季节性：留出期若逢旺季，结果会落在区间之外。",
    ),
    "cac": Text(
        "What goes with a channel is not what the channel caused: some of its customers would have "
        "come anyway. Customers from before the data begin look new in its first months, which "
        "makes them look cheap. The interval is of the number of customers; costs are taken as "
        "booked.",
        "来自某渠道不等于由该渠道带来：其中一部分顾客本来就会来。数据开始前的老客在最初几个月会被"
        "算作新客，使那时的成本偏低。区间只反映新客人数的随机性，费用按入账金额计算。",
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
    "churn": Text(
        "A risk is a chance, not a verdict: the columns beside it say how many customers with such "
        "a risk stayed away on the days held back. Drivers are what the risk goes with; changing "
        "them need not keep anybody.",
        "风险是概率，不是定论：旁边两列给出留出日期中风险相近的顾客实际流失的比例区间。相关因素只是与风险"
        "相关，改变它们未必能留住顾客。",
    ),
    "churn_drivers": Text(
        "What the method leans on, over a sample of customers who are not lost. Features go "
        "together: of two that say the same, the method may name either.",
        "方法在未流失顾客样本上所依据的特征。特征彼此相关：含义相近的两个特征，方法可能只用其中之一。",
    ),
    "churn_comparison": Text(
        "Judged on the last two days whose outcome is known, by methods that saw nothing after "
        "them. Intervals draw customers anew; they do not cover a future unlike the past.",
        "在结果已知的最后两个日期上评估，各方法未见过其后的数据。区间来自对顾客的重抽样；若未来与过去不同，"
        "区间并不涵盖。",
    ),
    "one_time_buyers": Text(
        "One factor at a time: what goes with not coming back may stand for another. With many "
        "levels some differ by chance; “significant” allows for that.",
        "每次只看一个因素：与未回购相关的因素可能只是另一因素的反映。取值很多时，有些差异出于偶然；"
        "“是否显著”已考虑这一点。",
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
    "household_traits": Text(
        "A guess from purchases by declared rules, never a fact about anybody: how sure it is "
        "stands beside each trait. What customers say of themselves wins. Somebody may buy for "
        "others; evidence fades with time; who buys such things elsewhere cannot be seen.",
        "以下是按声明规则由购买作出的推断，并非任何人的事实；每项都注明把握程度。顾客本人说法优先。"
        "可能是代他人购买；证据随时间衰减；在别处购买的看不到。",
    ),
    "household_evidence": Text(
        "How sure: the probability that a household has the trait, given how often it buys what "
        "the rules name and how often all households buy it now and then. With an old last "
        "evidence it falls towards what is usual.",
        "把握程度：结合该家庭购买规则所列商品的频率与全店偶然购买的水平，得出其具有该特征的概率。"
        "证据越旧，越回落到一般水平。",
    ),
    "price_sensitivity": Text(
        "What goes with price changes that the shop itself made, when days, seasons, displays and "
        "empty shelves are taken out; not an experiment. A change that came together with "
        "something not recorded here is counted with the price. Far beyond the prices that were, "
        "it says nothing.",
        "反映本店实际调价时销量的同步变化，已剔除日期、季节、陈列与缺货的影响，但并非实验："
        "若调价时另有未记录的变动，也会计入价格。超出历史价格范围时不适用。",
    ),
    "customer_price_sensitivity": Text(
        "Compared with those who bought the same categories in the same weeks. Few purchases say "
        "little: most customers stay unsure, and drawn to the average. Orders with a coupon are "
        "left out: who got one was chosen.",
        "与同一周购买同品类的顾客相比。购买少则信息少：多数顾客仍属不确定，并向平均收缩。"
        "使用优惠券的订单不计入，因为发券对象是挑选过的。",
    ),
    "lookalikes": Text(
        "Likeness is a ranking, not a forecast: it says who is like the list in what they buy and "
        "how, not that they will do the same. What speaks for it goes with the list, and need not "
        "be why. A list chosen by spend is found by recency, frequency and money as well; the "
        "model card says what the rest adds.",
        "相似只是排序，不是预测：它说明谁在购买内容与方式上接近名单，并不表示会有同样表现。相似之处只是"
        "相伴特征，未必是原因。按消费选出的名单用 RFM 也能找到；模型卡说明其余信息额外带来多少。",
    ),
    "response": Text(
        "Learned from past campaigns by comparing those approached with those held out, by chance. "
        "The interval is of the average effect on customers with such a score, never of one "
        "person. Who was never like anybody assigned gets no figure; where the data does not tell "
        "customers apart, everyone has the average.",
        "由过往活动中触达组与随机对照组的比较学得。区间指同类得分顾客的平均增量，不是某一位顾客的。"
        "从未有可比顾客参与实验的人没有数值；数据无法区分顾客时，所有人取平均值。",
    ),
    "response_curve": Text(
        "Every score is by models that had not seen the person. Parts with a small holdout have "
        "wide intervals. Campaigns differ in their offers and audiences: ask for one campaign or "
        "kind to compare like with like.",
        "每个得分都来自未见过此人的模型。对照组小的分组区间很宽。各活动的优惠与人群不同："
        "只看一个活动或一类活动，才是同类比较。",
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
    "response": Text(
        "Each point is a tenth of the customers like those once assigned, by how likely they are "
        "to order anyway.",
        "每个点是可比顾客的十分之一，按不触达时的下单概率从低到高排列。",
    ),
    "response_curve": Text(
        "Left: what the message did in each part. Right: the further the line runs above the "
        "dotted one, the better the score finds whom a message changes.",
        "左：各组中触达带来的增量。右：实线高出虚线越多，说明得分越能找出因触达而改变的人。",
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
    ("clv", "clv_calibration", "cac"),
    ("repurchase", "next_need", "repurchase_accuracy"),
    (
        "lifecycle",
        "lifecycle_moves",
        "churn",
        "churn_drivers",
        "churn_comparison",
        "one_time_buyers",
    ),
    (
        "personas",
        "persona_axes",
        "loyalty",
        "household_traits",
        "household_evidence",
        "price_sensitivity",
        "customer_price_sensitivity",
        "category_audience",
    ),
    ("lookalikes", "response", "response_curve"),
)


def tabs_of(name: str) -> tuple[str, ...]:
    """The analyses shown beside this one, itself among them; none for one that stands alone."""
    return next((group for group in TOGETHER if name in group), ())
