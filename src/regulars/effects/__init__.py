"""Exposures and what followed them become a lift with an interval, or a named reason why not.

movements.py         orders and returns as money per customer and moment
outcomes.py          per arm: counts, means, variances, in the engine
sample_ratio.py      were the arms as planned?
lift.py              one metric of one campaign
campaign_effects.py  every campaign and metric: the result table
measured.py          what the campaigns of one kind taught
power.py             before sending: what could be seen at all
unavailable.py       the named reasons
"""
