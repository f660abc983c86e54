"""Every text has its Chinese, in the catalogue and in what is compiled of it."""

import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import regulars.backoffice

ROOT = Path(regulars.backoffice.__file__).parent
CATALOGUES = sorted(ROOT.rglob("locale/zh_Hans/LC_MESSAGES/django.po"))


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda f: str(f.relative_to(ROOT)))
def test_every_text_is_translated(file: Path) -> None:
    with file.open("rb") as stream:
        texts = [text for text in read_po(stream, locale="zh_Hans") if text.id]
    missing = [text.id for text in texts if not all(_strings(text.string)) or text.fuzzy]
    assert texts
    assert missing == []


@pytest.mark.parametrize("file", CATALOGUES, ids=lambda f: str(f.relative_to(ROOT)))
def test_compiled_catalogue_is_up_to_date(file: Path) -> None:
    with file.open("rb") as stream:
        texts = [text for text in read_po(stream, locale="zh_Hans") if text.id]
    with file.with_suffix(".mo").open("rb") as stream:
        compiled = gettext.GNUTranslations(stream)
    for text in texts:
        if isinstance(text.id, tuple):
            found = compiled.ngettext(*text.id, 2)
        elif text.context:
            found = compiled.pgettext(text.context, text.id)
        else:
            found = compiled.gettext(text.id)
        assert found == _strings(text.string)[0]


def _strings(string: str | tuple[str, ...]) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string,)
