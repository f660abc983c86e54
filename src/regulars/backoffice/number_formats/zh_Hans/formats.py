"""Thousands apart by commas, as on every Chinese report; Django's default writes 20000."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
DECIMAL_SEPARATOR = "."
