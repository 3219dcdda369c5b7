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
from .summary import (
    Assignment,
    Citation,
    NumberSeries,
    Response,
    ReviewComment,
    Statement,
    Summary,
    SummaryExport,
    SummarySection,
    SummaryVersion,
)
from .theme import Theme
from .topic import Topic
from .vote import Vote

__all__ = [
    "Assignment",
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
    "NumberSeries",
    "Proposal",
    "Response",
    "ReviewComment",
    "Scan",
    "Statement",
    "Suggestion",
    "SuggestionVersion",
    "Summary",
    "SummaryExport",
    "SummarySection",
    "SummaryVersion",
    "Theme",
    "Topic",
    "Vote",
]
