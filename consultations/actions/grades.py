"""The usual classes of replies, where an operator has none of their own."""

from __future__ import annotations

from django.db import transaction

from ..models import Grade

USUAL = (
    ("A", "所提问题已经解决或者基本解决", True),
    ("B", "列入计划逐步解决", False),
    ("C", "因条件所限暂时不能解决，留作参考", False),
    ("D", "不属于职责范围，已作说明解释", False),
)


@transaction.atomic
def usual_grades() -> dict[str, Grade]:
    """All classes by their letter, after the usual ones have been made where there was none at all."""
    if not Grade.objects.exists():
        Grade.objects.bulk_create(
            (
                Grade(letter=letter, meaning=meaning, solved=solved, position=position)
                for position, (letter, meaning, solved) in enumerate(USUAL, 1)
            ),
            # Two who begin at the same moment make the same ones.
            ignore_conflicts=True,
        )
    return {one.letter: one for one in Grade.objects.all()}
