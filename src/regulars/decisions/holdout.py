"""Who is treated and who is held out: decided by a salted hash, the same for ever.

A customer's place is the first 13 hexadecimal digits of md5(salt:customer_id), a number
in [0, 1). Same salt and customer, same place, on every machine and engine. Each purpose
has its own salt, so that being held out of one campaign says nothing of the next.
Places are compared as digits, never as floating numbers: no engine can round differently.
"""

import hashlib

import ibis
import ibis.expr.types as ir

from regulars.effects.outcomes import HOLDOUT

TREATED = "treated"
DIGITS = 13
STEPS: int = 16**DIGITS
DEFAULT_SHARE = 0.1


def salt(purpose: str, name: str) -> str:
    """The salt of one purpose and one thing, such as ('campaign', campaign_id)."""
    return f"{purpose}/{name}"


def place(salt: str, customer_id: str) -> float:
    """The customer's place in [0, 1) under that salt."""
    return int(_digits(salt, customer_id), 16) / STEPS


def arm_of(salt: str, customer_id: str, *, holdout_share: float = DEFAULT_SHARE) -> str:
    """``holdout`` for the share of places below ``holdout_share`` (0-1), else ``treated``."""
    return HOLDOUT if _digits(salt, customer_id) < _bound(holdout_share) else TREATED


def arm(
    salt: str, customer_id: ir.StringValue, *, holdout_share: float = DEFAULT_SHARE
) -> ir.StringValue:
    """The same as ``arm_of`` for a column, as a lazy expression."""
    digest = (ibis.literal(f"{salt}:") + customer_id).hexdigest("md5")
    is_held_out = digest.substr(0, DIGITS) < _bound(holdout_share)
    return ibis.ifelse(is_held_out, HOLDOUT, TREATED)


def _digits(salt: str, customer_id: str) -> str:
    text = f"{salt}:{customer_id}".encode()
    return hashlib.md5(text, usedforsecurity=False).hexdigest()[:DIGITS]


def _bound(share: float) -> str:
    """The digits that everyone held out lies below. ValueError outside 0-1."""
    if not 0 <= share <= 1:
        raise ValueError(f"A holdout share lies between 0 and 1, not at {share}.")
    steps = round(share * STEPS)
    # 'g' comes after every hexadecimal digit: everyone
    return "g" if steps >= STEPS else f"{steps:0{DIGITS}x}"
