"""Sources: whatever a retailer has, brought into the canonical tables, every row accounted for.

account = import_files(home, ["till.csv"])                    # recognised by its headers
account = import_files(home, ["dump/"], preset="complete_journey")
proposal = propose(home, ["till.csv"])                        # to look at first
preview(home, proposal); run(home, proposal)
"""

from regulars.sources.account import Account, FileAccount, Money, Reason, accounts
from regulars.sources.importing import Preview, import_files, ingest, preview, propose, run
from regulars.sources.presets import Preset, presets
from regulars.sources.proposal import ColumnUse, FilePart, Proposal, Request
from regulars.sources.quarantine import quarantined
from regulars.sources.reasons import reason_text

__all__ = [
    "Account",
    "ColumnUse",
    "FileAccount",
    "FilePart",
    "Money",
    "Preset",
    "Preview",
    "Proposal",
    "Reason",
    "Request",
    "accounts",
    "import_files",
    "ingest",
    "presets",
    "preview",
    "propose",
    "quarantined",
    "reason_text",
    "run",
]
