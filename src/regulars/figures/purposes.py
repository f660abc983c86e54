"""What a product is for, in words: the usual purposes and categories by name.

Others stand as the source says them.
"""

from regulars.figures.wording import member
from regulars.tables.text import Text

PURPOSES = {
    "air_purifier": Text("air purifier", "空气净化器"),
    "baby_food": Text("baby food", "婴儿辅食"),
    "baby_toys": Text("baby toys", "婴儿玩具"),
    "baby_wipes": Text("baby wipes", "婴儿湿巾"),
    "batteries": Text("batteries", "电池"),
    "bedding": Text("bedding", "床上用品"),
    "biscuits": Text("biscuits", "饼干"),
    "body_wash": Text("body wash", "沐浴露"),
    "cat_food": Text("cat food", "猫粮"),
    "cat_litter": Text("cat litter", "猫砂"),
    "cereal": Text("cereal", "麦片"),
    "coffee": Text("coffee", "咖啡"),
    "coffee_filters": Text("coffee filters", "咖啡滤纸"),
    "coffee_machine": Text("coffee machine", "咖啡机"),
    "cooking_oil": Text("cooking oil", "食用油"),
    "cookware": Text("cookware", "锅具"),
    "diapers": Text("diapers", "纸尿裤"),
    "dish_soap": Text("dish soap", "洗洁精"),
    "dog_food": Text("dog food", "狗粮"),
    "dog_treats": Text("dog treats", "狗零食"),
    "fabric_softener": Text("fabric softener", "衣物柔顺剂"),
    "fan": Text("fan", "电风扇"),
    "fridge": Text("fridge", "冰箱"),
    "hair_dryer": Text("hair dryer", "吹风机"),
    "heater": Text("heater", "取暖器"),
    "juice": Text("juice", "果汁"),
    "kettle": Text("kettle", "电水壶"),
    "laundry_detergent": Text("laundry detergent", "洗衣液"),
    "milk": Text("milk", "牛奶"),
    "milk_powder": Text("milk powder", "奶粉"),
    "mosquito": Text("mosquito repellent", "驱蚊用品"),
    "noodles": Text("noodles", "面条"),
    "nuts": Text("nuts", "坚果"),
    "rice": Text("rice", "大米"),
    "rice_cooker": Text("rice cooker", "电饭煲"),
    "sanitary_pads": Text("sanitary pads", "卫生巾"),
    "sauces": Text("sauces", "调味酱料"),
    "seafood_snacks": Text("seafood snacks", "海味零食"),
    "shampoo": Text("shampoo", "洗发水"),
    "skin_cream": Text("skin cream", "护肤霜"),
    "storage": Text("storage boxes", "收纳用品"),
    "sunscreen": Text("sunscreen", "防晒霜"),
    "surface_cleaner": Text("surface cleaner", "表面清洁剂"),
    "tea": Text("tea", "茶叶"),
    "tissues": Text("tissues", "纸巾"),
    "toilet_paper": Text("toilet paper", "卫生纸"),
    "toothbrush": Text("toothbrush", "牙刷"),
    "toothpaste": Text("toothpaste", "牙膏"),
    "towels": Text("towels", "毛巾"),
    "trash_bags": Text("trash bags", "垃圾袋"),
    "vacuum_cleaner": Text("vacuum cleaner", "吸尘器"),
    "washing_machine": Text("washing machine", "洗衣机"),
    "water": Text("water", "饮用水"),
    "wet_wipes": Text("wet wipes", "湿巾"),
    "yogurt": Text("yogurt", "酸奶"),
}
# categories whose last part is not itself a purpose's name
OF_CATEGORY = {
    "appliances/care/hair_dryers": "hair_dryer",
    "appliances/cleaning/vacuum_cleaners": "vacuum_cleaner",
    "appliances/climate/air_purifiers": "air_purifier",
    "appliances/climate/fans": "fan",
    "appliances/climate/heaters": "heater",
    "appliances/kitchen/coffee_machines": "coffee_machine",
    "appliances/kitchen/fridges": "fridge",
    "appliances/kitchen/kettles": "kettle",
    "appliances/kitchen/rice_cookers": "rice_cooker",
    "appliances/laundry/washing_machines": "washing_machine",
    "baby/care/wipes": "baby_wipes",
    "baby/food": "baby_food",
    "baby/formula": "milk_powder",
    "baby/toys": "baby_toys",
    "care/feminine/pads": "sanitary_pads",
    "care/skin/cream": "skin_cream",
    "food/breakfast/oatmeal": "cereal",
    "food/drinks/filters": "coffee_filters",
    "food/snacks/seafood": "seafood_snacks",
    "food/staples/oil": "cooking_oil",
    "home/cleaning/bin_bags": "trash_bags",
    "home/kitchenware/woks": "cookware",
    "home/pest/repellent": "mosquito",
    "home/storage/boxes": "storage",
    "home/textiles/bed_sets": "bedding",
    "pet/cat/food": "cat_food",
    "pet/cat/litter": "cat_litter",
    "pet/dog/food": "dog_food",
    "pet/dog/treats": "dog_treats",
}


def purpose_name(purpose: str, language: str) -> str:
    """A purpose as the reader says it; one that is not known in the source's own words."""
    known = PURPOSES.get(purpose.strip().lower().replace(" ", "_"))
    if known is not None:
        return known.in_language(language)
    return member(purpose, language).replace("_", " ")


def category_name(category: str, language: str) -> str:
    """A category's path as the reader says its last part: home/paper/tissues is tissues, 纸巾."""
    return purpose_name(OF_CATEGORY.get(category, category.rsplit("/", 1)[-1]), language)
