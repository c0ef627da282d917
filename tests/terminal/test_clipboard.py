"""The clipboard: which one is used, the message about a copy, and clearing it afterwards."""

from __future__ import annotations

import asyncio
import base64
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.helpers import eventually
from tests.still_clock import StillClock
from tests.value_search import traces
from tui.terminal.clipboard.clipboard import MOST_BASE64, Clipboard, refusal
from tui.terminal.clipboard.desktop import Desktop
from tui.terminal.clipboard.ways import in_pieces

VALUE = b"hunter2-made-up"
SSH = {"SSH_CONNECTION": "192.0.2.7 50000 192.0.2.8 22"}


@pytest.fixture(autouse=True)
def _no_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.terminal.clipboard.ways._CONTAINERS", ())


class FakeDesktop(Desktop):
    """A desktop's clipboard that takes, or does not take, what it is given."""

    def __init__(self, takes: bool) -> None:
        self.takes = takes
        self.holds = b"before"
        self.asked = 0

    async def copy(self, data: bytes) -> str | None:
        self.asked += 1
        if not self.takes:
            return "this desktop has no usable clipboard"
        self.holds = data
        return None

    async def clear(self, data: bytes) -> bool:
        if self.holds != data:
            return False
        self.holds = b""
        return True

    def abandon(self, data: bytes) -> str:
        if self.holds == data:
            self.holds = b""
        return ""


class Bench:
    """A Clipboard with everything around it made up."""

    def __init__(self, env: Mapping[str, str], takes: bool = True) -> None:
        self.written: list[str] = []
        self.told: list[tuple[str, str, str]] = []
        self.desktop = FakeDesktop(takes)
        self.clock = StillClock(0.0)
        self.clipboard = Clipboard(
            env,
            self.written.append,
            local=self.desktop,
            seconds=45,
            until=lambda seconds: f"14:03:{seconds:g}",
            sleep=self.clock.sleep,
            keeps=lambda: "K keeps it.",
            gone=lambda *told: self.told.append(told),
        )

    async def pass_time(self) -> None:
        """Let the copy's time pass, and wait for the message that it was cleared."""
        told = len(self.told)
        await eventually(lambda: self.clock.waits, "the clipboard to wait")
        self.clock.advance(45)
        await eventually(lambda: len(self.told) > told, "the clipboard to be cleared")


def osc52(data: bytes) -> str:
    return f"\x1b]52;c;{base64.b64encode(data).decode()}\x07"


@pytest.mark.parametrize("env", [SSH, {"SSH_TTY": "/dev/pts/4"}, {**SSH, "DISPLAY": ":0"}])
async def test_over_ssh_a_copy_goes_to_the_terminals_clipboard_and_never_to_the_hosts(
    env: dict[str, str],
) -> None:
    bench = Bench(env)
    message = await bench.clipboard.send(VALUE, "password")
    assert bench.desktop.asked == 0
    assert bench.written == [osc52(VALUE)]
    assert message == (
        "password: 15 B sent to your terminal's clipboard (unconfirmed). K keeps it. Cleared at "
        "14:03:45 if secret-tui still runs."
    )
    await bench.clipboard.empty()
    assert bench.written[1:] == [osc52(b"")]


async def test_on_a_desktop_a_copy_goes_to_the_desktops_clipboard() -> None:
    bench = Bench({"DISPLAY": ":0"})
    message = await bench.clipboard.send(VALUE, "password")
    assert bench.written == []
    assert bench.desktop.holds == VALUE
    assert message.startswith(
        "password: 15 B copied to this desktop's clipboard. K keeps it. Cleared at 14:03:45 if unchanged"
    )
    await bench.clipboard.empty()


