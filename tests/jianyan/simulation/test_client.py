"""A simulated member on a real site: is welcomed, votes, posts, is refused, loses the network, comes back."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.utils import timezone

from consultations.models import Suggestion, Topic, Vote
from consultations.queries.journal_check import check_journal
from jianyan.accounts.models import User
from jianyan.simulation.client import TopicClient
from jianyan.simulation.drive import Drive, NobodyWelcomed
from jianyan.simulation.measures import Measures
from jianyan.simulation.sessions import headers_for
from tests.consultations.factories import make_suggestion, make_topic
from tests.jianyan.accounts.factories import County, make_county, make_member, make_moderator
from tests.servers import Site

WITHIN = 20.0
MINUTE = dt.timedelta(minutes=1)
TEXT = "在学校门口设接送缓冲区,放学时段限时停放。"


@pytest.fixture
def county(transactional_db: None) -> County:
    return make_county()


@pytest.fixture
def topic(county: County) -> Topic:
    """Open since five minutes, with two published suggestions."""
    opened = timezone.now() - 5 * MINUTE
    topic = make_topic(county, opens_at=opened)
    moderator = make_moderator(county)
    for name in ("林栖云", "罗小满"):
        make_suggestion(topic, make_member(county, name), publish_by=moderator)
    return topic


def play(site: Site, topic_id: int, user: User | None, act: Callable[[TopicClient], Awaitable[Any]]) -> Any:
    """Connect as that user, act, leave; what `act` returned."""
    headers = headers_for([user])[0] if user is not None else {}

    async def visit() -> Any:
        client = TopicClient(site.url, topic_id, headers, dice=random.Random(1))
        device = asyncio.create_task(client.run())
        async with asyncio.timeout(WITHIN):
            await client.welcomed.wait()
            result = await act(client)
            client.close()
            await device
        return result

    return asyncio.run(visit())


async def until(condition: Callable[[], bool]) -> None:
    """Wait for it; the caller's timeout bounds this."""
    while not condition():  # noqa: ASYNC110 - the site's news, and nothing of ours signals it
        await asyncio.sleep(0.01)


def test_a_vote_is_acknowledged_told_and_stored(site: Site, topic: Topic, county: County) -> None:
    member = make_member(county, "顾南枝")
    number = Suggestion.objects.get(number=1).pk

    async def act(client: TopicClient) -> bool:
        answer = await client.vote(number, "support")
        await until(lambda: client.view.tallies[number] == [1, 0, 0])
        return answer.accepted

    assert play(site, topic.pk, member, act)
    assert Vote.objects.get().choice == "support"
    assert check_journal(topic.pk).faults == ()


def test_an_idea_waits_for_review_and_can_be_edited(site: Site, topic: Topic, county: County) -> None:
    async def act(client: TopicClient) -> list[bool]:
        posted = await client.suggest(TEXT)
        (own,) = client.view.own
        edited = await client.edit(own, "在学校门口设接送缓冲区。")
        return [posted.accepted, edited.accepted]

    assert play(site, topic.pk, make_member(county, "顾南枝"), act) == [True, True]
    posted = Suggestion.objects.get(number=3)
    assert (posted.status, posted.text) == ("pending", "在学校门口设接送缓冲区。")


def test_a_second_idea_is_refused_by_its_code(site: Site, topic: Topic, county: County) -> None:
    async def act(client: TopicClient) -> list[str]:
        return [(await client.suggest(TEXT)).code, (await client.suggest("另一条建言。")).code]

    assert play(site, topic.pk, make_member(county, "顾南枝"), act) == ["", "slot_taken"]


def test_a_wish_made_while_the_network_is_lost_is_answered_when_it_is_back(
    site: Site, topic: Topic, county: County
) -> None:
    number = Suggestion.objects.get(number=1).pk

    async def act(client: TopicClient) -> tuple[bool, int]:
        client.drop()
        await until(lambda: not client.welcomed.is_set())
        answer = await client.vote(number, "support")
        return answer.accepted, client.connections

    assert play(site, topic.pk, make_member(county, "顾南枝"), act) == (True, 2)


def test_who_may_not_see_the_topic_is_turned_away_for_good(site: Site, topic: Topic) -> None:
    async def visit() -> int | None:
        client = TopicClient(site.url, topic.pk + 1, {}, dice=random.Random(1))
        async with asyncio.timeout(WITHIN):
            return await client.run()

    assert asyncio.run(visit()) == 4404


def test_a_site_that_is_not_there_is_tried_again_until_one_leaves(unused_tcp_port: int) -> None:
    async def visit() -> tuple[int | None, int]:
        client = TopicClient(f"http://127.0.0.1:{unused_tcp_port}", 1, {}, dice=random.Random(1))
        device = asyncio.create_task(client.run())
        wish = client.vote(1, "support")
        await asyncio.sleep(0)
        client.close()
        async with asyncio.timeout(WITHIN):
            code = await device
        return code, int(wish.cancelled())

    assert asyncio.run(visit()) == (None, 1)


def test_a_drive_votes_at_its_rate_and_everything_acknowledged_is_in_the_database(
    site: Site, topic: Topic, county: County
) -> None:
    members = [make_member(county, f"委员{number}") for number in range(30)]
    told: list[int] = []
    drive = Drive(site.url, topic.pk, headers_for(members), rate=60, seed=1)

    def progress(measures: Measures, connected: int) -> None:
        told.append(connected)

    measures = asyncio.run(drive.run(2.2, progress))
    assert told == [30, 30]
    assert measures.unanswered == 0
    assert measures.acknowledged + measures.refused.total() == measures.sent
    assert 100 < measures.acknowledged <= 132
    verdict = check_journal(topic.pk)
    assert verdict.faults == ()
    assert 0 < verdict.votes <= measures.acknowledged


def test_a_drive_that_nobody_gets_into_says_why(site: Site, topic: Topic) -> None:
    drive = Drive(site.url, topic.pk + 1, [{}, {}], rate=10, seed=1)
    with pytest.raises(NobodyWelcomed) as nobody:
        asyncio.run(drive.run(1, lambda measures, connected: None))
    assert nobody.value.close_code == 4404


def test_in_a_topic_without_suggestions_there_is_nothing_to_vote_on(site: Site, county: County) -> None:
    empty = make_topic(county, "空的议题", opens_at=timezone.now() - MINUTE)
    drive = Drive(site.url, empty.pk, headers_for([make_member(county, "顾南枝")]), rate=20, seed=1)
    measures = asyncio.run(drive.run(0.5, lambda measures, connected: None))
    assert measures.acknowledged == 0
    assert set(measures.refused) == {"nothing_to_vote_on"}
