"""A PostgreSQL that stops under a running site: a program is told to try again, a reader gets a page, and it comes back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from tests.conftest import Serve
from tests.realtime.asking import Asker
from tests.servers import PostgreSQL, jianyan_environment, run_jianyan


def test_while_the_database_is_away_everybody_is_asked_to_try_again(
    own_postgresql: PostgreSQL, serve: Serve
) -> None:
    url = own_postgresql.create_database("away")
    migrated = run_jianyan(
        "manage", "migrate", "--verbosity", "0", environment=jianyan_environment(DATABASE_URL=url)
    )
    assert migrated.returncode == 0, migrated.stderr
    site = serve(DATABASE_URL=url)
    asking = [Asker(site.port, "x" * 32) for _ in range(3)]
    assert Asker(site.port).ask("GET", "/topics/1/state").status == 404
    own_postgresql.stop(at_once=True)
    try:
        # At the same time: each waits for as long as a request may wait for a connection.
        with ThreadPoolExecutor(len(asking)) as threads:
            read = threads.submit(asking[0].ask, "GET", "/topics/1/state", Accept="application/json")
            voted = threads.submit(asking[1].post_json, "/topics/1/votes", {})
            opened = threads.submit(asking[2].page, "/topics/1/")
        for program in (read.result(), voted.result()):
            assert (program.status, program.frame["code"]) == (429, "try_again")
            assert program.frame["message"] == "服务器繁忙，内容没有丢失，请再试一次。"
        page = opened.result()
        assert (page.status, "请稍候再试" in page.words, "Traceback" in page.text) == (500, True, False)
    finally:
        own_postgresql.start()
    began = monotonic()
    assert Asker(site.port).ask("GET", "/topics/1/state").status == 404
    assert monotonic() - began < 5
