"""What the shop said to people, to whom, and what it cost."""

from regulars.tables.schema import Column, Table

CAMPAIGNS = Table(
    name="campaigns",
    grain="campaign",
    key=("campaign_id",),
    columns=(
        Column("campaign_id", "text", "the campaign", "活动编号"),
        Column("campaign_name", "text", "name", "活动名称"),
        Column("kind", "text", "what it is for: win_back, second_order, mailer ...", "活动类型"),
        Column(
            "started_at", "moment", "first message or first valid moment", "开始时间", nullable=True
        ),
        Column("ended_at", "moment", "end of what is measured", "结束时间", nullable=True),
        Column("cost_amount", "money", "fixed cost", "费用", nullable=True),
        Column("offer", "json", "what was offered", "优惠", default="'{}'"),
    ),
)

EXPOSURES = Table(
    name="exposures",
    grain="(campaign, customer) assigned",
    key=("campaign_id", "customer_id"),
    columns=(
        Column("campaign_id", "text", "the campaign", "活动编号"),
        Column("customer_id", "text", "the customer", "顾客编号"),
        Column("arm", "text", "treatment name or holdout", "分组"),
        Column("assigned_at", "moment", "when assigned", "分组时间"),
        Column("message_id", "text", "the message", "消息编号", nullable=True),
        Column("channel", "text", "sms, email, wechat, push ...", "渠道", nullable=True),
        Column("sent_at", "moment", "when sent", "发送时间", nullable=True),
        Column("delivered_at", "moment", "when delivered", "送达时间", nullable=True),
        Column("opened_at", "moment", "when opened", "打开时间", nullable=True),
        Column("clicked_at", "moment", "when clicked", "点击时间", nullable=True),
        Column("unsubscribed_at", "moment", "when unsubscribed", "退订时间", nullable=True),
        Column("not_sent_reason", "text", "why nothing was sent", "未发送原因", nullable=True),
        Column("cost_amount", "money", "cost of the message", "费用", nullable=True),
    ),
)

MARKETING_COSTS = Table(
    name="marketing_costs",
    grain="(channel, campaign, day)",
    key=("channel", "campaign_id", "on_date"),
    columns=(
        Column("channel", "text", "where the money was spent", "渠道"),
        Column("campaign_id", "text", "campaign, where known", "活动编号", nullable=True),
        Column("on_date", "day", "day", "日期"),
        Column("cost_amount", "money", "spent", "费用"),
    ),
)

SIGNALS = Table(
    name="signals",
    grain="(name, region, day)",
    key=("signal_name", "region", "on_date"),
    columns=(
        Column("signal_name", "text", "temperature, rain, holiday or trend:<topic>", "信号"),
        Column("region", "text", "region; null = everywhere", "地区", nullable=True),
        Column("on_date", "day", "day", "日期"),
        Column("value", "number", "size: degrees C, mm, 0/1 or index", "数值"),
    ),
)
