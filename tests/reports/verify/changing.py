"""Change finished files as someone who wishes to hide or alter something would."""

import io
import re
from collections.abc import Callable
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import load_workbook


def parts(file: bytes) -> dict[str, str]:
    archive = ZipFile(io.BytesIO(file))
    return {name: archive.read(name).decode() for name in archive.namelist()}


def packed(parts: dict[str, str]) -> bytes:
    """Pack parts as xlsxwriter does, so that only what was changed tells."""
    written = io.BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            member = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, text)
    return written.getvalue()


def replaced(part: str, old: str, new: str) -> Callable[[bytes], bytes]:
    def change(file: bytes) -> bytes:
        texts = parts(file)
        assert re.search(old, texts[part], re.DOTALL), f"{part} has no {old}"
        texts[part] = re.sub(old, new, texts[part], count=1, flags=re.DOTALL)
        return packed(texts)

    return change


def added(part: str, text: str) -> Callable[[bytes], bytes]:
    return lambda file: packed({**parts(file), part: text})


def by_openpyxl(change: Callable) -> Callable[[bytes], bytes]:
    """Open a file with openpyxl, change it there, and save it."""

    def changed(file: bytes) -> bytes:
        book = load_workbook(io.BytesIO(file))
        change(book)
        written = io.BytesIO()
        book.save(written)
        return written.getvalue()

    return changed
