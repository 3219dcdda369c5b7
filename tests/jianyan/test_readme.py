"""README.md says what is so: its commands run, its steps can be taken, its links and pictures are there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import click
import pytest
from django.core.management import get_commands
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from consultations.enums import Step
from jianyan.commands import SUMMARIES, jianyan
from tests import pictures, servers
from tests.demonstration import Demo, running
from tests.servers import ROOT, jianyan_environment

# Whole runs of what others try piece by piece.
pytestmark = pytest.mark.usefixtures("unmeasured_module")

README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").glob("**/*.md")])
PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1440, "height": 900}
# What the first steps name: what one presses, and headings.
CARRIERS = "a, button:not([aria-hidden]), summary, h2, th"


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────────────────────


def sections() -> dict[str, str]:
    _before, *parts = re.split(r"^## (.+)$", README, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands(section: str) -> list[str]:
    return [line for block in blocks(sections()[section], "sh") for line in block.splitlines() if line]


def first_steps() -> dict[str, str]:
    """What the table says of each account, by its user name."""
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| .+? \| (.+) \|$", sections()["Try it"], re.MULTILINE)
    return {name: steps for names, steps in rows for name in re.findall(r"\w+", names)}


# ── Commands ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Shell:
    """Runs the README's commands one after the other, in a directory and with an environment of its own."""

    directory: Path
    environment: dict[str, str] = field(default_factory=jianyan_environment)

    def run(self, command: str) -> str:
        """What it prints; fails where it does not end with 0, or where nobody has thought of how to try it."""
        words = shlex.split(command, comments=True)
        match words:
            case ["export", assignment]:
                name, _, value = assignment.partition("=")
                self.environment[name] = value.replace("~", str(self.directory))
                return ""
            case ["mkdir", name]:
                Path(name.replace("~", str(self.directory))).mkdir()
                return ""
            case ["make", *targets]:
                # What would be run; the targets themselves are the suite, the demonstration and the site.
                return self._call(["make", "--no-print-directory", "-n", *targets], ROOT)
            case [".venv/bin/jianyan", "serve"]:
                return self._serve()
            case [".venv/bin/jianyan", "manage", "createsuperuser"]:
                self.environment["DJANGO_SUPERUSER_PASSWORD"] = "a-long-one-for-trying-77"
                words += ["--noinput", "--username", "first", "--display_name", "管理员"]
            case [".venv/bin/jianyan", "simulate", *_]:
                words += ["--members", "10", "--seconds", "2"]
            case [".venv/bin/jianyan", _, *_]:
                pass
            case _:
                pytest.fail(f"README.md has a command that nothing here tries: {command}")
        return self._call([sys.executable, "-m", "jianyan", *words[1:]], self.directory)

    def _call(self, words: list[str], directory: Path) -> str:
        done = subprocess.run(words, cwd=directory, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout + done.stderr

    def _serve(self) -> str:
        with servers.site(Path(self.environment["JIANYAN_VAR"])) as site:
            with urlopen(site.url) as answer:
                assert answer.status == 200
            assert site.stop() == 0
            return site.log.read_text(encoding="utf-8")


def test_no_command_stands_where_nothing_tries_it() -> None:
    tried = {"Try it", "Your own site and roster", "Commands", "Running it for real"}
    assert {title for title, text in sections().items() if blocks(text, "sh")} == tried
    assert len(blocks(README, "sh")) == sum(len(blocks(sections()[title], "sh")) for title in tried)
    assert set(re.findall(r"^```(\w+)$", README, re.MULTILINE)) == {"sh", "csv"}
    # The command itself is only ever written in blocks, or where it is explained there.
    assert not re.findall(r"`(?:\.venv/bin/)?jianyan [^`]+`", README)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_in_a_document_exists_with_its_options(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    written = re.findall(r"^(?:\.venv/bin/)?jianyan (.+)$", text, re.MULTILINE)
    written += re.findall(r"`jianyan ([^`]+)`", text)
    context = click.Context(jianyan)
    for line in written:
        words = shlex.split(line, comments=True)
        if words[0] == "--help":
            continue
        _name, command, rest = jianyan.resolve_command(context, words)
        if words[0] == "manage":
            assert not rest or rest[0] in get_commands(), line
            continue
        inside = context
        while isinstance(command, click.Group) and rest:
            inside = click.Context(command, parent=inside)
            _name, command, rest = command.resolve_command(inside, rest)
        assert command is not None, line
        # Unknown options are refused here; what stands for a file or a number need not be one.
        command.make_parser(click.Context(command, parent=inside)).parse_args(rest)


def test_the_table_of_commands_is_whole() -> None:
    operating = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `jianyan (\w+)` \|", operating, re.MULTILINE) == list(SUMMARIES)


def test_the_two_commands_to_begin_with_are_targets(tmp_path: Path) -> None:
    demo, test = [Shell(tmp_path).run(command) for command in commands("Try it")]
    assert "jianyan demo" in demo
    assert "pytest" in test
    for variable in re.findall(r"\b([A-Z]+)=\w+", blocks(sections()["Try it"], "sh")[0]):
        assert variable in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_a_site_of_ones_own_takes_the_roster_that_is_shown(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    [roster] = blocks(README, "csv")
    (tmp_path / "roster.csv").write_text(roster, encoding="utf-8")
    said = []
    for command in commands("Your own site and roster"):
        if command.endswith("writes nothing"):
            _found_committee(shell)
        said.append(shell.run(command))
    *_, tried, imported = said
    assert shell.environment["JIANYAN_VAR"] == str(tmp_path / "jianyan-site")
    assert (tmp_path / "jianyan-site" / "jianyan.sqlite3").is_file()
    assert "Only tried: nothing was written." in tried
    assert "taken as it is 2" in imported
    rows = (tmp_path / "first.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split(",")[:2] for row in rows[1:]] == [
        ["林栖云", "19900010001"],
        ["罗小满", "19900010002"],
    ]


def _found_committee(shell: Shell) -> None:
    """What the administrator does at /admin/ in between."""
    code = (
        "from jianyan.accounts.models import Body\n"
        "committee = Body.objects.create(name='政协青溪县委员会', kind='committee')\n"
        "for name in ('文艺界', '经济界'):\n"
        "    Body.objects.create(name=name, kind='sector', parent=committee)\n"
    )
    shell._call([sys.executable, "-m", "jianyan", "manage", "shell", "-c", code], shell.directory)


def test_what_production_needs_is_made_and_served(migrated_sqlite: Path, tmp_path: Path) -> None:
    (tmp_path / "jianyan.sqlite3").write_bytes(migrated_sqlite.read_bytes())
    shell = Shell(tmp_path, jianyan_environment(JIANYAN_VAR=str(tmp_path)))
    secret, serving = [shell.run(command) for command in commands("Running it for real")]
    assert len(secret.strip()) >= 50
    assert "Jianyan is running at http://127.0.0.1:" in serving


# ── With the demonstration ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Running:
    demo: Demo
    directory: Path


@pytest.fixture(scope="module")
def demonstration(unmeasured_module: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    directory = tmp_path_factory.mktemp("readme")
    with running(directory / "var") as demo:
        yield Running(demo, directory)


def test_the_demonstration_says_what_it_is_said_to_say(demonstration: Running) -> None:
    leaflet = json.loads((demonstration.directory / "var" / "demo.json").read_text(encoding="utf-8"))
    assert leaflet == demonstration.demo.leaflet
    assert "`var/demo.json` holds `url`, `live_topic` and `accounts`" in README
    assert list(leaflet) == ["url", "live_topic", "accounts"]
    assert {tuple(account) for account in leaflet["accounts"]} == {("role", "username", "password")}
    assert [account["username"] for account in leaflet["accounts"]] == list(first_steps())
    assert {account["password"] for account in leaflet["accounts"]} == set(
        re.findall(r"password of all is `(.+?)`", README)
    )


def test_every_command_runs_on_its_data(demonstration: Running, tmp_path: Path) -> None:
    environment = jianyan_environment(
        JIANYAN_VAR=str(demonstration.directory / "var"), PORT=str(demonstration.demo.port)
    )
    shell = Shell(tmp_path, environment)
    said = {command.partition("#")[0].strip(): shell.run(command) for command in commands("Commands")}
    told = " ".join(said)
    assert f"--topic {demonstration.demo.leaflet['live_topic']} " in told
    assert "Refused: 0" in next(text for command, text in said.items() if " simulate " in command)
    assert "the tables agree" in next(text for command, text in said.items() if "journal verify" in command)
    entries = (tmp_path / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["revision"] for line in entries] == list(range(1, len(entries) + 1))
    assert zipfile.is_zipfile(tmp_path / "summary.docx")
    assert "Every number and citation holds." in said[".venv/bin/jianyan summary verify summary.json"]


@dataclass
class Visitor:
    """Follows the steps of one row: each thing in bold type must be there, and all of them must be looked for."""

    page: Page
    steps: str
    seen: set[str] = field(default_factory=set)

    def find(self, label: str) -> Locator:
        """What carries that label, visible."""
        assert f"**{label}**" in self.steps, label
        self.seen.add(label)
        carriers = self.page.locator(CARRIERS).filter(visible=True)
        found = carriers.filter(has_text=re.compile(rf"^\s*{re.escape(label)}(?=\s|$)")).first
        expect(found).to_be_visible()
        return found

    def press(self, label: str) -> None:
        self.find(label).click()

    def has_seen_all(self) -> None:
        assert self.seen == set(re.findall(r"\*\*(.+?)\*\*", self.steps))


@pytest.fixture
def visitors(browser: Browser, demonstration: Running) -> Iterator[Visitors]:
    guests = Visitors(browser, demonstration.demo)
    yield guests
    for page in guests.pages:
        page.context.close()


@dataclass
class Visitors:
    browser: Browser
    demo: Demo
    pages: list[Page] = field(default_factory=list)

    def enter(self, username: str, viewport: ViewportSize) -> Visitor:
        """Signed in, on the home page."""
        context = self.browser.new_context(
            viewport=viewport, locale="zh-CN", base_url=self.demo.leaflet["url"]
        )
        page = context.new_page()
        self.pages.append(page)
        page.goto("/accounts/login/")
        page.fill("input[name=login]", username)
        page.fill("input[name=password]", self.demo.leaflet["accounts"][0]["password"])
        page.locator("form.account-form button[type=submit]").click()
        expect(page.locator("form[action='/accounts/logout/']")).to_be_attached()
        page.goto("/")
        return Visitor(page, first_steps()[username])


def test_members_and_moderators_can_take_their_first_steps(visitors: Visitors) -> None:
    idea = "老体育场看台下的旧仓库清出来，改成六十个立体车位。"
    live = visitors.demo.leaflet["live_topic"]
    member = visitors.enter("member", PHONE)
    member.find("正在进行")
    member.page.locator(f"a[href='/topics/{live}/']").first.click()
    member.page.fill("form.write textarea", idea)
    member.press("提交")
    expect(member.page.locator(".own")).to_contain_text("待审核")
    support = member.find("附议")
    support.click()
    pressed = member.page.locator("#list [data-choice=support][aria-pressed=true]")
    expect(pressed).to_have_count(1)
    pressed.click()
    expect(pressed).to_have_count(0)
    member.press("我的")
    expect(member.page.locator("main")).to_contain_text(idea)
    member.has_seen_all()

    moderator = visitors.enter("moderator", LAPTOP)
    moderator.press("审核台")
    moderator.page.locator(f"a[href='/desk/{live}/']").first.click()
    moderator.page.locator(".desk-row a").filter(has_text=idea[:12]).click()
    for label in ("退回修改", "归类", "并入", "暂停", "延长", "全体通知", "快捷键"):
        moderator.find(label)
    moderator.press("发布")
    expect(member.page.locator("main")).to_contain_text(idea)
    member.page.goto(f"/topics/{live}/")
    expect(member.page.locator(".own")).to_contain_text("已发布")
    moderator.has_seen_all()


def test_secretaries_can_take_their_first_steps(visitors: Visitors) -> None:
    secretary = visitors.enter("secretary", LAPTOP)
    page = secretary.page
    secretary.press("筹备")
    secretary.find("新建议政")
    secretary.press("复制")
    secretary.press("保存")
    secretary.find("发布预告")
    page.goto("/")
    over = page.locator("section").filter(has=secretary.find("已结束"))
    over.locator("a[href^='/topics/']").first.click()
    page.locator("main a[href^='/deliberations/']").first.click()
    secretary.press("冻结数据并起草纪要")
    page.wait_for_load_state()
    expect(page).to_have_url(re.compile(r"/edit/$"))
    proposed = page.locator("button[id^=accept-]")
    for left in range(proposed.count(), 0, -1):
        secretary.find("采纳").first.click()
        expect(proposed).to_have_count(left - 1)
    with page.expect_download() as download:
        secretary.press("导出 DOCX")
    assert zipfile.is_zipfile(download.value.path())
    secretary.find("其他格式")
    secretary.press("送审")
    expect(page.locator("#summary-signing")).to_contain_text("审签中")
    page.goto("/")
    secretary.press("台账")
    for label in ("交办件", "活动登记", "成效", "履职答卷"):
        secretary.find(label)
    secretary.has_seen_all()

    chair = visitors.enter("chair", PHONE)
    chair.press("通知")
    chair.page.locator("a", has_text="有纪要送审").first.click()
    chair.find("签发").first.click()
    chair.page.locator("#summary-sign").click()
    expect(chair.page.locator("#summary-signing")).to_contain_text("已签发")
    chair.has_seen_all()


def test_departments_can_take_their_first_steps(visitors: Visitors) -> None:
    department = visitors.enter("department", LAPTOP)
    page = department.page
    department.press("承办件")
    department.press("待接收")
    page.locator("main a[href^='/referrals/']").first.click()
    page.locator("#step-accept").wait_for()
    department.find("接收")
    page.locator("#step-accept form button").click()
    expect(page.locator(".referral-states")).to_contain_text("办理中")
    department.find("答复")
    department.has_seen_all()


def test_administrators_and_auditors_can_take_their_first_steps(visitors: Visitors) -> None:
    administrator = visitors.enter("administrator", LAPTOP)
    administrator.page.goto("/admin/")
    for label in ("组织", "用户", "任职", "渠道"):
        administrator.find(label)
    administrator.has_seen_all()
    auditor = visitors.enter("auditor", LAPTOP)
    auditor.page.goto(f"/topics/{visitors.demo.leaflet['live_topic']}/")
    auditor.press("公开日志")
    expect(auditor.page).to_have_url(re.compile(r"/journal/$"))
    auditor.has_seen_all()
    for other, its in {"member2": "member", "moderator2": "moderator", "secretary2": "secretary"}.items():
        assert first_steps()[other] == first_steps()[its]


# ── Links and pictures ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", text) + re.findall(r'<img src="([^"]+)"', text)
    missing = [link for link in links if not (document.parent / link).exists()]
    assert missing == []


def test_every_document_is_linked_from_the_readme_or_from_its_index() -> None:
    linked = set(re.findall(r"\((docs/[^)]+\.md)\)", README))
    assert linked == {str(path.relative_to(ROOT)) for path in (ROOT / "docs").glob("*.md")}


def test_the_pictures_are_those_that_are_taken_described_and_small() -> None:
    shown = re.findall(r'<img src="docs/pictures/([\w-]+)\.png" width="\d+%" alt="([^"]{20,})">', README)
    assert len(shown) == README.count("<img ")
    taken = {path.stem: path for path in pictures.PICTURES.iterdir()}
    assert taken.keys() == pictures.WANTED.keys()
    assert {name for name, _alt in shown} <= taken.keys()
    for path in taken.values():
        assert path.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert sum(path.stat().st_size for path in taken.values()) <= pictures.MOST_BYTES


def test_everything_that_is_bundled_is_listed_with_its_licence() -> None:
    listed = re.findall(
        r"^\| `([^`]+)` \| .+ \| .+ \|$",
        (ROOT / "docs" / "third-party.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    packages = [ROOT / "platform" / "jianyan", ROOT / "consultations", ROOT / "realtime"]
    bundled = [
        str(path.relative_to(ROOT))
        for package in packages
        for path in package.rglob("*")
        if path.suffix in {".tsv", ".csv", ".svg", ".woff2", ".ttf", ".otf", ".png"}
        or (path.parent.name in {"vendor", "data"} and path.suffix in {".js", ".css", ".json"})
    ]
    assert sorted(listed) == sorted(bundled)


def test_every_kind_of_journal_entry_is_described() -> None:
    text = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    [table] = re.findall(r"^\| kind \| payload \|\n\|---\|---\|\n((?:\|.*\n)+)", text, re.MULTILINE)
    kinds = [kind for row in table.splitlines() for kind in re.findall(r"`(\w+)`", row.split(" | ")[0])]
    assert sorted(kinds) == sorted(Step.values)
