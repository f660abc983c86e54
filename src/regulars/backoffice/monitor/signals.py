"""What the apps above may listen to."""

from django.dispatch import Signal

shop_refreshed = Signal()
"""Sent by the background refresh when every result is up to date; no arguments."""
