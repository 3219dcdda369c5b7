"""What is attached to the text, each on a page of its own."""

from __future__ import annotations

from .. import labels
from ..outline import APPENDICES, Outline
from .markup import Xml, join, paragraph, run
from .record import record
from .statistics import statistics
from .suggestions import suggestion_list


def appendices(outline: Outline) -> Xml:
    """Labelled 附件1, 附件2 … in the order of APPENDICES."""
    contents = (suggestion_list, statistics, record)
    return join(
        join(
            (
                paragraph(run(f"{labels.APPENDIX}{at}"), style="AppendixLabel"),
                paragraph(run(name), style="AppendixTitle"),
                content(outline),
            )
        )
        for at, (name, content) in enumerate(zip(APPENDICES, contents, strict=True), start=1)
    )
