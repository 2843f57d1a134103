import argparse
import datetime as dt
import errno
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from data.database_errors import DATABASE_ERRORS, sentence_of
from data.errors import UserError
from data.formatting import capitalised
from data.review import chosen_folder

_OF_FILES = {
    errno.ENOSPC: "the disk is full: make room, and run this again.",
    errno.EDQUOT: "your share of the disk is full: make room, and run this again.",
    errno.EROFS: "the disk may only be read, and this has to write: choose another place.",
    errno.EACCES: "you may not read or write there: check who owns it.",
    errno.EPERM: "you may not read or write there: check who owns it.",
    errno.ENOENT: "there is no such file or folder: check the path.",
}


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        wrong = capitalised(message.removeprefix("argument "))
        self.exit(2, f"{wrong}; {self.prog} --help says what it takes.\n")


def of_every_command(parser: argparse.ArgumentParser) -> None:
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
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{_OF_FILES.get(error.errno or 0, _otherwise(error))}"
    return sentence_of(error)


def _otherwise(error: OSError) -> str:
    return f"{error.strerror or error}; check the path, and that you may read and write there."
