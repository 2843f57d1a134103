"""What is in a written file; `NotAsAsked` where that is not on the lists in `templates/tags`.

They are written apart from what writes a file, so that nothing can hide in a part, a property, a style or a
link that nobody thought of.
"""

import io
import re
import unicodedata
import zlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterator
from functools import cache
from typing import Any, NamedTuple
from xml.sax.saxutils import unescape
from zipfile import BadZipFile, ZipFile

import pikepdf

from data.errors import UserError
from reports.press.markup import packed
from reports.typesetting import TEMPLATES

_PIECE = re.compile(r"(<[^<>]*>)([^<]*)")
_SIGNS = {"%": r"[A-Z]{0,3}\d{1,7}", "~": r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"}
_QUOTES = {"&#39;": "'", "&#34;": '"', "&quot;": '"', "&apos;": "'"}
_NEVER_CLOSED = {"?xml", "?xpacket", "!doctype", "meta"}
# All that our pages do besides writing: nothing of it shows a word.
_DRAWING = {
    "q", "Q", "cm", "cs", "CS", "scn", "SCN", "w", "J", "j", "M", "d", "gs", "m", "l", "c", "h", "re", "f",
    "f*", "S", "B", "B*", "n", "W", "W*", "BT", "ET", "Tr", "Tm", "Td"
}  # fmt: skip
_MAPPED = re.compile(r"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")
_SINGLE = re.compile(r"\d+ beginbfchar\n(.*?)\nendbfchar", re.DOTALL)


class NotAsAsked(UserError):
    """A finished file differs from what was asked to leave, or holds something more."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The file differs from the request ({where}) and was not sent: try again, or ask whoever runs "
            "Candour."
        )


def must(as_asked: object, where: str) -> None:
    """Raise `NotAsAsked` unless the file is; `where` says in which part, and never with which value."""
    if not as_asked:
        raise NotAsAsked(where)


def unpacked(file: bytes) -> dict[str, str]:
    """Return the text of every member by its name.

    The members are packed anew, from the start of 1980, and must give the same bytes: so nothing lies before,
    between or behind them, and none has a remark, a date or a name of its own.
    """
    try:
        with ZipFile(io.BytesIO(file)) as archive:
            members = {member.filename: archive.read(member).decode() for member in archive.infolist()}
            (system,) = {member.create_system for member in archive.infolist()}
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise NotAsAsked("its archive") from None
    again = packed({name: text.encode() for name, text in members.items()}, system)
    must(system in {0, 3} and again == file, "its archive")  # 0: DOS, 3: Unix
    return members


def read_markup(part: str, kind: str, asked: Container[str], where: str) -> list[str]:
    """Return the texts of a part in their order; refuse a tag, attribute or text not on its kind's list.

    The lists are in `templates/tags`: a tag a line, with the text behind it. "*" is for what was `asked` for,
    "%" for a count or the place of a cell, "~" for a number, all compared elsewhere.
    """
    part = part.replace("?>\n", "?>", 1)
    pieces = _PIECE.findall(part)
    must(sum(len(tag) + len(text) for tag, text in pieces) == len(part), where)
    counts, names = Counter(pieces), Counter[str]()
    must(all(_is_known(tag + text, kind, asked) for tag, text in counts), where)
    for (tag, _), count in counts.items():
        names[_name(tag)[1:]] += 0 if tag.endswith("/>") else count
    opened = {f"/{name}": names[name] for name in +names if name[0] != "/" and name not in _NEVER_CLOSED}
    must(opened == {name: names[name] for name in names if name[0] == "/"}, where)
    return [unescape(text, _QUOTES) for _, text in pieces if text]


def _name(tag: str) -> str:
    return re.split(r"[\s>]", tag, maxsplit=1)[0]


def _is_known(piece: str, kind: str, asked: Container[str]) -> bool:
    return any(
        match and all(unescape(text, _QUOTES) in asked for text in match.groups())
        for match in (pattern.fullmatch(piece) for pattern in _tags(kind).get(_name(piece), ()))
    )


@cache
def _tags(kind: str) -> dict[str, list[re.Pattern[str]]]:
    patterns = defaultdict[str, list[re.Pattern[str]]](list)
    for line in (TEMPLATES / "tags" / f"{kind}.txt").read_text(encoding="utf-8").splitlines():
        # A quote would end the value of an attribute, and begin another.
        tag, end, text = re.escape(line).partition(">")
        pattern = tag.replace(r"\*", '([^<>"]*)') + end + text.replace(r"\*", "([^<>]*)")
        for sign, stands_for in _SIGNS.items():
            pattern = pattern.replace(re.escape(sign), stands_for)
        patterns[_name(line)].append(re.compile(pattern))
    return patterns


class Page(NamedTuple):
    marked: dict[int, str]  # texts of elements, by their numbers
    around: list[tuple[str, str]]  # of its head, of its foot and of no element


def squeezed(text: str) -> str:
    # At a space a line may have ended.
    return "".join(unicodedata.normalize("NFC", text).split())


def read(page: pikepdf.Page) -> Page:
    fonts = {name: _letters(font) for name, font in page.obj.Resources.Font.items()}
    texts, letters = Page({}, []), dict[int, str]()
    mark, text = None, ""
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            must(mark is None, "what its texts belong to")
            mark, text = _mark(operands), ""
        elif name == "EMC":
            must(mark is not None and mark not in texts.marked, "what its texts belong to")
            if isinstance(mark, int):
                texts.marked[mark] = squeezed(text)
            elif mark is not None and text:
                texts.around.append((mark, squeezed(text)))
            mark = None
        elif name == "Tf":
            letters = fonts[str(operands[0])]
        elif name in ("Tj", "TJ"):
            must(mark is not None, "a text that belongs to nothing")
            text += "".join(_spelt(operands[0], letters))
        else:
            must(name in _DRAWING, f"what a page does ({name})")
    must(mark is None, "what its texts belong to")
    return texts


def _mark(operands: Any) -> str | int:  # noqa: ANN401  # a list of pikepdf's own
    """Return the number of an element, or the kind of what every page has."""
    facts = operands[1] if len(operands) > 1 else pikepdf.Dictionary()
    must("/ActualText" not in facts, "a text that stands for another")
    if str(operands[0]) == "/Artifact":
        return str(facts.get("/Subtype", ""))
    must("/MCID" in facts, "what its texts belong to")
    return int(facts["/MCID"])


def _spelt(operand: Any, letters: dict[int, str]) -> Iterator[str]:  # noqa: ANN401  # of pikepdf's kinds
    for string in operand if isinstance(operand, pikepdf.Array) else [operand]:
        if isinstance(string, pikepdf.String):
            codes = bytes(string)
            for place in range(0, len(codes), 2):
                code = int.from_bytes(codes[place : place + 2], "big")
                must(code in letters, "a letter without a name")
                yield letters[code]


def _letters(font: pikepdf.Object) -> dict[int, str]:
    unicode = font.ToUnicode.read_bytes().decode("ascii")
    must("beginbfrange" not in unicode and str(font.Encoding) == "/Identity-H", "the letters of a font")
    lines = "\n".join(_SINGLE.findall(unicode))
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in _MAPPED.findall(lines)}
