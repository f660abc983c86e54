"""Funnels: how far people come through steps, within a window, and when.

A question (steps, order, window, dates, what is held, what is excluded) is checked by
``question_of`` and answered by ``runs_of``, bucket by bucket; what the runs are counted into
is the analyses' own.
"""
