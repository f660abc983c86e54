"""For whom an analysis speaks: how many of the customers known, and who is left out and why."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from regulars.backoffice.charts import language
from regulars.backoffice.formats import share_text
from regulars.backoffice.insights.advice import LEFT_OUT
from regulars.backoffice.insights.answers import Answer
from regulars.backoffice.insights.conditions import is_of_customers
from regulars.backoffice.remember import remembered
from regulars.stats.periods import until


@dataclass(frozen=True)
class Coverage:
    """Customers that the answer speaks of, that are known, and that have an order by its day."""

    covered_count: int
    known_count: int
    buyer_count: int

    @property
    def sentence(self) -> str:
        """Whom it covers, of how many."""
        share = self.covered_count / self.known_count if self.known_count else None
        return _("%(covered)s of the %(known)s customers known (%(share)s).") % {
            "covered": f"{self.covered_count:,}",
            "known": f"{self.known_count:,}",
            "share": share_text(share),
        }

    @property
    def left_out(self) -> str:
        """Who of the others has not bought at all."""
        silent = self.known_count - self.buyer_count
        others = self.buyer_count - self.covered_count
        told = []
        if silent > 0:
            told.append(_("%(count)s have no order up to that day.") % {"count": f"{silent:,}"})
        if others > 0:
            told.append(_("%(count)s who bought are left out.") % {"count": f"{others:,}"})
        return " ".join(told)


def coverage(answer: Answer) -> Coverage | None:
    """The counts; None for an analysis whose rows are not of single customers."""
    if not is_of_customers(answer.analysis):
        return None
    return remembered(answer.scope.shop, ("coverage", answer.key), lambda: _counted(answer))


def left_out_words(name: str) -> str:
    """Whom an analysis leaves out, and why, in its own words."""
    text = LEFT_OUT.get(name)
    return text.in_language(language()) if text else ""


def _counted(answer: Answer) -> Coverage:
    orders = answer.scope["orders"]
    bought = orders.filter(orders.customer_id.notnull(), until(orders.ordered_at, answer.as_of))
    counts = (
        answer.rows.customer_id.nunique(),
        answer.scope.customer_ids().count(),
        bought.customer_id.nunique(),
    )
    return Coverage(*(int(count.to_pyarrow().as_py() or 0) for count in counts))
