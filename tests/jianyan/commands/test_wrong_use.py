"""What commands say when they are used wrongly or find nothing as it must be: one line, a code, no traceback."""

from __future__ import annotations

import os
import pty
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from jianyan.commands.whole_file import replace_file
from tests.processes import free_port
from tests.servers import ROOT, jianyan_environment, run_jianyan

# What is wrong with a command is found by what has tests of its own in most cases; here each starts a process.
pytestmark = pytest.mark.usefixtures("unmeasured_module")

ROSTER = ROOT / "tests/jianyan/accounts/data/members_bad.csv"


def environment(directory: Path, **variables: str) -> dict[str, str]:
    return jianyan_environment(JIANYAN_VAR=str(directory), JIANYAN_LANG="zh", **variables)


@pytest.fixture
def var(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """A data directory whose database has its tables, and nothing in them."""
    shutil.copy(migrated_sqlite, tmp_path / "jianyan.sqlite3")
    return tmp_path


def said(directory: Path, *arguments: str, **variables: str) -> tuple[int, str]:
    """The code, and the one line on standard error; nothing may be on standard output."""
    done = run_jianyan(*arguments, environment=environment(directory, **variables))
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.returncode, done.stderr.rstrip("\n")


NO_TOPIC = "jianyan: 没有这个议题。"
NO_DATABASE = "jianyan: 无法连接数据库：打不开数据库文件"


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["journal", "verify", "404"], 1, NO_TOPIC),
        (["journal", "verify", "99999999999999999999"], 1, NO_TOPIC),
        (["journal", "export", "404"], 1, NO_TOPIC),
        (["recount", "404"], 1, NO_TOPIC),
        (["simulate", "--topic", "404"], 1, NO_TOPIC),
        (["summary", "export", "404", "--format", "docx", "--out", "x.docx"], 1, "jianyan: 没有这份纪要。"),
        (
            ["journal", "verify", "abc"],
            2,
            "jianyan: 'TOPIC' 的值无效：'abc' 不是有效的数（integer range）。 用法见 jianyan journal verify --help。",
        ),
        (
            ["journal", "verify", "0"],
            2,
            "jianyan: 'TOPIC' 的值无效：0 不在范围内：x>=1。 用法见 jianyan journal verify --help。",
        ),
        (["nonsense"], 2, "jianyan: 没有 'nonsense' 这个命令。 用法见 jianyan --help。"),
        (["--nonsense"], 2, "jianyan: 没有 '--nonsense' 这个选项。 用法见 jianyan --help。"),
        (["simulate"], 2, "jianyan: 缺少选项 '--topic'. 用法见 jianyan simulate --help。"),
        (
            ["simulate", "--topic", "1", "--rate", "nan"],
            2,
            "jianyan: '--rate' 的值无效：nan 不是可用的数。 用法见 jianyan simulate --help。",
        ),
        (
            ["simulate", "--topic", "1", "--seconds", "inf"],
            2,
            "jianyan: '--seconds' 的值无效：inf 不是可用的数。 用法见 jianyan simulate --help。",
        ),
        (
            ["journal", "export", "1", "--out", "/"],
            2,
            "jianyan: '--out' 的值无效：文件 '/' 是目录。 用法见 jianyan journal export --help。",
        ),
        (
            ["summary", "verify", "/nowhere.json"],
            2,
            "jianyan: 'FILE' 的值无效：文件 '/nowhere.json' 不存在。 用法见 jianyan summary verify --help。",
        ),
        (["summary", "verify", "/proc/self/mem"], 1, "jianyan: 无法读取 /proc/self/mem：读写出错"),
        (
            ["members", "import", "/nowhere.csv"],
            2,
            "jianyan: 'FILE' 的值无效：文件 '/nowhere.csv' 不存在。 用法见 jianyan members import --help。",
        ),
        (
            ["members", "import", "/"],
            2,
            "jianyan: 'FILE' 的值无效：文件 '/' 是目录。 用法见 jianyan members import --help。",
        ),
        (
            ["members", "import", str(ROSTER)],
            2,
            "jianyan: 还没有委员会。请先在后台建立委员会和界别，或运行：jianyan demo",
        ),
    ],
)
def test_wrong_use_is_one_line_in_the_language_of_the_terminal(
    var: Path, arguments: list[str], code: int, line: str
) -> None:
    assert said(var, *arguments) == (code, line)


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"JIANYAN_VAR": "/nowhere/at/all"}, NO_DATABASE),
        ({"DATABASE_URL": "sqlite:////nowhere/at/all.db"}, NO_DATABASE),
        ({"DATABASE_URL": "sqlite:////tmp"}, NO_DATABASE),
        ({"DATABASE_URL": f"sqlite:///{__file__}"}, "jianyan: 无法连接数据库：文件不是数据库"),
    ],
)
@pytest.mark.parametrize(
    "arguments",
    [
        ["journal", "verify", "1"],
        ["recount"],
        ["members", "import", str(ROSTER)],
        ["simulate", "--topic", "1"],
    ],
)
def test_a_database_that_is_not_there_is_one_line_and_code_2(
    tmp_path: Path, variables: dict[str, str], arguments: list[str], line: str
) -> None:
    done = run_jianyan(*arguments, environment={**environment(tmp_path), **variables})
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"{line}\n")


