"""The words of a Word document, read with limits: no tree is built, and all work is on one budget.

python-docx passes over text boxes and footnotes, whose numbers the public reads all the same.
"""

import io
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn
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
TYPES = "[Content_Types].xml"
BODY = "wordprocessingml.document.main+xml"
# In which order the parts are read: as a reader meets them.
KINDS = ("header+xml", BODY, "footnotes+xml", "endnotes+xml", "footer+xml")
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


_LIMITS = {
    "unpacked": (MOST_UNPACKED, TOO_LARGE),
    "elements": (MOST_ELEMENTS, TOO_MANY),
    "attributes": (MOST_ATTRIBUTES, TOO_MANY),
}


def _refuse(*_: object) -> NoReturn:
    raise UserError("The document defines words of its own (entities), as no Word document does.")


@dataclass
class _Reading:
    parts: zipfile.ZipFile
    spent: Counter[str] = field(default_factory=Counter[str])
    seen: set[str] = field(default_factory=set[str])

    def spend(self, what: str, amount: int) -> None:
        self.spent[what] += amount
        most, sentence = _LIMITS[what]
        if self.spent[what] > most:
            raise UserError(sentence)

    def done(self) -> Manuscript:
        names = self._named()
        kinds: dict[str, str] = {}

        def override(name: str, attributes: dict[str, str]) -> None:
            if name.rpartition(" ")[2] == "Override":
                part = attributes.get("PartName", "").removeprefix("/")
                kinds[part] = attributes.get("ContentType", "")
            if len(kinds) > MOST_PARTS:
                raise UserError(TOO_MANY)

        self._parse(TYPES, override)
        if not any(kind.endswith(BODY) for kind in kinds.values()):
            raise UserError(NO_WORD)
        text: list[str] = []
        for kind in KINDS:
            for name in (part for part, its in kinds.items() if its.endswith(kind) and part in names):
                words = _Words(self.seen)
                self._parse(name, words.start, words.end, words.characters)
                text.append("".join(words.text).strip("\n"))
        return Manuscript("\n\n".join(part for part in text if part.strip()), tuple(self._remarks(names)))

    def _named(self) -> set[str]:
        entries = self.parts.infolist()
        names = {entry.filename for entry in entries}
        known = TYPES in names and all(entry.compress_type in PACKINGS for entry in entries)
        if not known or len(entries) > MOST_PARTS or len(names) < len(entries):
            raise UserError(NO_WORD)
        if any("vbaproject" in name.lower() for name in names):
            raise UserError("The document holds macros: save it as .docx, without them, or paste its words.")
        if any(entry.flag_bits & 1 for entry in entries):
            raise UserError("The document has a password: take it off, or paste its words.")
        return names

    def _parse(
        self,
        name: str,
        begin: Callable[[str, dict[str, str]], None],
        finish: Callable[[str], None] | None = None,
        characters: Callable[[str], None] | None = None,
    ) -> None:
        parser, fed, deep = expat.ParserCreate(namespace_separator=" "), 0, 0
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _refuse

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal deep
            deep += 1
            if deep > MOST_DEEP:
                raise UserError(TOO_DEEP)
            self.spend("elements", 1)
            self.spend("attributes", len(attributes))
            begin(tag, attributes)

        def end(tag: str) -> None:
            nonlocal deep
            deep -= 1
            if finish is not None:
                finish(tag)

        parser.StartElementHandler, parser.EndElementHandler = start, end
        parser.CharacterDataHandler = characters
        # The sizes that a zip tells of may be a lie, so that what comes out is counted.
        with self.parts.open(name) as stream:
            while block := stream.read(BLOCK):
                self.spend("unpacked", len(block))
                parser.Parse(block, False)  # noqa: FBT003 (expat takes no names)
                fed += len(block)
                if fed - max(parser.CurrentByteIndex, 0) > MOST_TAG:
                    raise UserError(TOO_LONG)
        parser.Parse(b"", True)  # noqa: FBT003

    def _remarks(self, names: set[str]) -> Iterator[str]:
        if "changes" in self.seen:
            yield "It has tracked changes, and was read as if every one had been accepted."
        if "hidden" in self.seen:
            yield "It has hidden text, which was read too: take it out before the document leaves."
        if any("comments" in name for name in names):
            yield "Its comments were not read: take them out before the document leaves."
        if any("/media/" in name or "/charts/" in name or "/embeddings/" in name for name in names):
            yield "It has pictures, charts or embedded files, which were not read."


class _Words:
    def __init__(self, seen: set[str]) -> None:
        self.text: list[str] = []
        self._seen = seen
        self._open = self._skipped = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        own = _ours(name)
        struck_out = own in ("del", "moveFrom")
        if struck_out:
            self._seen.add("changes")
        if self._skipped or struck_out or name == FALLBACK:
            # What is drawn twice for older programs is read once; what was struck out is not read.
            self._skipped += 1
            return
        match own:
            case "t":
                self._open += 1
            case "ins" | "moveTo":
                self._seen.add("changes")
            case "vanish" if not any(value in ("0", "false", "off") for value in attributes.values()):
                self._seen.add("hidden")
            case _:
                self.text.append(BREAKS.get(own, ""))

    def end(self, name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        elif _ours(name) == "t":
            self._open -= 1
        elif _ours(name) == "p":
            self.text.append("\n\n")

    def characters(self, text: str) -> None:
        if self._open and not self._skipped:
            self.text.append(text)


def _ours(name: str) -> str:
    space, _, own = name.rpartition(" ")
    return own if space in WORDS else ""
