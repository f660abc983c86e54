"""Who is leaving: four methods on the same past days, the best of them on the last months used.

panel     customers on past days, what was known of them, and whether they stayed away
features  the numbers that the methods see
methods   days since the last order, P(alive), logistic regression, LightGBM; calibrated
judging   how well each told, on months that it had not seen, with intervals
choosing  fit, judge, choose, fit again on everything
drivers   what a risk goes with, by customer and overall
"""
