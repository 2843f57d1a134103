"""Read the pages of a PDF again: every text that is drawn on them, and what it belongs to."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from reports.reopened.difference import must

# All that our pages do besides writing: nothing of it shows a word.
_DRAWING = {
    "q", "Q", "cm", "cs", "CS", "scn", "SCN", "w", "J", "j", "M", "d", "gs", "m", "l", "c", "h", "re", "f",
    "f*", "S", "B", "B*", "n", "W", "W*", "BT", "ET", "Tr", "Tm", "Td",
}  # fmt: skip
_RESOURCES = {"/ColorSpace", "/ExtGState", "/Font", "/ProcSet"}
_Operands = Any  # a list of pikepdf's own
_MAPPED = re.compile(r"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")
_SINGLE = re.compile(r"\d+ beginbfchar\n(.*?)\nendbfchar", re.DOTALL)
_OTHER_MAPS = "beginbfrange"


@dataclass
class Page:
    """What one page says: texts by the number of what they belong to, and those that repeat.

    above, below: the words of its head and its foot. repeated: words that stand on it a second time,
    as the head of a table does that goes on.
    """

    marked: dict[int, str] = field(default_factory=dict[int, str])
    above: str = ""
    below: str = ""
    repeated: list[str] = field(default_factory=list[str])


def read(page: pikepdf.Page) -> Page:
    """Read one page.

    Raises:
        NotAsAsked: something is drawn that no page of ours draws.
    """
    must(set(page.obj.Resources.keys()) <= _RESOURCES, "what a page draws with")
    fonts = {name: _letters(font) for name, font in page.obj.Resources.Font.items()}
    found, inside, letters = Page(), list[_Mark](), dict[int, str]()
    for operands, operator in pikepdf.parse_content_stream(page):
        named = str(operator)
        if named == "BDC":
            inside.append(_mark(operands))
        elif named == "BMC":
            must(str(operands[0]) == "/Artifact", "what its texts belong to")
            inside.append(_Mark("", None))
        elif named == "EMC":
            _keep(found, inside.pop())
        elif named == "Tf":
            letters = fonts[str(operands[0])]
        elif named in ("Tj", "TJ"):
            must(len(inside) == 1, "a text that belongs to nothing")
            inside[-1].text += "".join(_spelt(operands, letters))
        else:
            must(named in _DRAWING, f"what a page does ({named})")
    must(not inside, "what its texts belong to")
    return found


def squeezed(text: str) -> str:
    """Return a text without the spaces, at which a line may have ended."""
    return "".join(unicodedata.normalize("NFC", text).split())


@dataclass
class _Mark:
    kind: str
    number: int | None
    text: str = ""


def _mark(operands: _Operands) -> _Mark:
    tag, said = str(operands[0]), operands[1]
    must("/ActualText" not in said, "a text that stands for another")
    if tag == "/Artifact":
        return _Mark(str(said.get("/Subtype", "")), None)
    return _Mark(tag, int(said["/MCID"]))


def _keep(page: Page, mark: _Mark) -> None:
    if mark.number is not None:
        must(mark.number not in page.marked, "what its texts belong to")
        page.marked[mark.number] = squeezed(mark.text)
    elif mark.kind == "/Header":
        page.above += squeezed(mark.text)
    elif mark.kind == "/Footer":
        page.below += squeezed(mark.text)
    elif mark.text:
        page.repeated.append(squeezed(mark.text))


def _spelt(operands: _Operands, letters: dict[int, str]) -> Iterator[str]:
    strings = operands[0] if isinstance(operands[0], pikepdf.Array) else [operands[0]]
    for each in strings:
        if isinstance(each, pikepdf.String):
            codes = bytes(each)
            for at in range(0, len(codes), 2):
                code = int.from_bytes(codes[at : at + 2], "big")
                must(code in letters, "a letter without a name")
                yield letters[code]


def _letters(font: pikepdf.Object) -> dict[int, str]:
    told = font.ToUnicode.read_bytes().decode("ascii")
    must(_OTHER_MAPS not in told and str(font.Encoding) == "/Identity-H", "the letters of a font")
    lines = "\n".join(_SINGLE.findall(told))
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in _MAPPED.findall(lines)}
