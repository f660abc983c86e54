"""The models behind the analyses: a list, and a card for each, with what moved since."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from regulars.backoffice.accounts.access import requires
from regulars.backoffice.insights.model_words import (
    analysis_title,
    level_tag,
    level_word,
    measure_label,
    measure_value,
    sparks,
    used_for,
)
from regulars.backoffice.pages import not_found, render_page
from regulars.backoffice.remember import remembered
from regulars.backoffice.shop import current_shop
from regulars.flow.model_history import (
    Card,
    Drift,
    MeasureChange,
    all_cards,
    card_document,
    card_markdown,
    drift,
    last_drift,
    number,
    parameters,
)
from regulars.stats.population_stability import MOVED, SHIFTED


def known_cards() -> dict[str, list[Card]]:
    """Every card of the present state of the lake, by analysis."""
    shop = current_shop()
    return remembered(shop, "model cards", lambda: all_cards(shop))


# A model is of the whole shop: not for those who may see one store.
@requires("see_behaviour")
def models(request: HttpRequest) -> HttpResponse:
    """Every model: what it is for, on whom it was fitted, how well it does, whether it moved."""
    rows = [_row(name, cards) for name, cards in known_cards().items()]
    return render_page(request, "insights/models.html", {"rows": rows}, title=_("Models"))


@requires("see_behaviour")
def model(request: HttpRequest, name: str) -> HttpResponse:
    """One model's card, against the card before or the one that ``?against=`` names."""
    cards = known_cards().get(name)
    if not cards:
        return not_found(request)
    card, moved = cards[-1], _against(cards, request.GET.get("against", ""))
    context: dict[str, Any] = {
        "card": card,
        "used_for": used_for(name),
        "facts": list((card.card.get("held_back") or {}).items()),
        "parameters": [(n, number(v), number(e)) for n, v, e in parameters(card)],
        "measures": [(measure_label(m.name), measure_value(m)) for m in card.measures],
        "sparks": sparks(cards),
        "earlier": [c.as_of for c in reversed(cards[:-1])],
        "moved": moved,
        "moved_index": "" if moved is None or moved.index is None else f"{moved.index:.3f}",
        "by_chance": "" if moved is None or moved.by_chance is None else f"{moved.by_chance:.3f}",
        "level": level_word(moved),
        "tag": level_tag(moved),
        "changes": [_change(change) for change in moved.changes] if moved else [],
        "thresholds": {"moved": MOVED, "shifted": SHIFTED},
        "log_likelihood": _log_likelihood(card),
    }
    title = _("Model: %(analysis)s") % {"analysis": analysis_title(name)}
    return render_page(request, "insights/model.html", context, title=title)


@requires("export_rows")
def model_json(request: HttpRequest, name: str) -> HttpResponse:
    """The newest card as one JSON object."""
    card, _moved = _newest(request, name)
    answer = JsonResponse(card_document(card), json_dumps_params={"ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="model-{name}-{card.as_of}.json"'
    return answer


@requires("export_rows")
def model_markdown(request: HttpRequest, name: str) -> HttpResponse:
    """The newest card as a page of text."""
    text = card_markdown(*_newest(request, name))
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="model-{name}.md"'
    return answer


def _newest(request: HttpRequest, name: str) -> tuple[Card, Drift | None]:
    cards = known_cards().get(name)
    if not cards:
        raise Http404
    return cards[-1], _against(cards, request.GET.get("against", ""))


def _against(cards: list[Card], asked: str) -> Drift | None:
    """What moved since the card of that day; since the one before where there is none of it."""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return last_drift(cards)
    earlier = next((card for card in cards[:-1] if card.as_of == day), None)
    return drift(cards[-1], earlier) if earlier else last_drift(cards)


def _row(name: str, cards: Sequence[Card]) -> dict[str, Any]:
    card, moved = cards[-1], last_drift(list(cards))
    main = card.main_measure
    return {
        "card": card,
        "title": analysis_title(name),
        "used_for": used_for(name),
        "measure": f"{measure_label(main.name)} {measure_value(main)}" if main else card.reason,
        "level": level_word(moved),
        "tag": level_tag(moved),
        "moved": moved,
    }


def _change(change: MeasureChange) -> dict[str, Any]:
    difference = change.difference
    return {
        "label": measure_label(change.now.name),
        "before": measure_value(change.before),
        "now": measure_value(change.now),
        "difference": "" if difference is None else f"{difference:+.3g}",
        "is_apart": change.is_apart,
    }


def _log_likelihood(card: Card) -> str:
    found = card.card.get("log_likelihood")
    return number(float(found)) if isinstance(found, int | float) else ""
