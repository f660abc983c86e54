"""A customer in plain sentences, from what the analyses say; silent on what is not known.

Six paragraphs: who it is, what they are worth, what they need next, how likely they leave and
what goes with it, what they felt, what to do today. A sentence stands only where its traits
are known; an estimate is told as one, with its interval where there is one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from regulars.backoffice.charts import language
from regulars.backoffice.customers.trait_groups import interval_of
from regulars.backoffice.formats import money_text, number_text, share_text
from regulars.backoffice.wording import value_text
from regulars.flow.traits import traits_table

LATE = 1.5  # of the expected gap: later than that is said
LIKELY, UNLIKELY = 0.66, 0.33


class Paragraph(NamedTuple):
    """What is told under one heading."""

    title: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class Known:
    """What there is to tell from: facts, traits, feedback, opportunities of today."""

    facts: Mapping[str, Any]
    traits: Mapping[str, Any]
    as_of: date
    feedback: Sequence[Mapping[str, Any]] = ()
    reasons: Sequence[str] = ()
    stores: Mapping[str, str] = field(default_factory=dict)

    def words(self, name: str) -> str:
        """A trait's value as a reader says it; empty where it is not known."""
        value = self.traits.get(name)
        if value is None or value == "":
            return ""
        return value_text(traits_table().column(name), value, self.stores)

    def around(self, name: str, text: Callable[[Any], str]) -> str:
        """'¥310.00 (95% interval ¥120.00 to ¥560.00)', or the value alone."""
        ends = interval_of(name, self.traits)
        if ends is None:
            return text(self.traits[name])
        values = {"value": text(self.traits[name]), "low": text(ends[0]), "high": text(ends[1])}
        return _("%(value)s (95%% interval %(low)s to %(high)s)") % values


def paragraphs(known: Known | None) -> list[Paragraph]:
    """The story; one that says why where nothing is known yet."""
    if known is None:
        text = _("The analyses have not run yet, so there is nothing to say but what was imported.")
        return [Paragraph("", [text])]
    told = [
        (str(title), [s for s in map(_called(known), tellers) if s]) for title, tellers in STORY
    ]
    return [Paragraph(title, sentences) for title, sentences in told if sentences]


def _called(known: Known) -> Callable[[Callable[[Known], str]], str]:
    return lambda teller: teller(known)


def _buying(known: Known) -> str:
    count = int(known.traits.get("order_count") or 0)
    if not count:
        return _("No order up to %(day)s.") % {"day": known.as_of}
    values = {
        "count": f"{count:,}",
        "amount": money_text(known.traits.get("total_net_amount")),
        "average": money_text(known.traits.get("average_order_value")),
        "day": known.traits.get("first_order_on"),
    }
    return (
        ngettext(
            "One order, on %(day)s, for %(amount)s after refunds.",
            "%(count)s orders since %(day)s: %(amount)s after refunds, %(average)s an order.",
            count,
        )
        % values
    )


def _belongs(known: Known) -> str:
    if not known.facts.get("is_member"):
        return ""
    store = known.facts.get("store")
    if store:
        return _("A member who belongs to %(store)s.") % {"store": store}
    return _("A member.")


def _persona(known: Known) -> str:
    persona = known.words(f"persona_{language()}") or known.words("persona")
    return _("Buys like the group “%(persona)s”.") % {"persona": persona} if persona else ""


def _habit(known: Known) -> str:
    category, channel = known.words("top_category"), known.words("preferred_channel")
    if not category:
        return ""
    values = {"category": category.rsplit("/", 1)[-1], "channel": channel}
    if channel:
        return _("Mostly buys %(category)s, mostly by: %(channel)s.") % values
    return _("Mostly buys %(category)s.") % values


def _decides(known: Known) -> str:
    style = known.traits.get("decision_style")
    return {
        "impulse": _("Decides at once."),
        "deliberate": _("Compares before buying."),
    }.get(style or "", "")


def _price(known: Known) -> str:
    kind = known.traits.get("price_sensitivity")
    return {
        "sensitive": _("Answers prices more than others who buy the same goods."),
        "insensitive": _("Answers prices less than others who buy the same goods."),
    }.get(kind or "", "")


def _group(known: Known) -> str:
    group = known.traits.get(f"rfm_group_{language()}")
    return _("RFM group: %(group)s.") % {"group": group} if group else ""


def _worth(known: Known) -> str:
    if known.traits.get("clv_amount") is None:
        return ""
    ends = interval_of("clv_amount", known.traits)
    if ends is not None and not ends[1]:  # so unlikely to come again that the interval is nothing
        amount = money_text(known.traits["clv_amount"])
        return _("Will most likely spend nothing within the next year (on average %(amount)s).") % {
            "amount": amount
        }
    text = known.around("clv_amount", money_text)
    return _("Expected to spend about %(amount)s within the next year.") % {"amount": text}


def _loyal(known: Known) -> str:
    segment = known.words(f"loyalty_group_{language()}")
    return _("Loyalty: %(segment)s.") % {"segment": segment} if segment else ""


def _at_risk(known: Known) -> str:
    amount = known.traits.get("value_at_risk_amount")
    if not amount:
        return ""
    return _("At stake if they leave: about %(amount)s.") % {"amount": money_text(amount)}


def _household(known: Known) -> str:
    told = known.words("likely_household_traits")
    return (
        _("The household, by what was bought or said: %(traits)s.") % {"traits": told}
        if told
        else ""
    )


