import hashlib
import os
import secrets
from pathlib import Path

from data.errors import UserError

KEY_BYTES = 32


class Keys:
    """A key file: one `id key` a line in hexadecimal, the last one current.

    A key that was replaced stays in the file: what it signed is verified with it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def made(self) -> bool:
        return self.path.exists()

    def make(self) -> None:
        making = self.path.with_name(f".{self.path.name}-{secrets.token_hex(8)}")
        _write(making, _line(), os.O_CREAT | os.O_EXCL)
        try:
            # A link is refused where a file is: of two processes that make keys at once, one does.
            self.path.hardlink_to(making)
        except FileExistsError:
            return
        finally:
            making.unlink()

    def read(self) -> dict[str, bytes]:
        if not self.made():
            raise UserError(
                f"The key file of the record is missing from {self.path}: put back your copy of it, or name "
                "the place where it is in CANDOUR_RECORD_KEYS."
            )
        # Windows has no such modes: there the rights of the folder hold.
        if os.name == "posix" and self.path.stat().st_mode & 0o077:
            raise UserError(
                f"Others than its owner may read {self.path}: close it with chmod 600 {self.path}, then "
                "replace the key with python -m access key."
            )
        lines = self.path.read_text(encoding="utf-8").splitlines()
        keys = dict(_parsed(line, number, self.path) for number, line in enumerate(lines, start=1))
        if not keys:
            raise UserError(f"There is no key in {self.path}: put back your copy of it.")
        return keys

    def renew(self) -> str:
        line = _line()
        _write(self.path, line, os.O_APPEND)
        return line.split()[0]


def _line() -> str:
    key = secrets.token_bytes(KEY_BYTES)
    return f"{_id_of(key)} {key.hex()}\n"


def _id_of(key: bytes) -> str:
    # Made from the key, so that a damaged line is known for one.
    return hashlib.sha256(b"candour record key " + key).hexdigest()[:8]


def _parsed(line: str, number: int, path: Path) -> tuple[str, bytes]:
    name, _, text = line.partition(" ")
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES or name != _id_of(key):
        raise UserError(
            f"Line {number} of {path} is not a key of the record: put back your copy of the file."
        )
    return name, key


def _write(path: Path, line: str, how: int) -> None:
    file = os.open(path, os.O_WRONLY | how, 0o600)
    try:
        os.write(file, line.encode())
        os.fsync(file)
    finally:
        os.close(file)
