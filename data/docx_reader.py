"""The words of a Word document that somebody brings, read with limits and never kept.

No tree of it is built and nothing in it is followed: each part that holds words is unpacked block by block
through a parser that stops at the first definition, and all work is counted against one budget while it is
done, so that no document takes longer to read than a large honest one. python-docx writes our own documents,
but passes over text boxes and footnotes, and a number there is read by the public all the same.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from data.errors import UserError

MOST_PACKED = 2 << 20
MOST_UNPACKED = 4 << 20
MOST_PARTS, MOST_WORDS, BLOCK = 1_000, 1_000_000, 1 << 16
MOST_DEEP, MOST_ELEMENTS, MOST_ATTRIBUTES = 100, 100_000, 100_000
# The most bytes of one tag or comment: the parser holds each whole before it tells of it.
MOST_TAG = 1 << 17
WORDS = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
TYPES = "[Content_Types].xml"
BODY = "wordprocessingml.document.main+xml"
# In which order the parts are read: as a reader meets them.
KINDS = ("header+xml", BODY, "footnotes+xml", "endnotes+xml", "footer+xml")
BREAKS = {"br": "\n", "cr": "\n", "tab": " ", "noBreakHyphen": "-"}
# All that a damaged archive was found to raise, by damaging one in every way.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    ValueError,
    RuntimeError,
    LookupError,
    OverflowError,
)
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NO_WORD = "This is no Word document: save it as .docx, or paste its words."
TOO_LARGE = "The document is larger than any statement: paste its words instead."
TOO_DEEP = "The document is nested deeper than any statement: paste its words instead."
TOO_MANY = "The document has more parts, elements or attributes than any statement: paste its words instead."
TOO_LONG = "The document has a longer tag than any statement: paste its words instead."


@dataclass(frozen=True)
class Manuscript:
    text: str
    remarks: tuple[str, ...]


def read_manuscript(content: bytes) -> Manuscript:
    if len(content) > MOST_PACKED:
        raise UserError(f"The document has over {MOST_PACKED >> 20} MB: paste its words instead.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return _Reading(parts).done()
    except DAMAGED:
        raise UserError(NO_WORD) from None


@dataclass
class _Budget:
    unpacked: int = 0
    elements: int = 0
    attributes: int = 0
    words: int = 0

    def unpack(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > MOST_UNPACKED:
            raise UserError(TOO_LARGE)

    def begin(self, attributes: int) -> None:
        self.elements += 1
        self.attributes += attributes
        if self.elements > MOST_ELEMENTS or self.attributes > MOST_ATTRIBUTES:
            raise UserError(TOO_MANY)

    def say(self, length: int) -> None:
        self.words += length
        if self.words > MOST_WORDS:
            raise UserError(TOO_LARGE)


@dataclass
class _Reading:
    parts: zipfile.ZipFile
    budget: _Budget = field(default_factory=_Budget)
    seen: set[str] = field(default_factory=set[str])

    def done(self) -> Manuscript:
        names = self._named()
        typed = _Types()
        self._parse(TYPES, typed)
        if not any(kind.endswith(BODY) for kind in typed.kinds.values()):
            raise UserError(NO_WORD)
        text: list[str] = []
        for kind in KINDS:
            for name in (part for part, its in typed.kinds.items() if its.endswith(kind) and part in names):
                words = _Words(self.budget, self.seen)
                self._parse(name, words)
                text.append("".join(words.held))
        return Manuscript(
            "\n\n".join(part.strip("\n") for part in text if part.strip()), self._remarks(names)
        )

    def _named(self) -> set[str]:
        entries = self.parts.infolist()
        names = {entry.filename for entry in entries}
        if any(entry.compress_type not in PACKINGS for entry in entries):
            raise UserError(NO_WORD)
        if TYPES not in names or len(entries) > MOST_PARTS or len(names) < len(entries):
            raise UserError(NO_WORD)
        if any("vbaproject" in name.lower() for name in names):
            raise UserError("The document holds macros: save it as .docx, without them, or paste its words.")
        if any(entry.flag_bits & 1 for entry in entries):
            raise UserError("The document has a password: take it off, or paste its words.")
        return names

    def _parse(self, name: str, part: "_Types | _Words") -> None:
        parser, fed = part.parser(), 0
        deep = 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal deep
            deep += 1
            if deep > MOST_DEEP:
                raise UserError(TOO_DEEP)
            self.budget.begin(len(attributes))
            part.start(tag, attributes)

        def end(tag: str) -> None:
            nonlocal deep
            deep -= 1
            part.end(tag)

        parser.StartElementHandler, parser.EndElementHandler = start, end
        for block in self._blocks(name):
            parser.Parse(block, False)  # noqa: FBT003 (expat takes no names)
            fed += len(block)
            if fed - max(parser.CurrentByteIndex, 0) > MOST_TAG:
                raise UserError(TOO_LONG)
        parser.Parse(b"", True)  # noqa: FBT003

    def _blocks(self, name: str) -> Iterator[bytes]:
        """Unpack one part; the sizes that a zip tells of may be a lie, so that what comes out is counted."""
        with self.parts.open(name) as stream:
            while block := stream.read(BLOCK):
                self.budget.unpack(len(block))
                yield block

    def _remarks(self, names: set[str]) -> tuple[str, ...]:
        remarks: list[str] = []
        if "changes" in self.seen:
            remarks.append("It has tracked changes, and was read as if every one had been accepted.")
        if "hidden" in self.seen:
            remarks.append("It has hidden text, which was read too: take it out before the document leaves.")
        if any("comments" in name for name in names):
            remarks.append("Its comments were not read: take them out before the document leaves.")
        if any("/media/" in name or "/charts/" in name or "/embeddings/" in name for name in names):
            remarks.append("It has pictures, charts or embedded files, which were not read.")
        return tuple(remarks)


def _strict(parser: expat.XMLParserType) -> expat.XMLParserType:
    def refuse(*_: object) -> NoReturn:
        raise UserError("The document defines words of its own (entities), as no Word document does.")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


class _Types:
    def __init__(self) -> None:
        self.kinds: dict[str, str] = {}

    def parser(self) -> expat.XMLParserType:
        return _strict(expat.ParserCreate())

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Override":
            part = attributes.get("PartName", "").removeprefix("/")
            self.kinds[part] = attributes.get("ContentType", "")
        if len(self.kinds) > MOST_PARTS:
            raise UserError(TOO_MANY)

    def end(self, name: str) -> None:
        """Pass over: nothing hangs on where an entry ends."""


class _Words:
    def __init__(self, budget: _Budget, seen: set[str]) -> None:
        self.held: list[str] = []
        self._budget = budget
        self._seen = seen
        self._open = 0
        self._skipped = 0

    def parser(self) -> expat.XMLParserType:
        parser = _strict(expat.ParserCreate(namespace_separator=" "))
        parser.buffer_text = True
        parser.CharacterDataHandler = self._characters
        return parser

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._skipped or name == FALLBACK or _ours(name) in ("del", "moveFrom"):
            # What is drawn twice for older programs is read once; what was struck out is not read.
            self._skipped += 1
            if name != FALLBACK and _ours(name) in ("del", "moveFrom"):
                self._seen.add("changes")
            return
        match _ours(name):
            case "t":
                self._open += 1
            case "ins" | "moveTo":
                self._seen.add("changes")
            case "vanish" if not any(value in ("0", "false", "off") for value in attributes.values()):
                self._seen.add("hidden")
            case own:
                self._add(BREAKS.get(own, ""))

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif _ours(name) == "t":
            self._open -= 1
        elif _ours(name) == "p":
            self._add("\n\n")

    def _characters(self, text: str) -> None:
        if self._open and not self._skipped:
            self._add(text)

    def _add(self, text: str) -> None:
        self._budget.say(len(text))
        if text:
            self.held.append(text)


def _ours(name: str) -> str:
    space, _, own = name.rpartition(" ")
    return own if space in WORDS else ""
