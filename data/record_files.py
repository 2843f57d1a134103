import errno
import hashlib
import hmac
import io
import logging
import os
import re
import secrets
from logging.handlers import SysLogHandler
from pathlib import Path
from tempfile import NamedTemporaryFile

from data.errors import UserError, refusal

LINE = re.compile(r"([1-9][0-9]{0,17}) ([0-9a-f]{64})")
LONGEST_LINES = 4_096


class Anchor:
    """One line `number digest` after each commit: a crash leaves it behind the record and never ahead."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        self.path.touch(mode=0o640)

    def expect(self) -> None:
        if not os.access(self.path, os.R_OK | os.W_OK):
            raise refusal("no_anchor", path=self.path)

    def add(self, number: int, digest: str) -> None:
        try:
            with os.fdopen(os.open(self.path, os.O_RDWR | os.O_APPEND), "r+b", buffering=0) as file:
                _append(file, f"{number} {digest}\n".encode())
        except OSError as error:
            raise refusal("not_anchored", path=self.path, error=error.strerror) from error

    def last(self) -> tuple[int, str] | None:
        """Return number and digest of the last whole line, 0 and "" of an empty file; None if unreadable."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, file.seek(0, os.SEEK_END) - LONGEST_LINES))
                lines = file.read().decode(errors="replace").split("\n")[:-1]
        except OSError:
            return None
        match = next((match for line in reversed(lines) if (match := LINE.fullmatch(line))), None)
        return (int(match[1]), match[2]) if match else (0, "")

    def lines(self) -> list[str]:
        """Return every line; the last one only if it was written whole."""
        self.expect()
        text = self.path.read_text(encoding="utf-8", errors="replace")
        return text.split("\n")[:-1]


def _append(file: io.FileIO, line: bytes) -> None:
    if file.seek(0, os.SEEK_END):
        file.seek(-1, os.SEEK_END)
        line = line if file.read(1) == b"\n" else b"\n" + line
    # One write to the end: lines of several processes never mix.
    if os.write(file.fileno(), line) < len(line):
        raise OSError(errno.ENOSPC, "only a part of it was written")
    os.fsync(file)


# What the application itself cannot change keeps the lines of this logger: the system's journal.
LOG = logging.getLogger("candour.record")
KEY_BYTES = SIGNATURE_BYTES = 32


class Keys:
    """One `id key` a line, in hexadecimal; the last is current, the others verify what they signed."""

    def __init__(self, path: Path) -> None:
        self.path = path

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
        if not self.path.exists():
            raise refusal("no_keys", path=self.path)
        # Windows has no such modes: there the rights of the folder hold.
        if os.name == "posix" and self.path.stat().st_mode & 0o077:
            raise refusal("open_keys", path=self.path)
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
        raise refusal("damaged_key", line=number, path=path)
    return name, key


def _write(path: Path, line: str, how: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | how, 0o600), "wb", buffering=0) as file:
        file.write(line.encode())
        os.fsync(file)


def write_signed(path: Path, content: bytes | memoryview, keys: Keys, at: Path | None = None) -> None:
    """Write a file that begins with its signature; at: where it will be read, if not where it is written."""
    key = list(keys.read().values())[-1]
    # A file overwritten in place is unreadable after a kill: write beside, flush, then rename.
    with NamedTemporaryFile(prefix="making-", dir=path.parent, delete=False) as file:
        file.write(_signature(key, at or path, content))
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)


def read_signed(path: Path, keys: Keys) -> bytes | None:
    """Return what was written there; None where there is nothing, or not that."""
    try:
        signed = path.read_bytes()
    except OSError:
        return None
    signature, content = signed[:SIGNATURE_BYTES], signed[SIGNATURE_BYTES:]
    known = keys.read().values()
    fits = any(hmac.compare_digest(_signature(key, path, content), signature) for key in known)
    return content if fits else None


def _signature(key: bytes, path: Path, content: bytes | memoryview) -> bytes:
    # With its name: no file stands for another, nor for that of another version.
    signing = hmac.new(key, f"snapshot {path.parent.name} {path.name}\n".encode(), "sha256")
    signing.update(content)
    return signing.digest()


SOCKET = Path("/dev/log")


def keep_journal(socket: Path = SOCKET, *, otherwise: logging.Handler | None = None) -> None:
    """otherwise: where the record's heads go on a system without a journal."""
    if LOG.handlers:
        return
    handler = otherwise
    if socket.is_socket():
        handler = SysLogHandler(str(socket), SysLogHandler.LOG_AUTHPRIV)
        handler.setFormatter(logging.Formatter("candour: %(message)s"))
    if handler is not None:
        LOG.addHandler(handler)
        # Without a level of its own the logger passes on warnings only.
        LOG.setLevel(logging.INFO)
