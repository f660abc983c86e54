"""How much is sold at which price: the price of every product on every day, and what answers it.

``shelf`` puts the days together, ``demand`` fits the elasticities, ``asked`` says what of the
shop's tables both need to know.
"""
