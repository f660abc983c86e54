"""Searches on a timeline: what came of each, counted by what was typed."""

from regulars.stats.searches.counting import Counts, Sums, counted
from regulars.stats.searches.lift import Lifts, lifts
from regulars.stats.searches.plan import Plan, planned

__all__ = ["Counts", "Lifts", "Plan", "Sums", "counted", "lifts", "planned"]
