"""The timeline of a shop: a cache beside the lake, made from it and of nothing else."""

from regulars.lake.timeline.opening import open_timeline
from regulars.lake.timeline.status import Status, timeline_status
from regulars.lake.timeline.updating import bring_up_to_date

__all__ = ["Status", "bring_up_to_date", "open_timeline", "timeline_status"]
