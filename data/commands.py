"""What the command lines share: their options, and the one sentence on what went wrong."""

import argparse
import datetime as dt
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import psycopg
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from data.faults import Fault
from data.review import chosen_folder
from data.written import capitalised

# A driver's own errors come through where it is used directly, for speed.
DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error, psycopg.Error)


class Parser(argparse.ArgumentParser):
    """Parser that says in one sentence what it does not understand."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where to look, and end with code 2."""
        wrong = capitalised(message.removeprefix("argument "))
        self.exit(2, f"{wrong}; {self.prog} --help says what it takes.\n")


def of_every_command(parser: argparse.ArgumentParser) -> None:
    """Give a command line the options that every command takes."""
    default = chosen_folder()
    parser.add_argument("--review", type=Path, default=default, help=f"the review's folder (now: {default})")
    parser.add_argument("--debug", action="store_true", help="show the whole traceback of an error")


def run(parser: argparse.ArgumentParser, arguments: Sequence[str] | None) -> int:
    """Run the command that was asked for and return the exit code.

    It is the command's own, 0 where it has none, or 1 after one sentence on what went wrong.
    """
    asked = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int | None] = asked.command
    try:
        return command(asked) or 0
    except (Fault, OSError, *DATABASE_ERRORS) as error:
        if asked.debug:
            raise
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing of this command was kept.", file=sys.stderr)
        return 130


def day(text: str) -> dt.date:
    """Read a day that was given as an option."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it like 2024-01-31") from None


def _sentence(error: Exception) -> str:
    if isinstance(error, Fault):
        return str(error)
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{error.strerror or error}; check the path, and that you may read and write there."
    return _sentence_of_database(error)


def _sentence_of_database(error: Exception) -> str:
    cause: object = getattr(error, "orig", None) or error
    text = str(cause)
    if "locked" in text:
        return "Another load has been using the ledger for a minute; try again when it has finished."
    if "not a database" in text or "malformed" in text:
        return (
            "The file named as a database is not one, or is damaged; check its path, or take its last backup."
        )
    if isinstance(error, OperationalError):
        reason = text.strip().splitlines()[0]
        return f"The database cannot be used ({reason}); check its address, and that it is running."
    # Other errors repeat the values that they are about.
    return (
        f"The database refused this ({type(cause).__name__}), and nothing was kept; check your rights in it, "
        "or run the command with --debug and show the result to whoever looks after it."
    )
