"""What is attached to the text, each on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence

from .. import labels
from ..outline import APPENDICES, Outline
from ..spreadsheet.embedded import Drawn
from .markup import Xml, join, paragraph, run
from .record import record
from .statistics import statistics
from .suggestions import suggestion_list


def appendices(outline: Outline, charts: Sequence[Drawn]) -> Xml:
    """Labelled 附件1, 附件2 … in the order of APPENDICES; `charts` of the figures by sector."""
    contents = (suggestion_list(outline), statistics(outline, charts), record(outline))
    return join(
        join(
            (
                paragraph(run(f"{labels.APPENDIX}{at}"), style="AppendixLabel"),
                paragraph(run(name), style="AppendixTitle"),
                content,
            )
        )
        for at, (name, content) in enumerate(zip(APPENDICES, contents, strict=True), start=1)
    )
