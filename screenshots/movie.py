"""A moving picture: frames of the program in one SVG, which moves by CSS alone and draws each row once.

A page of a repository shows an SVG as an image: nothing in it is fetched or run, its style sheet holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from tests.app_pilot import Stage
from tests.scenes import picture

Span = tuple[float, float]

_SVG: Final = "{http://www.w3.org/2000/svg}"
_ROW: Final = 24.4
"""Height of a row, as Rich draws it."""
_BASE: Final = 20.0
"""Distance from the top of the first row to its text baseline."""
_CAPTION: Final = -1
"""Row of the title bar, which names the pressed key."""
_IN_TITLE: Final = -9.6
"""Offset of the caption's baseline from that of an ordinary row."""
_WINDOW: Final = re.compile(r'<rect [^>]*rx="8"/>|<g transform="translate\(26,22\)">.*?</g>', re.DOTALL)
"""Frame of the window and its three buttons."""
_STYLE: Final = """\
text{{font-family:{fonts};font-size:20px;white-space:pre}}
rect{{shape-rendering:crispEdges}}
.bar{{font-size:18px;font-weight:bold}}
.k{{visibility:hidden;animation:{seconds:g}s step-end infinite}}
.still{{visibility:visible}}
@media (prefers-reduced-motion:reduce){{.k{{animation:none}}}}
"""


@dataclass(frozen=True)
class Frame:
    """Picture of the screen and its duration in seconds; `caption` names the key that led to it."""

    svg: str
    seconds: float
    caption: str = ""


@dataclass
class Film:
    """Frames of a program that is played."""

    stage: Stage
    frames: list[Frame] = field(default_factory=list)

    def keep(self, seconds: float, caption: str = "") -> None:
        """Record the current screen for this many seconds, and advance the program's clock by as much."""
        self.frames.append(Frame(picture(self.stage, "movie"), seconds, caption))
        self.stage.clock.advance(seconds)


def moving(frames: Sequence[Frame]) -> str:
    """SVG that shows the frames in a loop; readers without animation see the last one."""
    names: dict[str, str] = {}
    screens = [_rows(frame, names) for frame in frames]
    ends = [sum(frame.seconds for frame in frames[: number + 1]) for number in range(len(frames))]
    shown: dict[tuple[int, str], list[Span]] = {}
    for rows, (begin, end) in zip(screens, pairwise([0.0, *ends]), strict=True):
        for row in rows.items():
            spans = shown.setdefault(row, [])
            if spans and spans[-1][1] == begin:
                begin_of_row = spans.pop()[0]
                spans.append((begin_of_row, end))
            else:
                spans.append((begin, end))
    groups: dict[tuple[Span, ...], list[str]] = {}
    for (number, markup), spans in shown.items():
        groups.setdefault(tuple(spans), []).append(_placed(number, markup))
    root = ElementTree.fromstring(frames[0].svg)
    fonts = re.findall(r"-matrix \{\s*font-family: ([^;]+);", frames[0].svg)[0]
    style = [_STYLE.format(fonts=fonts, seconds=ends[-1])]
    style += [f".{name}{{{css}}}\n" for css, name in names.items()]
    body: list[str] = []
    for number, (times, placed) in enumerate(groups.items()):
        head = "<g>"
        if times != ((0.0, ends[-1]),):
            style.append(_moves(f"k{number}", times, ends[-1]))
            still = " still" if times[-1][1] == ends[-1] else ""
            head = f'<g class="k k{number}{still}">'
        body += [head, *placed, "</g>"]
    width, height = root.attrib["viewBox"].split()[2:]
    size = {"width": f"{float(width) - 18:g}", "height": f"{float(height) - 50:g}"}
    back = _tag("rect", {"x": "9", "y": "41", "fill": _ground(root)} | size)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">',
            f"<style>{''.join(style)}</style>",
            *(_WINDOW.findall(frames[0].svg)),
            back,
            '<g transform="translate(9 41)">',
            *body,
            "</g>",
            "</svg>",
            "",
        ]
    )


def _rows(frame: Frame, names: dict[str, str]) -> dict[int, str]:
    """Markup of each row of a picture; `names` maps each style to its class, for all pictures."""
    root = ElementTree.fromstring(frame.svg)
    styles = dict(re.findall(r"\.(\S+-r\d+) \{ (.*?) \}", frame.svg))
    back = _ground(root)
    rows: dict[int, str] = {}
    for part in root.iter():
        at = part.attrib
        if part.tag == f"{_SVG}rect" and "shape-rendering" in at and at["fill"] != back:
            row = round((float(at["y"]) - 1.5) / _ROW)
            kept = {name: at[name] for name in ("x", "width", "height", "fill")}
            drawn = _tag("rect", {"y": "-18.5"} | kept)
        elif part.tag == f"{_SVG}text" and at["class"] in styles and (part.text or "").strip():
            row = round((float(at["y"]) - _BASE) / _ROW)
            css = styles[at["class"]].replace(": ", ":")
            name = names.setdefault(css, f"c{len(names)}")
            drawn = _tag("text", {"class": name, "x": at["x"], "textLength": at["textLength"]}, part.text)
        else:
            continue
        rows[row] = rows.get(row, "") + drawn
    if frame.caption:
        name = names.setdefault("fill:#e6e9ee", f"c{len(names)}")
        rows[_CAPTION] = _tag("text", {"class": f"bar {name}", "x": "96"}, frame.caption)
    return rows


def _ground(root: ElementTree.Element) -> str:
    """Background color of most cells, which is drawn once."""
    fills = [part.get("fill", "") for part in root.iter(f"{_SVG}rect") if "shape-rendering" in part.attrib]
    return max(fills, key=fills.count)


def _placed(row: int, markup: str) -> str:
    y = row * _ROW + _BASE + (_IN_TITLE if row == _CAPTION else 0)
    return f'<g transform="translate(0 {y:g})">{markup}</g>'


def _moves(name: str, spans: Sequence[Span], whole: float) -> str:
    """CSS rule that shows a group in these spans alone."""
    steps = {0.0: "hidden"}
    for begin, end in spans:
        steps |= {begin: "visible", end: "hidden"}
    said = "".join(f"{at / whole:.4%}{{visibility:{state}}}" for at, state in sorted(steps.items()))
    return f".{name}{{animation-name:{name}}}@keyframes {name}{{{said}}}\n"


def _tag(name: str, attributes: dict[str, str], text: str | None = None) -> str:
    said = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{said}/>" if text is None else f"<{name}{said}>{escape(text)}</{name}>"
