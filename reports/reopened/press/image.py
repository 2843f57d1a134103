"""Open a picture again: part by part, and word by word of what is drawn in it.

No program reads the words of a picture back for certain. So it is drawn a second time, and compared point
by point; and the same drawing as a PDF keeps its words, which are read there.
"""

import io
import struct
import zlib
from collections.abc import Iterator

import pikepdf

from metrics.clauses import spoken
from reports.press.image import HEIGHT, SIGNATURE, TEMPLATE, WIDTH, described, said_of, shown_in
from reports.press.issue import Issue
from reports.press.lines import remark, unit_of
from reports.reopened.difference import must
from reports.reopened.paper import read, squeezed
from reports.reopened.press import numbers
from reports.typesetting import typeset

_KIND = struct.pack(
    ">IIBBBBB", WIDTH, HEIGHT, 8, 6, 0, 0, 0
)  # eight bits of each colour, seen through or not
_LEAST = 12


def check(file: bytes, issue: Issue) -> None:
    """Compare a picture with the figure that it shows.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    parts = list(_parts(file))
    kinds = [kind for kind, _ in parts]
    points = [kind for kind in kinds if kind == b"IDAT"]
    must(kinds == [b"IHDR", b"iTXt", b"iTXt", *points, b"IEND"], "its parts")
    must(parts[0][1] == _KIND and parts[-1][1] == b"", "its size")
    texts = [f"{keyword}\0\0\0en-GB\0\0{text}".encode() for keyword, text in described(issue)]
    must([held for kind, held in parts if kind == b"iTXt"] == texts, "what is said of it")
    again = list(_parts(typeset(TEMPLATE, said_of(issue), issue.published_at, "png")))
    must(_points(parts) == _points(again), "what is drawn in it")
    _check_words(issue)


def _parts(file: bytes) -> Iterator[tuple[bytes, bytes]]:
    must(file.startswith(SIGNATURE), "its first bytes")
    at = len(SIGNATURE)
    while at < len(file):
        must(at + _LEAST <= len(file), "its last bytes")
        (length,) = struct.unpack(">I", file[at : at + 4])
        end = at + _LEAST + length
        must(end <= len(file), "its last bytes")
        part, summed = file[at + 4 : end - 4], file[end - 4 : end]
        must(struct.pack(">I", zlib.crc32(part)) == summed, "a part of it")
        yield part[:4], part[4:]
        at = end


def _points(parts: list[tuple[bytes, bytes]]) -> bytes:
    packed = b"".join(held for kind, held in parts if kind == b"IDAT")
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(packed, HEIGHT * (4 * WIDTH + 1) + 1)
    except zlib.error:
        found = b""
    must(unpacking.eof and not unpacking.unused_data, "what is drawn in it")
    return found


def _check_words(issue: Issue) -> None:
    public, told = issue.public, shown_in(issue)
    drawn = typeset(TEMPLATE, said_of(issue), issue.published_at)
    with pikepdf.open(io.BytesIO(drawn)) as opened:
        must(len(opened.pages) == 1, "what does not fit into it")
        found = "".join(read(opened.pages[0]).marked.values())
    emergency = issue.help.emergency.partition(". ")[0].removesuffix(".")
    how = f" ({remark(told.whole)})" if remark(told.whole) else ""
    number = f"{spoken(told.whole)} {unit_of(told, told.whole)}"
    said = (*issue.marks, public.body, told.title, f"{number}{how}", issue.short, f"{emergency}.")
    must(found == squeezed("".join(said)), "what is written in it")
    texts = [*said, *(text for _, text in described(issue))]
    numbers.check(texts, issue, every=False)
