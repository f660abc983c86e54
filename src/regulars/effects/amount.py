"""An amount of money inside a sentence: with the currency's sign, as the caller gives it."""


def amount_text(value: float, currency_sign: str = "") -> str:
    """-1234.5 -> -¥1,234.50; without a sign, the figure alone."""
    # what rounds to nothing has no minus
    minus = "-" if round(value, 2) < 0 else ""
    return f"{minus}{currency_sign}{abs(value):,.2f}"
