"""One file per noun; the constraints live here."""

from .attendance import Attendance
from .channel import Channel
from .deliberation import Deliberation
from .journal_entry import JournalEntry
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
    "Deliberation",
    "JournalEntry",
    "Statement",
    "Suggestion",
    "SuggestionVersion",
    "Summary",
    "SummarySection",
    "Theme",
    "Topic",
    "Vote",
]
