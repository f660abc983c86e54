"""Who the shop knows: customers, and what each is known by."""

from regulars.tables.schema import Column, Table

CUSTOMERS = Table(
    name="customers",
    grain="person",
    key=("customer_id",),
    on_conflict="fill",
    columns=(
        Column("customer_id", "text", "the shop's own id of the person", "顾客编号"),
        Column(
            "joined_at", "moment", "when first enrolled or registered", "注册时间", nullable=True
        ),
        Column("birth_on", "day", "date of birth", "生日", nullable=True),
        Column(
            "gender", "text", "female, male or other, as the person said", "性别", nullable=True
        ),
        Column("city", "text", "city of residence", "城市", nullable=True),
        Column("region", "text", "province or region of residence", "省份", nullable=True),
        Column("country", "text", "country of residence", "国家", nullable=True),
        Column("income_band", "text", "income band, as the source names it", "收入", nullable=True),
        Column("occupation", "text", "occupation", "职业", nullable=True),
        Column(
            "acquisition_channel",
            "text",
            "channel that brought the person",
            "获客渠道",
            nullable=True,
        ),
        Column(
            "acquisition_campaign_id",
            "text",
            "campaign that brought the person",
            "获客活动",
            nullable=True,
        ),
        Column("home_store_id", "text", "store the person belongs to", "归属门店", nullable=True),
        Column(
            "is_member", "flag", "true once enrolled in the programme", "是否会员", default="FALSE"
        ),
        Column("attributes", "json", "everything else the source said", "其他属性", default="'{}'"),
    ),
)

IDENTIFIERS = Table(
    name="identifiers",
    grain="(kind, value)",
    key=("kind", "value"),
    columns=(
        Column(
            "kind",
            "text",
            "customer_no, member_no, phone, email, card, unionid, device or anonymous",
            "标识类型",
        ),
        Column("value", "text", "normalised: phones in E.164, e-mail in lower case", "标识值"),
        Column("customer_id", "text", "whom it identifies", "顾客编号"),
        Column("linked_at", "moment", "when it was first seen with the person", "关联时间"),
        Column(
            "is_verified", "flag", "true where the person proved it", "是否验证", default="FALSE"
        ),
    ),
)