@pytest.mark.parametrize(
    "arguments",
    [["journal", "export", "1"], ["recount"], ["summary", "export", "1", "--format", "csv", "--out", "x"]],
)
def test_a_database_without_tables_says_what_to_run(tmp_path: Path, arguments: list[str]) -> None:
    code, line = said(tmp_path, *arguments)
    assert code == 2
    assert line.startswith("jianyan: 数据库还缺 ")
    assert line.endswith(" 项升级，请先运行：jianyan manage migrate")


@pytest.mark.parametrize("arguments", [["journal", "verify", "1"], ["demo", "--port", "0"]])
def test_a_postgresql_that_does_not_answer_is_told_at_once_and_once(
    tmp_path: Path, arguments: list[str]
) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        url = f"postgresql://u@127.0.0.1:{unheard.getsockname()[1]}/none"
        code, line = said(tmp_path, *arguments, DATABASE_URL=url)
    assert code == 2
    assert line.startswith("jianyan: 无法连接数据库：connection failed: ")


def test_a_locked_database_is_one_line(var: Path) -> None:
    with closing(sqlite3.connect(var / "jianyan.sqlite3", isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        # Half a minute of patience is what the site has; the test has less.
        done = subprocess.run(
            [sys.executable, "-c", IMPATIENT, "recount", "--fix"],
            env=environment(var),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "jianyan: 无法连接数据库：数据库正被占用，请稍后再试\n"


IMPATIENT = """
from jianyan.settings import databases
databases.SQLITE_OPTIONS["timeout"] = 0.2
from jianyan.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("variables", "line"),
    [
        ({"PORT": "abc"}, "PORT：应是 0 到 65535 之间的整数。"),
        ({"PORT": "99999"}, "PORT：应是 0 到 65535 之间的整数。"),
        ({"REDIS_URL": "redis://cache:abc/0"}, "REDIS_URL：应形如 redis://主机:6379/0。"),
        ({"REDIS_URL": "redis://"}, "REDIS_URL：应形如 redis://主机:6379/0。"),
    ],
)
def test_a_wrong_environment_is_named_in_both_languages(
    tmp_path: Path, variables: dict[str, str], line: str
) -> None:
    done = run_jianyan("serve", environment=environment(tmp_path, **variables))
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == line
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    "locale",
    [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "POSIX"}],
)
def test_a_terminal_without_utf_8_is_no_reason_to_fail(var: Path, locale: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jianyan", "recount"],
        env=environment(var, **locale),
        cwd=ROOT,
        capture_output=True,
    )
    assert (done.returncode, done.stdout.decode()) == (0, "已重计 0 个议题，改正 0 处票数。\n")


@pytest.mark.parametrize("encoding", ["gbk", "latin-1"])
def test_a_terminal_that_lacks_a_character_shows_another(var: Path, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_YUEXI, "members", "import", str(ROSTER), "--dry-run"],
        env=environment(var, PYTHONIOENCODING=encoding),
        cwd=ROOT,
        capture_output=True,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    first = done.stdout.decode(encoding).splitlines()[0]
    assert first.startswith("?")
    assert first.endswith("[name_missing]")


IN_YUEXI = """
from jianyan.environment import use_settings
use_settings()
import django
django.setup()
from tests.jianyan.accounts.yuexi import make_yuexi
make_yuexi()
from jianyan.__main__ import main
main()
"""


@pytest.mark.parametrize("before", ["port", "directory"])
def test_a_demonstration_that_cannot_run_says_why(tmp_path: Path, before: str) -> None:
    if before == "port":
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            told = said(tmp_path, "demo", PORT=str(port))
        assert told == (2, f"jianyan: 端口 {port} 已被占用，请用 --port 或 PORT 换一个。")
    else:
        (tmp_path / "file").touch()
        told = said(tmp_path / "file" / "var", "demo", "--port", "0")
        assert told == (2, f"jianyan: 数据目录 {tmp_path / 'file' / 'var'} 无法写入：不是目录")


def test_an_export_to_a_device_leaves_the_device_there(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    replace_file(pipe, b"whole")
    assert os.read(reader, 9) == b"whole"
    os.close(reader)
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


@pytest.mark.parametrize("command", [["--help"], ["manage", "showmigrations"], ["journal", "--help"]])
def test_whoever_reads_the_first_line_only_breaks_nothing(var: Path, command: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "jianyan", *command],
        env=environment(var),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read().decode() == ""


# ── Help ──────────────────────────────────────────────────────────────────────────────────────────────────────────

COMMANDS = [
    ["serve"],
    ["demo"],
    ["simulate"],
    ["members", "import"],
    ["events", "import"],
    ["journal", "verify"],
    ["journal", "export"],
    ["summary", "export"],
    ["summary", "verify"],
    ["recount"],
    ["secret"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_needs_no_database_and_speaks_chinese_or_english(tmp_path: Path, command: list[str]) -> None:
    nowhere = tmp_path / "nowhere"
    chinese = run_jianyan(*command, "--help", environment=environment(nowhere))
    assert chinese.returncode == 0
    assert chinese.stdout.startswith("用法: jianyan ")
    assert "显示本说明后退出。" in chinese.stdout
    english = run_jianyan(*command, "--help", environment={**environment(nowhere), "JIANYAN_LANG": "en"})
    assert english.stdout.startswith("Usage: jianyan ")
    assert "Show this message and exit." in english.stdout
    assert not any("一" <= character <= "龥" for character in english.stdout.replace("建言", ""))
    assert not nowhere.exists()


# ── A bar on a terminal ───────────────────────────────────────────────────────────────────────────────────────────


def on_a_terminal(*arguments: str, directory: Path, interrupt: bytes | None = None) -> tuple[int, str]:
    """Run it with a terminal as its error output; the code and what the terminal showed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "jianyan", *arguments],
        env=environment(directory, TERM="xterm"),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while part := os.read(ours, 4096):
                shown += part
                if interrupt is not None and interrupt in shown:
                    process.send_signal(signal.SIGINT)
                    interrupt = None
        except OSError:
            # Linux' way to say that the other end is closed.
            pass
    os.close(ours)
    return process.returncode, shown.decode()


def test_long_work_shows_a_bar_on_a_terminal_and_ctrl_c_ends_it_in_one_line(tmp_path: Path) -> None:
    code, shown = on_a_terminal(
        "demo", "--port", str(free_port()), directory=tmp_path, interrupt="过去一年".encode()
    )
    assert code == 1
    assert "过去一年的议政  [" in shown
    assert "已中断。" in shown
    assert "Traceback" not in shown
    # All or nothing: what was begun is not there.
    with closing(sqlite3.connect(tmp_path / "jianyan.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM accounts_user").fetchone() == (0,)


def test_where_nobody_watches_there_is_no_bar(var: Path) -> None:
    done = run_jianyan("recount", environment=environment(var))
    assert (done.returncode, done.stderr) == (0, "")
