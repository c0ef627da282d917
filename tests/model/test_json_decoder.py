"""Shapes that several threads decode into for the first time, and that all code uses this one decoder."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PROGRAM: Final = """
from __future__ import annotations
import threading
import msgspec
from tui.model.json_decoder import converted, decoded

is_half, is_going = threading.Event(), threading.Event()

def slow():
    # What msgspec knows of Outer hangs on the class by now, without its fields.
    is_half.set()
    is_going.wait(10)
    return int

class Inner(msgspec.Struct):
    number: slow()

class Outer(msgspec.Struct):
    inner: Inner

class Other(msgspec.Struct):
    outer: Outer

def second():
    is_half.wait(10)
    threading.Timer(0.1, is_going.set).start()
    found.append(HOW)

found = []
thread = threading.Thread(target=second)
thread.start()
found.append(decoded(b'{"inner": {"number": 7}}', Outer))
thread.join()
print(found == [Outer(Inner(7)), Other(Outer(Inner(7)))])
"""


@pytest.mark.parametrize(
    "how",
    [
        """decoded(b'{"outer": {"inner": {"number": 7}}}', Other)""",
        """converted({"outer": {"inner": {"number": 7}}}, Other)""",
    ],
)
def test_a_shape_is_whole_before_any_thread_decodes_into_it(how: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("HOW", how)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_nothing_is_decoded_into_a_shape_by_another_way() -> None:
    around = []
    for file in sorted((ROOT / "tui").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                has_type = any(word.arg == "type" for word in node.keywords)
                if called.endswith(("msgspec.convert", ".Decoder")) or (
                    has_type and called.endswith(("json.decode", "yaml.decode"))
                ):
                    around.append(f"{file.relative_to(ROOT)}: {called}")
    assert around == [
        "tui/model/json_decoder.py: msgspec.convert",
        "tui/model/json_decoder.py: msgspec.json.Decoder",
    ]