async def test_without_a_desktop_a_copy_goes_to_the_terminals_clipboard() -> None:
    bench = Bench({}, takes=False)
    message = await bench.clipboard.send(VALUE, "password")
    assert bench.written == [osc52(VALUE)]
    assert "(unconfirmed)" in message
    await bench.clipboard.empty()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("", "tmux does not answer"),
        ("3.1c\t/dev/pts/9", "tmux 3.1c would keep the copy for all clients"),
        ("3.3a\t", "no terminal is attached"),
        ("3.3a\t/dev/pts/9", "tmux refused the copy"),
    ],
)
async def test_a_copy_that_tmux_cannot_pass_on_is_refused_and_goes_no_other_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str, says: str
) -> None:
    program = tmp_path / "tmux"
    answer = f'printf "{told}"' if told else "exit 1"
    program.write_text(f'#!/bin/sh\ntest "$1" = display-message || exit 1\n{answer}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    bench = Bench({**SSH, "TMUX": "made-up"})
    message = await bench.clipboard.send(VALUE, "password")
    assert message.startswith("password: not copied, ") and says in message
    assert not bench.clipboard.is_holding
    assert (bench.written, bench.desktop.asked) == ([], 0)


async def test_in_a_container_a_copy_never_goes_to_the_containers_own_clipboard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench({"container": "made-up", "DISPLAY": ":0"})
    await bench.clipboard.send(VALUE, "password")
    assert bench.desktop.asked == 0
    await bench.clipboard.empty()


async def test_a_kept_copy_is_never_cleared() -> None:
    bench = Bench(SSH)
    await bench.clipboard.send(VALUE, "password")
    assert "stays on the clipboard" in bench.clipboard.keep()
    assert not bench.clipboard.is_holding
    assert not await bench.clipboard.empty()
    assert bench.clipboard.abandon() == ""
    assert bench.written == [osc52(VALUE)]


async def test_an_abandoned_copy_gives_the_sequence_that_clears_the_terminal_once() -> None:
    for env, cleared in ((SSH, osc52(b"")), ({**SSH, "STY": "made-up"}, in_pieces(osc52(b"")))):
        bench = Bench(env)
        await bench.clipboard.send(VALUE, "password")
        assert (bench.clipboard.abandon(), bench.clipboard.abandon()) == (cleared, "")
        assert not await bench.clipboard.empty()


async def test_no_message_contains_the_value() -> None:
    for env in ({}, SSH, {"STY": "x"}):
        bench = Bench(env)
        message = await bench.clipboard.send(VALUE, "password") + repr(bench.clipboard)
        assert traces(message.encode(), VALUE.decode()) == []
        await bench.clipboard.empty()


@pytest.mark.parametrize(
    ("env", "now"),
    [
        ({}, "Clipboard cleared at 14:03:0."),
        (SSH, "Asked your terminal at 14:03:0 to clear its clipboard (unconfirmed)."),
    ],
)
async def test_a_cleared_copy_is_reported_with_the_message_that_announced_it(
    env: dict[str, str], now: str
) -> None:
    bench = Bench(env)
    message = await bench.clipboard.send(VALUE, "password")
    await bench.pass_time()
    assert bench.told == [(message, now, "")]
    await bench.clipboard.empty()
    assert bench.clipboard.keep() == "No copy to keep."
    await bench.clipboard.send(VALUE, "password")
    bench.clipboard.keep()
    await bench.clipboard.empty()
    assert len(bench.told) == 1, "nothing was taken back since"


async def test_a_clipboard_that_another_program_changed_is_not_cleared() -> None:
    bench = Bench({})
    await bench.clipboard.send(VALUE, "password")
    bench.desktop.holds = b"somebody else's"
    assert not await bench.clipboard.empty()
    assert bench.desktop.holds == b"somebody else's"
    ((_, now, tone),) = bench.told
    assert (tone, "not cleared" in now) == ("warning", True)


async def test_the_clipboard_is_emptied_once_and_a_new_copy_has_its_own_time() -> None:
    bench = Bench(SSH)
    await bench.clipboard.send(VALUE, "password")
    await eventually(lambda: bench.clock.waits, "the first to wait")
    bench.clock.advance(30)
    await bench.clipboard.send(b"second", "username")
    await eventually(lambda: bench.clock.waits == (45.0,), "the second to wait, and only that")
    bench.clock.advance(15)
    assert bench.written == [osc52(VALUE), osc52(b"second")]
    assert await bench.clipboard.empty()
    assert not await bench.clipboard.empty()
    assert bench.written[2:] == [osc52(b"")]


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "it is empty"), (b"\xff\xfe", "not UTF-8 text"), (b"a" * 56_246, "74,996 bytes in base64")],
)
async def test_a_value_that_cannot_be_copied_is_refused_with_the_reason(data: bytes, says: str) -> None:
    bench = Bench({})
    message = await bench.clipboard.send(data, "ca.p12")
    assert message.startswith("ca.p12: not copied, ")
    assert says in message
    assert not bench.clipboard.is_holding
    assert (bench.written, bench.desktop.asked) == ([], 0)


