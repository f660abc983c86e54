"""What the shop's own campaigns and their holdouts teach: who orders anyway, whom a message
changes.

trials    who was assigned, what was known of them the day before, and what they did; lazy
learning  models of that, and what is known of them on people whom they have not seen
"""

from regulars.stats.response.learning import Learned, learned
from regulars.stats.response.trials import Trials, of_trials

__all__ = ["Learned", "Trials", "learned", "of_trials"]
