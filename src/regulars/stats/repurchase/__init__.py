"""When a customer needs a purpose again: what is known of the past, the model, and the date.

occasions   days on which a customer bought a purpose, and their sums (lazy)
stock_up    how much longer more pieces last
needs       the model of every purpose: regular and occasional buyers
forecast    dates, intervals and probabilities of every customer and purpose
"""
