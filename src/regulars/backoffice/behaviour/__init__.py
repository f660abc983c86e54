"""Behaviour: questions of the timeline, built by pointing, answered at once, saved and shared."""
