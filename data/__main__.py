"""The command line: `python -m data`."""

import argparse
import datetime as dt
import sqlite3
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from rich.console import Console
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from data import telling, upkeep
from data.export import export
from data.faults import Fault
from data.intake.load import load
from data.intake.mapping import read_mapping
from data.intake.suggest import suggest
from data.review import TERMS, Review, chosen_folder, new_review, open_review
from data.written import written_day

# A driver's own errors come through where it is used directly, for speed.
DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error, psycopg.Error)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return the exit code: 0, or 1 after one sentence on what went wrong."""
    asked = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], None] = asked.command
    try:
        command(asked)
    except (Fault, OSError, *DATABASE_ERRORS) as error:
        if asked.debug:
            raise
        print(_sentence(error), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; nothing of this command was kept.", file=sys.stderr)
        return 130
    return 0


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


def _new(asked: argparse.Namespace) -> None:
    review = new_review(asked.folder, asked.terms)
    print(f"Made the review {review.terms.name!r}; its terms of reference are {review.folder / TERMS}.")
    print("Write your own over them, then load your first extract with:")
    print(f"python -m data --review {review.folder} load FILE --mapping mapping.toml")


def _load(asked: argparse.Namespace) -> None:
    review = open_review(asked.review)
    mapping = read_mapping(asked.mapping)
    day = asked.recorded_on or dt.datetime.now(dt.UTC).astimezone().date()
    with telling.progress_bar() as progress:
        loaded = load(
            review,
            asked.files,
            mapping,
            recorded_on=day,
            note=asked.note,
            rehearsal=asked.dry_run,
            confirm_removals=asked.confirm_removals,
            progress=progress,
        )
    print(f"Recorded on {written_day(day)}{'' if asked.recorded_on else ', which is today'}.")
    telling.tell_load(Console(), loaded, rehearsal=asked.dry_run)


def _status(asked: argparse.Namespace) -> None:
    telling.tell_status(Console(), open_review(asked.review))


def _export(asked: argparse.Namespace) -> None:
    written = export(open_review(asked.review), asked.folder, known_on=asked.as_known)
    print(f"Wrote {len(written):,} files to {asked.folder}; {written[0].name} says what they are.")


def _suggest(asked: argparse.Namespace) -> None:
    suggestion = suggest(asked.file, table=asked.table)
    if asked.out is None:
        print(suggestion.mapping, end="")
    else:
        _write_anew(asked.out, suggestion.mapping)
        print(f"Wrote {asked.out}; read it through before you load with it.")
    for remark in suggestion.remarks:
        print(remark, file=sys.stderr)


def _write_anew(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Fault(f"There is a file {path} already: choose another name with --out.") from None


def _demo(asked: argparse.Namespace) -> None:
    from data.demo import build

    folder = asked.folder or asked.review
    with telling.progress_bar() as progress:
        review: Review = build(folder, progress=progress)
    print(f"Made the demonstration review in {folder}: {review.ledger.version()} loads.")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it like 2024-01-31") from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m data", description="Load, look at and export a review.")
    default = chosen_folder()
    parser.add_argument("--review", type=Path, default=default, help=f"the review's folder (now: {default})")
    parser.add_argument("--debug", action="store_true", help="show the whole traceback of an error")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    new = commands.add_parser("new", help="make a review from its terms of reference")
    new.add_argument("folder", type=Path)
    new.add_argument("--terms", type=Path, help="its terms.toml (default: a starter to write over)")
    new.set_defaults(command=_new)

    loading = commands.add_parser("load", help="load extracts: files, or databases by SQLAlchemy URL")
    loading.add_argument("files", nargs="+", metavar="FILE")
    loading.add_argument("--mapping", type=Path, required=True, help="which columns feed which")
    loading.add_argument(
        "--recorded-on", type=_day, metavar="DAY", help="day of the extract (default: today)"
    )
    loading.add_argument("--dry-run", action="store_true", help="say what would happen and keep nothing")
    loading.add_argument("--note", default="", help="kept beside the load")
    loading.add_argument(
        "--confirm-removals", action="store_true", help="let a full extract remove many rows"
    )
    loading.set_defaults(command=_load)

    status = commands.add_parser("status", help="what the review holds, and how it came")
    status.set_defaults(command=_status)

    out = commands.add_parser("export", help="write every table as Parquet and CSV")
    out.add_argument("folder", type=Path)
    out.add_argument("--as-known", type=_day, metavar="DAY", help="as known on a day (default: now)")
    out.set_defaults(command=_export)

    suggesting = commands.add_parser("suggest", help="write a first mapping from a file")
    suggesting.add_argument("file")
    suggesting.add_argument("--table", help="the table that it feeds, if you know")
    suggesting.add_argument("--out", type=Path, help="file to write (default: print it)")
    suggesting.set_defaults(command=_suggest)

    demo = commands.add_parser("demo", help="build the demonstration review")
    demo.add_argument("folder", type=Path, nargs="?")
    demo.set_defaults(command=_demo)

    upkeep.add_commands(commands.add_parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
