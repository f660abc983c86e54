"""What the shop offers, where, and at what price."""

from regulars.tables.schema import Column, Table

PRODUCTS = Table(
    name="products",
    grain="product",
    key=("product_id",),
    on_conflict="fill",
    columns=(
        Column("product_id", "text", "the shop's product code", "商品编码"),
        Column("product_name", "text", "name shown to buyers", "商品名称"),
        Column("brand", "text", "brand", "品牌", nullable=True),
        Column("category", "text", "path such as food/dairy/milk", "品类", default="'unknown'"),
        Column(
            "purpose",
            "text",
            "what it does for the buyer: the group within which a repurchase counts",
            "用途",
            nullable=True,
        ),
        Column("list_price", "money", "regular price of one", "标价", nullable=True),
        Column("unit_cost", "money", "purchase cost of one", "成本", nullable=True),
        Column("launched_on", "day", "first day on sale", "上市日期", nullable=True),
        Column("attributes", "json", "everything else the source said", "其他属性", default="'{}'"),
    ),
)

STORES = Table(
    name="stores",
    grain="store or channel front",
    key=("store_id",),
    on_conflict="fill",
    columns=(
        Column("store_id", "text", "the shop's store code", "门店编号"),
        Column("store_name", "text", "name of the store or front", "门店"),
        Column("channel", "text", "store, web, app, mini_program or marketplace", "渠道"),
        Column("city", "text", "city", "城市", nullable=True),
        Column("region", "text", "province or region", "省份", nullable=True),
        Column("opened_on", "day", "first day open", "开业日期", nullable=True),
        Column("area_m2", "number", "sales area", "面积", unit="m²", nullable=True),
    ),
)

PROMOTIONS = Table(
    name="promotions",
    grain="(promotion, product, store)",
    key=("promotion_id", "product_id", "store_id", "started_at"),
    columns=(
        Column("promotion_id", "text", "the promotion", "促销编号"),
        Column("product_id", "text", "product on promotion; null = all", "商品编码", nullable=True),
        Column("store_id", "text", "store where it holds; null = all", "门店编号", nullable=True),
        Column("started_at", "moment", "first moment it holds", "开始时间"),
        Column("ended_at", "moment", "first moment it no longer holds", "结束时间"),
        Column("kind", "text", "discount, price, bundle, gift, display, mailer ...", "促销类型"),
        Column(
            "value", "number", "size in the kind's own unit: 0.2 = 20% off", "力度", nullable=True
        ),
        Column("placement", "text", "display or mailer placement", "陈列位置", nullable=True),
    ),
)

INVENTORY = Table(
    name="inventory",
    grain="(store, product, day)",
    key=("store_id", "product_id", "on_date"),
    columns=(
        Column("store_id", "text", "store", "门店编号"),
        Column("product_id", "text", "product", "商品编码"),
        Column("on_date", "day", "day", "日期"),
        Column("on_hand_quantity", "number", "stock at the day's end", "库存", unit="pieces"),
        Column(
            "received_quantity",
            "number",
            "delivered that day",
            "到货",
            unit="pieces",
            nullable=True,
        ),
        Column("is_listed", "flag", "true if the store carries it", "在售", default="TRUE"),
    ),
)

PRICES = Table(
    name="prices",
    grain="(product, store, from)",
    key=("product_id", "store_id", "from_at", "kind"),
    columns=(
        Column("product_id", "text", "product", "商品编码"),
        Column("store_id", "text", "store; null = all", "门店编号", nullable=True),
        Column("from_at", "moment", "when the price begins to hold", "生效时间"),
        Column("price", "money", "price of one", "价格"),
        Column("kind", "text", "list or promotion", "价格类型"),
    ),
)

COMPETITOR_PRICES = Table(
    name="competitor_prices",
    grain="observation",
    key=("competitor", "product_id", "observed_at"),
    columns=(
        Column("competitor", "text", "who offers it", "竞争对手"),
        Column("product_id", "text", "our product that it compares with", "商品编码"),
        Column("observed_at", "moment", "when it was seen", "观察时间"),
        Column("price", "money", "their price of one", "价格"),
        Column("source", "text", "where it was seen", "来源", nullable=True),
    ),
)
