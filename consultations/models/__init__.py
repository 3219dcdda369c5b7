"""One file per noun; the constraints live here."""

from .attendance import Attendance
from .category import Category
from .channel import Channel
from .cosigner import Cosigner
from .deliberation import Deliberation
from .event_record import EventRecord
from .flag import Flag
from .journal_entry import JournalEntry
from .member_record import Appeal, PointCorrection, PointRules, RecordFreeze
from .merge import Merge
from .notification import Notification, NotificationChoice
from .outcome import Attachment, Outcome, OutcomeCover, Submission
from .proposal import Proposal
from .referral import Grade, Referral, ReferralBody, ReferralLink, ReferralStep, Reminder, Reply, Satisfaction
from .report import Indicator, Report, ReportPassage, ReportVersion
from .scan import Scan
from .search_entry import SearchEntry, SearchMark
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
    "Appeal",
    "Assignment",
    "Attachment",
    "Attendance",
    "Category",
    "Channel",
    "Citation",
    "Claim",
    "Cosigner",
    "Deliberation",
    "EventRecord",
    "Flag",
    "Grade",
    "Indicator",
    "JournalEntry",
    "Merge",
    "Notification",
    "NotificationChoice",
    "NumberSeries",
    "Outcome",
    "OutcomeCover",
    "PointCorrection",
    "PointRules",
    "Proposal",
    "RecordFreeze",
    "Referral",
    "ReferralBody",
    "ReferralLink",
    "ReferralStep",
    "Reminder",
    "Reply",
    "Report",
    "ReportPassage",
    "ReportVersion",
    "Response",
    "ReviewComment",
    "Satisfaction",
    "Scan",
    "SearchEntry",
    "SearchMark",
    "Statement",
    "Submission",
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
