"""Every result that a refresh keeps, as it is stored."""

from functools import cache

from regulars.analyses import kept_analyses
from regulars.decisions.opportunities import OPPORTUNITIES
from regulars.effects.campaign_effects import CAMPAIGN_EFFECTS
from regulars.flow.model_cards import MODEL_CARDS
from regulars.flow.refresh_state import REFRESH_STATE
from regulars.flow.results import dated
from regulars.flow.traits import traits_table
from regulars.tables.schema import Table, by_name


@cache
def declared_results() -> dict[str, Table]:
    """The stored results by name: the analyses' answers, then what follows from them."""
    answers = [analysis.returns for analysis in kept_analyses()]
    following = [MODEL_CARDS, traits_table(), CAMPAIGN_EFFECTS, OPPORTUNITIES, REFRESH_STATE]
    return by_name(dated(table) for table in (*answers, *following))
