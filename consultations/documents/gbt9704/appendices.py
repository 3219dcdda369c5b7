"""What is attached to the text, each on a page of its own."""

from __future__ import annotations

from .. import labels
from ..model import SummaryDocument
from .markup import Xml, join, paragraph, run
from .record import record
from .statistics import statistics
from .suggestions import suggestion_list

_CONTENTS = {
    labels.APPENDIX_SUGGESTIONS: suggestion_list,
    labels.APPENDIX_STATISTICS: statistics,
    labels.APPENDIX_RECORD: record,
}
NAMES = tuple(_CONTENTS)


def appendices(document: SummaryDocument) -> Xml:
    """Labelled 附件1, 附件2 … in the order of NAMES."""
    return join(
        join(
            (
                paragraph(run(f"{labels.APPENDIX}{at}"), style="AppendixLabel"),
                paragraph(run(name), style="AppendixTitle"),
                content(document),
            )
        )
        for at, (name, content) in enumerate(_CONTENTS.items(), start=1)
    )
