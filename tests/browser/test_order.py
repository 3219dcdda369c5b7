"""The script's order of a shuffled list is the server's."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.servers import Site


def test_the_place_in_a_shuffled_list_is_the_servers(site: Site, page: Page) -> None:
    page.goto(site.url)
    places = page.evaluate(
        """async (address) => {
            const { place } = await import(address);
            return [1, 2, 3].map((id) => place(7919, id));
        }""",
        f"{site.url}/static/realtime/order.js",
    )
    # The same literals stand in tests/consultations/views/test_topic_page.py, for the server.
    assert [round(one, 9) for one in places] == [0.984663675, 0.451969552, 0.90094409]
