"""The first page after a start or a refresh is as quick as any: someone has looked already.

What the pages remember of a state of the lake (compiled questions, figures, choices of
filters) is worked out in the background as soon as the lake's head moves.
"""

import contextlib
import logging
import threading
import time

from django.http import QueryDict
from django.utils import timezone, translation

from regulars.analyses import all_analyses
from regulars.backoffice.customers import forms
from regulars.backoffice.customers.listing_rows import customer_listing
from regulars.backoffice.insights.overview import overview_context
from regulars.backoffice.insights.views import draw
from regulars.backoffice.scope import Scope
from regulars.backoffice.shop import current_home, current_shop, head_number
from regulars.errors import RegularsError
from regulars.figures import figure_names

logger = logging.getLogger(__name__)
SECONDS_BETWEEN = 3.0
LANGUAGES = ("en", "zh-hans")


def start_warming() -> threading.Thread:
    """Watch the lake's head for as long as the process lives."""
    thread = threading.Thread(target=_watch, name="warming", daemon=True)
    thread.start()
    return thread


def warm() -> None:
    """Work out what the first pages of everybody who sees the whole shop need."""
    home_language = "zh-hans" if current_home().settings.language == "zh" else "en"
    first, *rest = sorted(LANGUAGES, key=lambda code: code != home_language)
    for code in (first, *rest):
        with translation.override(code), timezone.override(current_home().settings.timezone):
            _look()


def _look() -> None:
    scope = Scope(current_shop())
    overview_context(scope)
    columns = forms.filter_columns(scope)
    forms.filters(scope, QueryDict(), columns)
    customer_listing(scope, forms.parse(QueryDict(), columns), QueryDict())
    for name in all_analyses():
        if name in figure_names():
            with contextlib.suppress(RegularsError):  # one that this shop's data cannot answer
                draw(scope, name)


def _watch() -> None:
    seen: int | None = None
    while True:
        try:
            present = head_number()
            if present != seen:
                warm()
                seen = present
        except RegularsError:
            seen = None  # nothing to warm yet; the pages themselves say what is wrong
        except Exception:
            logger.exception("Warming failed; the pages work without it")
            return
        time.sleep(SECONDS_BETWEEN)
