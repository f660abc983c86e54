"""The simulator: a fictional shop with known truth, that answers campaigns.

`simulate` writes raw exports and, apart, the truth (see `truth`); `advance` lets the shop
live on with messages answered; `trial` gives a campaign's two futures in memory.
"""

from regulars.simulator.answer import advance
from regulars.simulator.history import simulate
from regulars.simulator.messages import Offer
from regulars.simulator.trial import Trial, trial

__all__ = ["Offer", "Trial", "advance", "simulate", "trial"]
