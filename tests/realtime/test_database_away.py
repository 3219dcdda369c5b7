"""A PostgreSQL that stops under a running site: a program is told to try again, a reader gets a page, and it comes back."""

from __future__ import annotations

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
    somebody = Asker(site.port, "x" * 32)
    assert somebody.ask("GET", "/topics/1/state").status == 404
    own_postgresql.stop(at_once=True)
    try:
        for method, path in (("GET", "/topics/1/state"), ("POST", "/topics/1/votes")):
            program = somebody.ask(method, path, b"{}", Content_Type="application/json")
            assert (program.status, program.frame["code"]) == (429, "try_again")
            assert program.frame["message"] == "服务器繁忙，内容没有丢失，请再试一次。"
        page = somebody.page("/topics/1/")
        assert page.status == 500
        assert "请稍候再试" in page.words
        assert "Traceback" not in page.text
    finally:
        own_postgresql.start()
    assert somebody.ask("GET", "/topics/1/state").status == 404