def _need(known: Known) -> str:
    """The next need by purpose where it is known, else the next order by the own rhythm."""
    day = known.traits.get("next_need_on")
    if day is None:
        return _rhythm(known)
    values = {"purpose": known.words("next_need_purpose"), "day": _need_day(known)}
    if values["purpose"]:
        return _("Likely to need %(purpose)s again about %(day)s.") % values
    return _("Likely to need something again about %(day)s.") % values


def _need_day(known: Known) -> str:
    """'2026-12-01 (80% interval 2026-11-22 to 2026-12-21)'; the last end may be open."""
    day, low, high = (known.traits.get(f"next_need_{end}on") for end in ("", "low_", "high_"))
    if low is None:
        return str(day)
    if high is None:
        return _("%(day)s (80%% of such needs from %(low)s on)") % {"day": day, "low": low}
    ends = {"day": day, "low": low, "high": high}
    return _("%(day)s (80%% interval %(low)s to %(high)s)") % ends


def _rhythm(known: Known) -> str:
    day, gap = known.traits.get("expected_next_order_on"), known.traits.get("expected_gap_days")
    if day is None or gap is None:
        return ""
    values = {"day": day, "days": number_text(gap, 0)}
    if day < known.as_of:
        return _("By their rhythm of about %(days)s days the next order was due %(day)s.") % values
    return _("By their rhythm of about %(days)s days the next order is due about %(day)s.") % values


def _remind(known: Known) -> str:
    day = known.traits.get("next_need_remind_on")
    return _("A reminder fits best about %(day)s.") % {"day": day} if day else ""


def _lately(known: Known) -> str:
    days = known.traits.get("days_since_last_order")
    if days is None:
        return ""
    values = {"days": f"{days:,}", "day": known.as_of}
    return (
        ngettext(
            "On %(day)s the last order was %(days)s day ago.",
            "On %(day)s the last order was %(days)s days ago.",
            int(days),
        )
        % values
    )


def _stage(known: Known) -> str:
    stage = known.words("lifecycle_stage")
    if not stage:
        return ""
    since, following = known.traits.get("lifecycle_since_on"), known.traits.get(
        "next_lifecycle_stage_on"
    )  # fmt: skip
    text = _("Stage: %(stage)s, since %(day)s.") % {"stage": stage, "day": since}
    if following is None:
        return text
    return f"{text} " + _("Slips into the next one on %(day)s if they stay away.") % {
        "day": following
    }


def _late(known: Known) -> str:
    ratio = known.traits.get("overdue_ratio")
    if ratio is None or ratio < LATE:
        return ""
    return _("Away for %(ratio)s times as long as usual.") % {"ratio": number_text(ratio, 1)}


def _alive(known: Known) -> str:
    """How likely they leave: by the churn model, else by the buying rhythm alone."""
    risk = known.traits.get("churn_risk")
    if risk is not None:
        values = {"share": known.around("churn_risk", share_text)}
        if risk >= LIKELY:
            return _("Likely to stay away: about %(share)s.") % values
        if risk <= UNLIKELY:
            return _("Not likely to stay away: about %(share)s.") % values
        return _("May stay away: about %(share)s.") % values
    if known.traits.get("alive_probability") is None:
        return ""
    text = known.around("alive_probability", share_text)
    return _("Still a customer with a probability of about %(share)s.") % {"share": text}


def _drivers(known: Known) -> str:
    """What goes with the risk; never "because"."""
    names = [known.words(f"churn_driver_{number}") for number in (1, 2, 3)]
    told = [name for name in names if name]
    between = "、" if language() == "zh" else ", "
    return _("What goes with it: %(drivers)s.") % {"drivers": between.join(told)} if told else ""


def _felt(known: Known) -> str:
    rated = [row for row in known.feedback if row["rating"] is not None]
    if not rated:
        return ""
    newest = rated[0]
    mean = sum(row["rating"] for row in rated) / len(rated)
    values = {
        "count": f"{len(rated):,}",
        "mean": number_text(mean, 1),
        "last": number_text(newest["rating"], 0),
        "day": newest["day"],
    }
    return (
        ngettext(
            "One rating: %(last)s of 5 on %(day)s.",
            "%(count)s ratings, %(mean)s of 5 on average; the last was %(last)s, on %(day)s.",
            len(rated),
        )
        % values
    )


def _complained(known: Known) -> str:
    voiced = [row for row in known.feedback if row["channel"] in ("complaint", "ticket")]
    if not voiced:
        return ""
    values = {"count": f"{len(voiced):,}", "day": voiced[0]["day"]}
    return (
        ngettext(
            "Wrote to the service once, on %(day)s.",
            "Wrote to the service %(count)s times, last on %(day)s.",
            len(voiced),
        )
        % values
    )


def _today(known: Known) -> str:
    return " ".join(known.reasons)


Teller = Callable[[Known], str]
STORY: tuple[tuple[Any, tuple[Teller, ...]], ...] = (
    (
        gettext_lazy("Who it is"),
        (_buying, _belongs, _persona, _household, _habit, _decides, _price),
    ),
    (gettext_lazy("What they are worth"), (_group, _worth, _loyal)),
    (gettext_lazy("What they need next"), (_need, _remind)),
    (gettext_lazy("Whether they leave"), (_lately, _late, _stage, _alive, _drivers, _at_risk)),
    (gettext_lazy("What they felt"), (_felt, _complained)),
    (gettext_lazy("What to do today"), (_today,)),
)
