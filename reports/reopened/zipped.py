"""Take apart a zip archive of which every byte must be accounted for."""

import io
import struct
import zlib
from itertools import pairwise
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from reports.reopened.difference import NotAsAsked, must

# A member as xlsxwriter stores it: no flags, at the start of 1980, nothing besides its name.
_LOCAL, _CENTRAL, _END = 30, 46, 22
_VERSION, _MIDNIGHT, _NEW_YEAR_1980 = 20, 0, 33
WHERE = "its archive"


def unpacked(file: bytes) -> dict[str, str]:
    """Return the text of every member by its name.

    Raises:
        NotAsAsked: it is no whole archive, or something lies in it besides its members.
    """
    try:
        archive = ZipFile(io.BytesIO(file))
    except BadZipFile:
        raise NotAsAsked(WHERE) from None
    members = archive.infolist()
    _refuse_gaps(file, archive, members)
    texts = {member.filename: _text(file, member) for member in members}
    must(len(texts) == len(members), WHERE)
    return texts


def _refuse_gaps(file: bytes, archive: ZipFile, members: list[ZipInfo]) -> None:
    must(members and not archive.comment, WHERE)
    must(not any(member.extra or member.comment for member in members), WHERE)
    ends = [0, *(member.header_offset + _size(member) for member in members)]
    must(ends[:-1] == [member.header_offset for member in members], WHERE)
    must(all(first < second for first, second in pairwise(ends)), WHERE)
    directory = sum(_CENTRAL + len(member.filename.encode()) for member in members)
    must(ends[-1] == archive.start_dir and archive.start_dir + directory + _END == len(file), WHERE)


def _size(member: ZipInfo) -> int:
    return _LOCAL + len(member.filename.encode()) + member.compress_size


def _text(file: bytes, member: ZipInfo) -> str:
    name = member.filename.encode()
    head = struct.pack(
        "<4s5H3L2H",
        b"PK\x03\x04",
        *(_VERSION, 0, ZIP_DEFLATED, _MIDNIGHT, _NEW_YEAR_1980),
        *(member.CRC, member.compress_size, member.file_size),
        *(len(name), 0),
    )
    begins = member.header_offset + _LOCAL + len(name)
    must(file[member.header_offset : begins] == head + name, WHERE)
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        found = unpacking.decompress(file[begins : begins + member.compress_size], member.file_size + 1)
        text = found.decode()
    except (zlib.error, UnicodeDecodeError):
        raise NotAsAsked(WHERE) from None
    whole = unpacking.eof and not unpacking.unused_data and len(found) == member.file_size
    must(whole and zlib.crc32(found) == member.CRC, WHERE)
    return text
