"""One idea each: which slots of a topic a member has taken, by ideas of their own and by those they have co-signed.

The database holds what one table can hold: one live idea of one's own in a slot. That an idea and a co-signature never
share one is seen to here, under the topic's lock.
"""

from __future__ import annotations

from ..enums import LIVE, Cosigning
from ..errors import SlotTaken, SlotTakenBy
from ..models import Cosigner, Suggestion, Topic


def free_slot(topic: Topic, user_id: int) -> int:
    """The first free slot of that member in a locked topic. Raises SlotTaken."""
    taken = set(topic.suggestions.filter(author_id=user_id, status__in=LIVE).values_list("slot", flat=True))
    cosigned = Cosigner.objects.filter(
        topic=topic, member_id=user_id, state=Cosigning.AGREED, suggestion__status__in=LIVE
    )
    taken.update(slot for slot in cosigned.values_list("slot", flat=True) if slot is not None)
    for slot in range(1, topic.ideas + 1):
        if slot not in taken:
            return slot
    raise SlotTaken


def retake_slots(topic: Topic, suggestion: Suggestion) -> None:
    """Give an idea that is to live again, and everybody who has co-signed it, a slot each; the caller saves the idea.

    Raises SlotTaken where its author has used theirs meanwhile, SlotTakenBy where a co-signer has.
    """
    suggestion.slot = free_slot(topic, suggestion.author_id)
    for cosigner in suggestion.cosigners.filter(state=Cosigning.AGREED).select_related("member"):
        try:
            cosigner.slot = free_slot(topic, cosigner.member_id)
        except SlotTaken:
            raise SlotTakenBy(name=str(cosigner.member)) from None
        cosigner.save(update_fields=["slot"])
