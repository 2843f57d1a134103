import struct
import zlib
from dataclasses import replace

import pytest

from reports.press.image import SIGNATURE, png
from reports.reopened.difference import NotAsAsked
from reports.reopened.press.image import check
from tests.reports.press.releases import ELSEWHERE, EMBARGOED, OTHERS, PICTURE


@pytest.fixture(scope="module")
def file():
    return png(PICTURE)


PICTURES = {
    "a count": PICTURE,
    "a share": replace(PICTURE, figure="failure_rate"),
    "a rounded count under embargo": replace(EMBARGOED, figure="population"),
    "a typed count": replace(ELSEWHERE, figure="population"),
}


@pytest.mark.parametrize("issue", PICTURES.values(), ids=PICTURES)
def test_a_picture_of_what_was_published_leaves(issue):
    check(png(issue), issue)


@pytest.mark.parametrize(
    "other", sorted(OTHERS.keys() - {"another second"})
)  # of which a picture does not speak
def test_a_picture_of_any_other_release_does_not_leave(file, other):
    with pytest.raises(NotAsAsked):
        check(file, replace(OTHERS[other], figure="failures"))


def test_a_picture_of_another_figure_does_not_leave(file):
    with pytest.raises(NotAsAsked):
        check(file, replace(PICTURE, figure="population"))


def parts(file):
    found, at = [], len(SIGNATURE)
    while at < len(file):
        (length,) = struct.unpack(">I", file[at : at + 4])
        found.append((file[at + 4 : at + 8], file[at + 8 : at + 8 + length]))
        at += 12 + length
    return found


def joined(found):
    packed = (
        struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
        for kind, held in found
    )
    return SIGNATURE + b"".join(packed)


def with_part(kind, held, place):
    return lambda file: joined([*parts(file)[:place], (kind, held), *parts(file)[place:]])


def repainted(file):
    """Make one point another colour."""
    found = parts(file)
    place = next(n for n, (kind, _) in enumerate(found) if kind == b"IDAT")
    points = bytearray(zlib.decompress(b"".join(held for kind, held in found if kind == b"IDAT")))
    points[4 * 1200 * 300] ^= 1
    kept = [each for each in found if each[0] != b"IDAT"]
    return joined([*kept[:place], (b"IDAT", zlib.compress(bytes(points))), *kept[place:]])


def other_words(file):
    return joined([(kind, held.replace(b"33 failures", b"32 failures")) for kind, held in parts(file)])


CHANGES = {
    "a text more": with_part(b"tEXt", b"Comment\0CASE-1", 1),
    "who made it": with_part(b"eXIf", b"MM\0*CASE-1", 1),
    "a part that programs pass over": with_part(b"zzZz", b"CASE-1", 3),
    "a moment": with_part(b"tIME", b"\x07\xe8\x05\x16\x08\x1e\0", 1),
    "one point repainted": repainted,
    "other words for those who cannot see it": other_words,
    "something behind its end": lambda file: file + b"CASE-1",
    "something behind its points": lambda file: joined([(kind, held + b"CASE-1" * (kind == b"IDAT")) for kind, held in parts(file)]),
    "points that are none": lambda file: joined([(kind, b"x" if kind == b"IDAT" else held) for kind, held in parts(file)]),
    "a sum that is wrong": lambda file: file[:-1] + b"\0",
    "cut short": lambda file: file[:-9],
    "a length that lies": lambda file: file[:8] + b"\xff" + file[9:],
    "empty": lambda file: b"",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_picture_that_was_changed_or_holds_anything_more_does_not_leave(file, change):
    with pytest.raises(NotAsAsked):
        check(change(file), PICTURE)
