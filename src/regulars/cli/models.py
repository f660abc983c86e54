"""regulars models: the models behind the analyses, and how well they do."""

from typing import TYPE_CHECKING, Annotated

import typer

from regulars.cli.options import Home
from regulars.cli.screen import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from regulars.flow.model_history import Card


def models(
    name: Annotated[
        str | None, typer.Argument(help="One analysis: the whole card of its model.")
    ] = None,
    home: Home = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="The card as one JSON object instead of Markdown.")
    ] = False,
) -> None:
    """List the models that the last refreshes fitted; with a NAME one model's card.

    Each with what it was fitted on, its first measure on held-back data, and whether its
    scores have moved since the card before (population stability index).
    """
    import json

    from regulars.errors import NothingToAnalyse, among
    from regulars.flow.model_history import all_cards, card_document, card_markdown, last_drift
    from regulars.flow.shop import Shop

    cards = all_cards(Shop.open(home))
    if name is not None and cards:
        if name not in cards:
            raise NothingToAnalyse(f"No model of '{name}' is kept. {among(name, cards, 'Models')}")
        newest = cards[name][-1]
        text = card_markdown(newest, last_drift(cards[name]))
        document = json.dumps(card_document(newest), ensure_ascii=False, indent=2)
        typer.echo(document if as_json else text.rstrip())
    elif not cards:
        say("No model has been fitted yet. Run regulars refresh.")
    else:
        _list(cards)


def _list(cards: "Mapping[str, list[Card]]") -> None:
    from regulars.flow.model_history import last_drift, measure_text

    width = max(map(len, cards))
    for name, known in cards.items():
        newest, moved = known[-1], last_drift(known)
        main = newest.main_measure
        parts = [
            newest.model_name or "?",
            f"as of {newest.as_of}",
            f"{newest.customer_count:,} customers" if newest.customer_count is not None else "",
            f"{main.name} {measure_text(main)}" if main else newest.reason,
            f"{moved.level} since {moved.before.as_of}" if moved else "",
        ]
        typer.echo(f"{name:<{width}}  {'; '.join(part for part in parts if part)}")
