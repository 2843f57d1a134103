"""Prove the encoding of a text file."""

import codecs

from data.errors import UserError

# The mark of UTF-32 little end begins with that of UTF-16: it is looked for first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def as_utf8(data: bytes, file: str, named: str | None) -> tuple[bytes, tuple[str, ...]]:
    """Text of a file in UTF-8, and a warning where its encoding was taken and not proved.

    A byte order mark proves it, and so does text that is valid UTF-8; else the mapping names it,
    else it is Windows-1252, if every byte of it is defined there.

    Raises:
        UserError: some bytes are no text in the encoding.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decoded(data.removeprefix(mark), encoding, file), ()
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if named:
            return _decoded(data, named, file), ()
        warning = f"{file} is not UTF-8 and was read as Windows-1252: look at a name with an accent."
        return _decoded(data, "cp1252", file), (warning,)
    return data, ()


def _decoded(data: bytes, encoding: str, file: str) -> bytes:
    try:
        return data.decode(encoding).encode()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise UserError(
            f"{file} is not text in {encoding}: line {line:,} holds bytes with no meaning there. "
            "Save it as UTF-8, or name its encoding in the mapping."
        ) from None
