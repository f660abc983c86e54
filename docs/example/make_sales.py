"""Makes sales.csv: a neighbourhood shop's export, one row per sold line, for the README.

python docs/example/make_sales.py > docs/example/sales.csv
"""

import csv
import random
import sys
from datetime import datetime, timedelta

PRODUCTS = {
    "P101": ("鲜牛奶 1L", "食品/乳品烘焙", 15.8),
    "P102": ("全麦面包", "食品/乳品烘焙", 12.5),
    "P103": ("土鸡蛋 30枚", "食品/乳品烘焙", 36.0),
    "P201": ("婴儿纸尿裤 L", "母婴", 129.0),
    "P202": ("婴儿湿巾 80抽", "母婴", 9.9),
    "P203": ("婴儿奶粉 3段", "母婴", 268.0),
    "P301": ("洗衣液 3kg", "日用/清洁", 45.9),
    "P302": ("抽纸 24包", "日用/清洁", 39.9),
    "P401": ("电热水壶", "家电/小家电", 159.0),
    "P402": ("空气炸锅", "家电/小家电", 399.0),
}
HEADERS = ["订单号", "会员卡号", "下单时间", "商品编码", "商品名称", "类目"]
HEADERS += ["数量", "单价", "实付金额", "门店"]
STORES = ["南京西路店", "静安寺店", "线上商城"]
FIRST, LAST = datetime(2026, 1, 1, 9), datetime(2026, 9, 30, 21)


def main() -> None:
    chance = random.Random(7)
    rows = [row for person in range(1, 61) for row in lines_of(chance, f"M{person:05d}")]
    rows.sort(key=lambda row: row[2])
    numbers: dict[tuple[str, str], str] = {}
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(HEADERS)
    for member, store, moment, product, count, paid in rows:
        order = numbers.setdefault((member, moment), f"X{len(numbers) + 1:06d}")
        name, category, price = PRODUCTS[product]
        out.writerow(
            [order, member, moment, product, name, category, count, price, f"{paid:.2f}", store]
        )


def lines_of(chance: random.Random, member: str) -> list[tuple[str, str, str, str, int, float]]:
    """One member's life: a gap of their own between orders, and a day when they stop coming."""
    gap = chance.choice([6, 10, 18, 35, 70])
    moment = FIRST + timedelta(days=chance.uniform(0, 150))
    end = LAST if chance.random() < 0.6 else moment + timedelta(days=chance.uniform(0, 200))
    store = chance.choice(STORES)
    found = []
    while moment <= min(end, LAST):
        text = moment.replace(hour=chance.randint(9, 20), minute=chance.randint(0, 59))
        for product in chance.sample(sorted(PRODUCTS), chance.choice([1, 1, 2, 3])):
            count = chance.choice([1, 1, 1, 2, 3])
            paid = count * PRODUCTS[product][2] * chance.choice([1, 1, 0.9, 0.8])
            sign = -1 if chance.random() < 0.02 else 1
            when = f"{text:%Y/%m/%d %H:%M}"
            found.append((member, store, when, product, sign * count, sign * paid))
        moment += timedelta(days=chance.expovariate(1 / gap))
    return found


main()
