"""One file per noun; the constraints live here."""

from .attendance import Attendance
from .channel import Channel
from .cosigner import Cosigner
from .deliberation import Deliberation
from .flag import Flag
from .journal_entry import JournalEntry
from .merge import Merge
from .notification import Notification, NotificationChoice
from .proposal import Proposal
from .scan import Scan
from .suggestion import Claim, Suggestion, SuggestionVersion
from .summary import Citation, Statement, Summary, SummarySection
from .theme import Theme
from .topic import Topic
from .vote import Vote

__all__ = [
    "Attendance",
    "Channel",
    "Citation",
    "Claim",
    "Cosigner",
    "Deliberation",
    "Flag",
    "JournalEntry",
    "Merge",
    "Notification",
    "NotificationChoice",
    "Proposal",
    "Scan",
    "Statement",
    "Suggestion",
    "SuggestionVersion",
    "Summary",
    "SummarySection",
    "Theme",
    "Topic",
    "Vote",
]
