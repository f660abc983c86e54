"""The timeline of a shop: a cache beside the lake, made from it and of nothing else."""

from regulars.lake.timeline.opening import open_timeline

__all__ = ["open_timeline"]
