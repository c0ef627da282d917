"""README's moving picture: it shows each frame in its time, fetches and runs nothing, and shows no value."""

from __future__ import annotations

import base64
import re
from html import unescape
from itertools import accumulate
from pathlib import Path
from typing import Final

import pytest

from screenshots.movie import Frame, moving
from screenshots.rotation import rotation

pytestmark = pytest.mark.slow
KEPT: Final = Path(__file__).parents[1] / "screenshots" / "rotation.svg"
MOST_BYTES: Final = 1_500_000
FETCHES: Final = re.compile(r"<script|<image|<foreignObject|@font-face|@import|url\(|href|\son\w+=")


def shown(movie: str, at: float, whole: float) -> str:
    """The texts that the style sheet shows at a time, in the order of their rows."""
    rows: list[tuple[float, str]] = []
    rules = dict(re.findall(r"@keyframes (k\d+)\{(.*?\})\}", movie))
    for head, body in re.findall(r"<g( class=\"[^\"]*\")?>\n(.*?)\n</g>", movie, re.DOTALL):
        name = re.search(r"\bk\d+", head)
        state = "visible"
        for percent, is_now in re.findall(r"([\d.]+)%\{visibility:(\w+)\}", rules[name[0]] if name else ""):
            if float(percent) / 100 * whole <= at + 1e-3:
                state = is_now
        if state == "visible":
            for y, row in re.findall(r"<g transform=\"translate\(0 ([-\d.]+)\)\">(.*?)</g>", body):
                rows.append((float(y), texts(row)))
    return "".join(text for _, text in sorted(rows))


def texts(svg: str) -> str:
    """Text of an SVG, without blanks."""
    found = "".join(re.findall(r"<text.*?</text>", svg, re.DOTALL))
    return re.sub(r"\s", "", unescape(re.sub("<[^>]*>", "", found)))


def still(frame: Frame) -> str:
    """Caption of a frame and its text below the title of the window, without blanks."""
    return re.sub(r"\s", "", frame.caption) + texts(frame.svg.partition('-matrix">')[2])


async def test_the_movie_shows_each_frame_of_the_program_in_its_time_without_a_script() -> None:
    frames = await rotation()
    movie = moving(frames)
    ends = list(accumulate(frame.seconds for frame in frames))
    assert 20 <= ends[-1] <= 32
    assert len(movie.encode()) < MOST_BYTES
    assert not FETCHES.search(movie)
    for frame, end in zip(frames, ends, strict=True):
        assert shown(movie, end - frame.seconds, ends[-1]) == still(frame)
    frame_texts = [still(frame) for frame in frames]
    for words in ("REDIS_URLstillholdstheoldvalue", "restarting1", "Restarted:3workloads"):
        assert any(words in text for text in frame_texts), words
    for value in ("made-up-password-14", "redis://"):
        assert value not in movie and base64.b64encode(value.encode()).decode().rstrip("=") not in movie


def test_the_movie_in_readme_is_small_and_fetches_nothing() -> None:
    movie = KEPT.read_text(encoding="utf-8")
    assert len(movie.encode()) < MOST_BYTES
    assert not FETCHES.search(movie) and "@keyframes" in movie and "REDIS_URL" in movie
