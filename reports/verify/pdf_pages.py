import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from reports.verify.checks import must

_RESOURCES = {"/ColorSpace", "/ExtGState", "/Font", "/ProcSet"}
# All that our pages do besides writing: nothing of it shows a word.
_DRAWING = {
    "q", "Q", "cm", "cs", "CS", "scn", "SCN", "w", "J", "j", "M", "d", "gs", "m", "l", "c", "h", "re", "f",
    "f*", "S", "B", "B*", "n", "W", "W*", "BT", "ET", "Tr", "Tm", "Td"
}  # fmt: skip
_MAPPED = re.compile(r"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")
_SINGLE = re.compile(r"\d+ beginbfchar\n(.*?)\nendbfchar", re.DOTALL)


@dataclass
class Words:
    """marked: texts by the number of their element. above, below: the head and foot of the page."""

    marked: dict[int, str] = field(default_factory=dict[int, str])
    above: str = ""
    below: str = ""
    repeated: list[str] = field(default_factory=list[str])


def squeezed(text: str) -> str:
    # At a space a line may have ended.
    return "".join(unicodedata.normalize("NFC", text).split())


def read(page: pikepdf.Page) -> Words:
    """Read every text that is drawn on a page; refuse one that draws what no page of ours draws."""
    must(set(page.obj.Resources.keys()) <= _RESOURCES, "what a page draws with")
    fonts = {name: _letters(font) for name, font in page.obj.Resources.Font.items()}
    words, letters = Words(), dict[int, str]()
    mark, text = None, ""
    for operands, operator in pikepdf.parse_content_stream(page):
        named = str(operator)
        if named in ("BDC", "BMC"):
            must(mark is None, "what its texts belong to")
            mark, text = _mark(operands), ""
        elif named == "EMC":
            must(mark is not None, "what its texts belong to")
            _note(words, mark, squeezed(text))
            mark = None
        elif named == "Tf":
            letters = fonts[str(operands[0])]
        elif named in ("Tj", "TJ"):
            must(mark is not None, "a text that belongs to nothing")
            text += "".join(_spelt(operands[0], letters))
        else:
            must(named in _DRAWING, f"what a page does ({named})")
    must(mark is None, "what its texts belong to")
    return words


def _mark(operands: Any) -> str | int:  # noqa: ANN401  # a list of pikepdf's own
    """Return the number of an element, or the kind of what every page has."""
    tag, facts = str(operands[0]), operands[1] if len(operands) > 1 else pikepdf.Dictionary()
    must("/ActualText" not in facts, "a text that stands for another")
    if tag == "/Artifact":
        return str(facts.get("/Subtype", ""))
    must("/MCID" in facts, "what its texts belong to")
    return int(facts["/MCID"])


def _note(words: Words, mark: str | int | None, text: str) -> None:
    if isinstance(mark, int):
        must(mark not in words.marked, "what its texts belong to")
        words.marked[mark] = text
    elif mark == "/Header":
        words.above += text
    elif mark == "/Footer":
        words.below += text
    elif text:
        words.repeated.append(text)


def _spelt(operand: Any, letters: dict[int, str]) -> Iterator[str]:  # noqa: ANN401  # of pikepdf's kinds
    for string in operand if isinstance(operand, pikepdf.Array) else [operand]:
        if isinstance(string, pikepdf.String):
            codes = bytes(string)
            for at in range(0, len(codes), 2):
                code = int.from_bytes(codes[at : at + 2], "big")
                must(code in letters, "a letter without a name")
                yield letters[code]


def _letters(font: pikepdf.Object) -> dict[int, str]:
    unicode = font.ToUnicode.read_bytes().decode("ascii")
    must("beginbfrange" not in unicode and str(font.Encoding) == "/Identity-H", "the letters of a font")
    lines = "\n".join(_SINGLE.findall(unicode))
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in _MAPPED.findall(lines)}
