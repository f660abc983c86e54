"""Personal data as it is shown to those who need not see it in full."""

import json
import re

MASKED_KINDS = ("phone", "email", "member_no", "card", "unionid")
STARS = "***"
NAME_KEYS = ("name", "姓名", "customer_name", "会员姓名", "first_name", "last_name")
"""Under these keys of the attributes a source gives a person's name."""
_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# Ten digits and more, mainland numbers in groups, anything behind a plus: a phone, a card, an id.
_NUMBER = re.compile(
    r"(?<![\d.])(?:\+\d(?:[ -]?\d){6,}|1[3-9]\d[ -]\d{4}[ -]\d{4}|\d{10,})(?![\d.])"
)


def masked(kind: str, value: str | None) -> str:
    """A value of a kind of identifier (or "name"), masked: 138****1234, a***@example.com."""
    if not value:
        return ""
    match kind:
        case "phone":
            return masked_phone(value)
        case "email":
            return masked_email(value)
        case "name":
            return masked_name(value)
    return f"{value[:2]}{STARS}{value[-2:]}" if len(value) > 5 else STARS


def masked_text(text: str) -> str:
    """A free text (a row of a file, a note): its e-mail addresses and long numbers masked."""
    without_emails = _EMAIL.sub(lambda found: masked_email(found[0]), text)
    return _NUMBER.sub(lambda found: masked_phone(re.sub(r"[ -]", "", found[0])), without_emails)


def masked_json(document: str) -> str:
    """A JSON object of attributes: names, e-mail addresses and long numbers masked."""
    try:
        values = json.loads(document)
    except ValueError:
        return masked_text(document)
    if not isinstance(values, dict):
        return masked_text(document)
    named = {
        key: masked_name(value) if key in NAME_KEYS and isinstance(value, str) and value else value
        for key, value in values.items()
    }
    return masked_text(json.dumps(named, ensure_ascii=False))


def masked_phone(phone: str) -> str:
    """The first three and last four digits; mainland numbers without their +86."""
    digits = phone.removeprefix("+86")
    if len(digits) < 8:
        return STARS
    return f"{digits[:3]}****{digits[-4:]}"


def masked_email(email: str) -> str:
    """The first letter and the domain."""
    name, at, domain = email.partition("@")
    return f"{name[:1]}{STARS}@{domain}" if at else STARS


def masked_name(name: str) -> str:
    """The family name's first character (Chinese) or the initials."""
    if name.isascii():
        return " ".join(f"{part[0]}." for part in name.split()) or STARS
    return f"{name[0]}{'*' * (len(name) - 1)}"
