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

from data.errors import REFUSALS, UserError
from data.formatting import capitalised
from data.review import chosen_folder

# A driver's own errors come through where it is used directly, for speed.
DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error, psycopg.Error)


def sentence_of(error: Exception) -> str:
    cause: object = getattr(error, "orig", None) or error
    words = str(cause).lower()
    # The low byte is the kind of refusal; the rest says more of it. An error of the driver itself has none.
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    unconnected = isinstance(cause, psycopg.OperationalError) and cause.sqlstate is None
    for known in REFUSALS["database"].values():
        codes = [getattr(sqlite3, f"SQLITE_{name}") for name in known.get("sqlite", ())]
        kinds = tuple(getattr(errors, name) for name in known.get("postgresql", ()))
        phrase = known.get("words") if unconnected else None
        if isinstance(cause, sqlite3.Error):
            phrase = known.get("words_of_sqlite")
        if code in codes or isinstance(cause, kinds) or (phrase and re.search(phrase, words)):
            return known["sentence"]
    # Other errors repeat the values that they are about.
    return (
        f"The database refused this ({type(cause).__name__}), and nothing was kept; run the command with "
        "--debug and show the result to whoever looks after it."
    )


Argument = tuple[tuple[str, ...], dict[str, Any]]
Command = tuple[Callable[[argparse.Namespace], int | None], str, *tuple[Argument, ...]]


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        wrong = capitalised(message.removeprefix("argument "))
        self.exit(2, f"{wrong}; {self.prog} --help says what it takes.\n")


def argument(*names: str, **options: Any) -> Argument:  # noqa: ANN401 (as argparse takes them)
    return names, options


def add_commands(parser: argparse.ArgumentParser, commands: Mapping[str, Command]) -> None:
    default = chosen_folder()
    parser.add_argument("--review", type=Path, default=default, help=f"the review's folder (now: {default})")
    parser.add_argument("--debug", action="store_true", help="show the whole traceback of an error")
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
    return f"{where}{REFUSALS['files'].get(errno.errorcode.get(error.errno or 0), otherwise)}"
