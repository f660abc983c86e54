"""A look through files: how each column would be read and what would become of the rows.

Kept as JSON with the draft, so that the page is quick however large the files are.
"""

from dataclasses import asdict
from typing import Any

from regulars import sources
from regulars.flow.progress import Report
from regulars.lake.home import ShopHome
from regulars.sources import Proposal

MOST_REASONS = 50


def look(home: ShopHome, proposal: Proposal, report: Report) -> dict[str, Any]:
    """The proposal and, where nothing is unclear, the preview, as JSON."""
    found: dict[str, Any] = {
        "files": [asdict(part) for part in proposal.files],
        "unclear": list(proposal.unclear),
        "notes": list(proposal.notes),
    }
    if proposal.unclear:
        return found
    report("Trying every row", 1, 2)
    tried = sources.preview(home, proposal)
    return found | {
        "read_count": tried.read_count,
        "quarantined_count": tried.quarantined_count,
        "repeated_count": tried.repeated_count,
        "tables": dict(tried.tables),
        "reasons": [asdict(reason) for reason in tried.reasons[:MOST_REASONS]],
        "notes": list(dict.fromkeys([*proposal.notes, *tried.notes])),
    }
