"""The words of a Word document, read with limits: no tree is built, and all work is on one budget.

python-docx passes over text boxes and footnotes, whose numbers the public reads all the same.
"""

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple, NoReturn
from xml.parsers import expat

from data.errors import UserError

MOST_PACKED = 2 << 20
MOST_UNPACKED = 4 << 20
MOST_PARTS, BLOCK = 1_000, 1 << 16
MOST_DEEP, MOST_ELEMENTS, MOST_ATTRIBUTES = 100, 100_000, 100_000
# The most bytes of one tag or comment: the parser holds each whole before it tells of it.
MOST_TAG = 1 << 17
WORDS = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
# What is drawn twice for older programs is read once; what was struck out is not read.
STRUCK_OUT = {"del", "moveFrom"}
UNREAD = {*STRUCK_OUT, FALLBACK}
TYPES = "[Content_Types].xml"
BODY = "wordprocessingml.document.main+xml"
# In which order the parts are read: as a reader meets them.
KINDS = ("header+xml", BODY, "footnotes+xml", "endnotes+xml", "footer+xml")
OFF = {"0", "false", "off"}
BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
# All that a damaged archive was found to raise, by damaging one in every way.
DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError),
    *(ValueError, RuntimeError, LookupError, OverflowError),
)
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NO_WORD = "This is no Word document: save it as .docx, or paste its words."
TOO_LARGE = "The document is larger than any statement: paste its words instead."
TOO_DEEP = "The document is nested deeper than any statement: paste its words instead."
TOO_MANY = "The document has more parts, elements or attributes than any statement: paste its words instead."
TOO_LONG = "The document has a longer tag than any statement: paste its words instead."

_LIMITS = {
    "unpacked": (MOST_UNPACKED, TOO_LARGE),
    "elements": (MOST_ELEMENTS, TOO_MANY),
    "attributes": (MOST_ATTRIBUTES, TOO_MANY),
}

Event = tuple[str, str, dict[str, str]]
"""Kind ("start", "end" or "text"), name of the element or the text, and attributes."""


class Manuscript(NamedTuple):
    text: str
    remarks: tuple[str, ...]


def read_manuscript(content: bytes) -> Manuscript:
    if len(content) > MOST_PACKED:
        raise UserError(f"The document has over {MOST_PACKED >> 20} MB: paste its words instead.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return _read(parts)
    except DAMAGED:
        raise UserError(NO_WORD) from None


def _read(parts: zipfile.ZipFile) -> Manuscript:
    names = _names_of_parts(parts)
    spent, remarked = Counter[str](), set[str]()
    kinds = {
        attributes.get("PartName", "").removeprefix("/"): attributes.get("ContentType", "")
        for kind, tag, attributes in _events(parts, TYPES, spent)
        if kind == "start" and tag.rpartition(" ")[2] == "Override"
    }
    if len(kinds) > MOST_PARTS:
        raise UserError(TOO_MANY)
    if not any(kind.endswith(BODY) for kind in kinds.values()):
        raise UserError(NO_WORD)
    texts = [
        _text(_events(parts, name, spent), remarked).strip("\n")
        for ending in KINDS
        for name, kind in kinds.items()
        if kind.endswith(ending) and name in names
    ]
    return Manuscript("\n\n".join(filter(str.strip, texts)), tuple(_remarks(names, remarked)))


def _names_of_parts(parts: zipfile.ZipFile) -> set[str]:
    entries = parts.infolist()
    names = {entry.filename for entry in entries}
    known = TYPES in names and all(entry.compress_type in PACKINGS for entry in entries)
    if not known or len(entries) > MOST_PARTS or len(names) < len(entries):
        raise UserError(NO_WORD)
    if any("vbaproject" in name.lower() for name in names):
        raise UserError("The document holds macros: save it as .docx, without them, or paste its words.")
    if any(entry.flag_bits & 1 for entry in entries):
        raise UserError("The document has a password: take it off, or paste its words.")
    return names


def _refuse(*_: object) -> NoReturn:
    raise UserError("The document defines words of its own (entities), as no Word document does.")


def _events(parts: zipfile.ZipFile, name: str, spent: Counter[str]) -> Iterator[Event]:
    events: list[Event] = []
    fed = deep = 0
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse
    parser.StartElementHandler = lambda tag, attributes: events.append(("start", tag, attributes))
    parser.EndElementHandler = lambda tag: events.append(("end", tag, {}))
    parser.CharacterDataHandler = lambda text: events.append(("text", text, {}))
    # The sizes that a zip tells of may be a lie, so that what comes out is counted.
    with parts.open(name) as stream:
        for block in chain(iter(partial(stream.read, BLOCK), b""), [b""]):
            _spend(spent, unpacked=len(block))
            parser.Parse(block, not block)
            fed += len(block)
            if block and fed - max(parser.CurrentByteIndex, 0) > MOST_TAG:
                raise UserError(TOO_LONG)
            for kind, tag, attributes in events:
                deep += {"start": 1, "end": -1}.get(kind, 0)
                if deep > MOST_DEEP:
                    raise UserError(TOO_DEEP)
                _spend(spent, elements=kind == "start", attributes=len(attributes))
                yield kind, tag, attributes
            events.clear()


def _spend(spent: Counter[str], **amounts: int) -> None:
    spent.update(amounts)
    for what in amounts:
        most, sentence = _LIMITS[what]
        if spent[what] > most:
            raise UserError(sentence)


def _text(events: Iterable[Event], remarked: set[str]) -> str:
    text: list[str] = []
    open_elements: list[str] = []
    for kind, content, attributes in events:
        if kind == "text":
            if "t" in open_elements and UNREAD.isdisjoint(open_elements):
                text.append(content)
            continue
        name = content if content == FALLBACK else _name_in_word(content)
        if kind == "end":
            open_elements.pop()
            if name == "p" and UNREAD.isdisjoint(open_elements):
                text.append("\n\n")
            continue
        open_elements.append(name)
        if name in STRUCK_OUT:
            remarked.add("changes")
        elif UNREAD.isdisjoint(open_elements):
            text.append(BREAKS.get(name, ""))
            if name in ("ins", "moveTo"):
                remarked.add("changes")
            elif name == "vanish" and OFF.isdisjoint(attributes.values()):
                remarked.add("hidden")
    return "".join(text)


def _name_in_word(tag: str) -> str:
    space, _, name = tag.rpartition(" ")
    return name if space in WORDS else ""


def _remarks(names: set[str], remarked: set[str]) -> Iterator[str]:
    if "changes" in remarked:
        yield "It has tracked changes, and was read as if every one had been accepted."
    if "hidden" in remarked:
        yield "It has hidden text, which was read too: take it out before the document leaves."
    if any("comments" in name for name in names):
        yield "Its comments were not read: take them out before the document leaves."
    if any("/media/" in name or "/charts/" in name or "/embeddings/" in name for name in names):
        yield "It has pictures, charts or embedded files, which were not read."
