"""What every check shares: how a file is refused, and how a zip archive is taken apart."""

import io
import zlib
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from data.errors import UserError

WHERE = "its archive"
_SYSTEMS = {0, 3}  # DOS and Unix: all that our writers say of the system that packed a member


class NotAsAsked(UserError):
    """A finished file differs from what was asked to leave, or holds something more."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The file that was made is not what was asked for ({where}), so it was not sent: ask again, and "
            "if it happens again tell whoever runs Candour."
        )


def must(as_asked: object, where: str) -> None:
    """Refuse the file unless it is as asked.

    Raises:
        NotAsAsked: it is not; `where` says in which part, and never with which value.
    """
    if not as_asked:
        raise NotAsAsked(where)


def unpacked(file: bytes) -> dict[str, str]:
    """Return the text of every member by its name.

    The members are packed anew, each as if it were from the start of 1980, and must give the same bytes: so
    nothing lies before, between or behind them, and none has a remark, a date or a name of its own.

    Raises:
        NotAsAsked: it is no whole archive, or something lies in it besides its members.
    """
    again = io.BytesIO()
    try:
        with ZipFile(io.BytesIO(file)) as archive, ZipFile(again, "w") as copy:
            members = archive.infolist()
            must(all(member.compress_type == ZIP_DEFLATED for member in members), WHERE)
            texts = {member.filename: archive.read(member).decode() for member in members}
            for member in members:
                packed = ZipInfo(member.filename)
                packed.compress_type = ZIP_DEFLATED
                packed.create_system = member.create_system
                copy.writestr(packed, texts[member.filename])
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise NotAsAsked(WHERE) from None
    must(again.getvalue() == file and {member.create_system for member in members} <= _SYSTEMS, WHERE)
    must(len(texts) == len(members) > 0, WHERE)
    return texts