def test_the_largest_value_that_may_be_copied_fits_the_limit() -> None:
    assert refusal(b"a" * 56_244) is None
    assert len(base64.b64encode(b"a" * 56_244)) <= MOST_BASE64 < len(base64.b64encode(b"a" * 56_246))


class Host:
    """A host whose xclip is a script that keeps the clipboard in a file."""

    SCRIPT = """#!{python}
import sys
file = {file!r}
open(file + ".log", "a").write(" ".join(sys.argv[1:]) + chr(10))
sys.stderr.write("Error: a complaint on the terminal")
if "-o" in sys.argv:
    sys.stdout.write(open(file).read())
else:
    open(file, "w").write(sys.stdin.read())
"""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, script: str = SCRIPT) -> None:
        self.file = folder / "clipboard"
        self.log = folder / "clipboard.log"
        program = folder / "bin" / "xclip"
        program.parent.mkdir()
        program.write_text(script.format(python=sys.executable, file=str(self.file)))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        monkeypatch.setenv("DISPLAY", ":99")


async def test_the_desktops_clipboard_takes_a_value_and_clears_only_that_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    host = Host(tmp_path, monkeypatch)
    desktop = Desktop()
    assert await desktop.copy("gr\u00fcn\n\u4f60".encode()) is None
    assert host.file.read_bytes() == "gr\u00fcn\n\u4f60".encode()
    assert not await desktop.clear(b"something else")
    assert host.file.read_bytes() != b""
    assert await desktop.clear("gr\u00fcn\n\u4f60".encode())
    assert host.file.read_bytes() == b""
    assert "gr" not in host.log.read_text(), "a value is no argument"
    assert capfd.readouterr() == ("", ""), "its complaints are not drawn over the screen"


async def test_a_host_without_a_clipboard_refuses_the_copy() -> None:
    assert await Desktop().copy(VALUE)
    assert not await Desktop().clear(VALUE)


async def test_a_helper_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.terminal.clipboard.desktop.DESKTOP_SECONDS", 0.5)
    Host(tmp_path, monkeypatch, "#!/bin/sh\nsleep 1000\n")
    assert await Desktop().copy(VALUE)


async def test_a_clipboard_tool_that_takes_the_value_in_argv_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = Host(tmp_path, monkeypatch)
    (tmp_path / "bin" / "xclip").rename(tmp_path / "bin" / "klipper")
    (tmp_path / "bin" / "qdbus").symlink_to(tmp_path / "bin" / "klipper")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert await Desktop().copy(VALUE)
    assert not host.log.exists()


async def test_a_canceled_copy_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = tmp_path / "started"
    Host(tmp_path, monkeypatch, f"#!/bin/sh\n: > {started}\nsleep 1000\n")
    task = asyncio.create_task(Desktop().copy(VALUE))
    await eventually(started.exists, "the helper to start")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
