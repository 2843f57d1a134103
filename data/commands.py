import argparse
import datetime as dt
import errno
import re
import sqlite3
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import psycopg
from psycopg import errors
from sqlalchemy.exc import SQLAlchemyError

from data.errors import UserError
from data.formatting import capitalised
from data.review import chosen_folder

# A driver's own errors come through where it is used directly, for speed.
DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error, psycopg.Error)

FULL = "The disk that holds the database is full, and nothing was kept: make room, and run this again."
READ_ONLY = (
    "The database may only be read from here, and this has to write: see that its file and its folder may be "
    "written to, or that its server takes changes."
)
IN_USE = "Another load has been using the ledger for a minute; try again when it has finished."
NOT_OPENED = (
    "The database file cannot be opened: its folder is missing, or you may not read and write in it; check "
    "the path and who owns it."
)
NOT_PERMITTED = (
    "You may not do this in the database, and nothing was kept: use an account that may, or have its owner "
    "grant yours the right."
)
DAMAGED = "The file named as a database is not one, or is damaged; check its path, or take its last backup."
DISK_FAILED = (
    "The disk that holds the database could not be read or written, and nothing was kept: see whether it is "
    "full or failing."
)
WRONG_PASSWORD = "The database does not accept this account and password: check both in its address."
NO_SUCH_DATABASE = "The database server runs, and has no database or account of that name: check its address."
TOO_MANY = "The database server takes no more connections now: try again when others have finished."
NOT_REACHED = "The database server does not answer: check its address, and that it is running."
BROKEN_OFF = (
    "The database server broke the connection off, and nothing was kept: see that it runs, and try again."
)
NO_SUCH_TABLE = (
    "The database lacks a table or a column that this needs: check that it is the one you mean, and bring a "
    "ledger up to date with python -m data migrate."
)

# Each with SQLite's codes, PostgreSQL's errors, and a server's words: a connection that was never made has no
# code. They are looked for in this order.
_MEANINGS: tuple[tuple[str, tuple[int, ...], tuple[type[psycopg.Error], ...], str], ...] = (
    (FULL, (sqlite3.SQLITE_FULL,), (errors.DiskFull,), ""),
    (READ_ONLY, (sqlite3.SQLITE_READONLY,), (errors.ReadOnlySqlTransaction,), ""),
    (
        IN_USE,
        (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED),
        (errors.LockNotAvailable, errors.DeadlockDetected),
        "",
    ),
    (NOT_OPENED, (sqlite3.SQLITE_CANTOPEN,), (), ""),
    (NOT_PERMITTED, (sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH), (errors.InsufficientPrivilege,), ""),
    (DAMAGED, (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT), (), ""),
    (DISK_FAILED, (sqlite3.SQLITE_IOERR,), (errors.IoError,), ""),
    (
        WRONG_PASSWORD,
        (),
        (errors.InvalidPassword, errors.InvalidAuthorizationSpecification),
        r"password|pg_hba\.conf",
    ),
    (NO_SUCH_DATABASE, (), (errors.InvalidCatalogName,), "does not exist"),
    (TOO_MANY, (), (errors.TooManyConnections,), "too many|remaining connection slots"),
    (
        BROKEN_OFF,
        (),
        (errors.AdminShutdown, errors.CrashShutdown),
        "closed the connection|connection is lost|connection is closed|terminating connection",
    ),
    (
        NOT_REACHED,
        (),
        (errors.CannotConnectNow,),
        "starting up|shutting down|connection failed|refused|timeout|resolve host|translate host",
    ),
    (NO_SUCH_TABLE, (), (errors.UndefinedTable, errors.UndefinedColumn), ""),
)


def sentence_of(error: Exception) -> str:
    cause: object = getattr(error, "orig", None) or error
    words = str(cause).lower()
    # The low byte is the kind of refusal; the rest says more of it. An error of the driver itself has none.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    unconnected = isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None
    for sentence, codes, kinds, known in _MEANINGS:
        if code in codes or isinstance(cause, kinds) or (unconnected and known and re.search(known, words)):
            return sentence
    if isinstance(cause, sqlite3.Error) and re.search("no such (table|column)", words):
        return NO_SUCH_TABLE
    # Other errors repeat the values that they are about.
    return (
        f"The database refused this ({type(cause).__name__}), and nothing was kept; run the command with "
        "--debug and show the result to whoever looks after it."
    )


_OF_FILES = {
    errno.ENOSPC: "the disk is full: make room, and run this again.",
    errno.EDQUOT: "your share of the disk is full: make room, and run this again.",
    errno.EROFS: "the disk may only be read, and this has to write: choose another place.",
    errno.EACCES: "you may not read or write there: check who owns it.",
    errno.EPERM: "you may not read or write there: check who owns it.",
    errno.ENOENT: "there is no such file or folder: check the path.",
}

Argument = tuple[tuple[str, ...], dict[str, Any]]
Command = tuple[Callable[[argparse.Namespace], int | None], str, *tuple[Argument, ...]]


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        wrong = capitalised(message.removeprefix("argument "))
        self.exit(2, f"{wrong}; {self.prog} --help says what it takes.\n")


def of_every_command(parser: argparse.ArgumentParser) -> None:
    default = chosen_folder()
    parser.add_argument("--review", type=Path, default=default, help=f"the review's folder (now: {default})")
    parser.add_argument("--debug", action="store_true", help="show the whole traceback of an error")


def argument(*names: str, **options: Any) -> Argument:  # noqa: ANN401 (as argparse takes them)
    return names, options


def add_commands(parser: argparse.ArgumentParser, commands: Mapping[str, Command]) -> None:
    of_every_command(parser)
    added = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (command, words, *arguments) in commands.items():
        own = added.add_parser(name, help=words)
        own.set_defaults(command=command)
        for names, options in arguments:
            own.add_argument(*names, **options)


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Return the exit code: the command's own, 0 where it has none, or 1 after one sentence."""
    asked = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int | None] = asked.command
    try:
        return command(asked) or 0
    except (UserError, OSError, *DATABASE_ERRORS) as error:
        if asked.debug:
            raise
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing of this command was kept.", file=sys.stderr)
        return 130


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it like 2024-01-31") from None


def _sentence(error: Exception) -> str:
    if isinstance(error, UserError):
        return str(error)
    if not isinstance(error, OSError):
        return sentence_of(error)
    where = f"{error.filename}: " if error.filename else ""
    otherwise = f"{error.strerror or error}; check the path, and that you may read and write there."
    return f"{where}{_OF_FILES.get(error.errno or 0, otherwise)}"
