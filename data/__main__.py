import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from data import cli_output, maintenance
from data.commands import Parser, day, of_every_command, run
from data.errors import UserError
from data.export import export
from data.formatting import counted, written_day
from data.intake.suggest import suggest
from data.journal import keep_journal
from data.operator import STEWARD, at_the_keyboard
from data.review import TERMS, Review, new_review, open_review
from data.supersede import supersede


def main(arguments: Sequence[str] | None = None) -> int:
    return run(_parser(), arguments)


def _new(asked: argparse.Namespace) -> None:
    review = new_review(asked.folder, asked.terms)
    print(f"Made the review {review.terms.name!r}; its terms of reference are {review.folder / TERMS}.")
    print("Write your own over them, then load your first extract with:")
    print(f"python -m data --review {review.folder} load FILE --mapping mapping.toml")


def _load(asked: argparse.Namespace) -> None:
    # The floors above this one are slow to import, and no other command needs them.
    from service.commands import load_files

    load_files(asked)


def _supersede(asked: argparse.Namespace) -> None:
    review = open_review(asked.review)
    done = supersede(review, asked.load, asked.reason)
    cli_output.tell_superseded(Console(), review, done)


def _status(asked: argparse.Namespace) -> None:
    cli_output.tell_status(Console(), open_review(asked.review))


def _export(asked: argparse.Namespace) -> None:
    written = export(open_review(asked.review), asked.folder, reason=asked.reason, known_on=asked.as_known)
    print(
        f"Wrote {counted(len(written), 'file', 'files')} to {asked.folder}; "
        f"{written[0].name} says what they are."
    )


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
        raise UserError(f"There is a file {path} already: choose another name with --out.") from None


def _enter(asked: argparse.Namespace) -> None:
    from data.publishing.external_statements import read_statements
    from data.publishing.release import Person
    from data.releases import Releases

    review = open_review(asked.review)
    releases, typist = Releases(review.ledger, review.record), Person(at_the_keyboard(), STEWARD)
    for told, published_at in read_statements(asked.file, review.terms):
        entered = releases.entered(typist, told, published_at)
        print(f"Entered {told.title!r} of {written_day(published_at.date())} as {entered.name}.")
    print("Nothing of this is public before a release approver has confirmed it, on Releases.")


def _demo(asked: argparse.Namespace) -> None:
    from data.demo import build

    folder = asked.folder or asked.review
    with cli_output.progress_bar() as progress:
        review: Review = build(folder, progress=progress)
    print(f"Made the demonstration review in {folder}: {counted(review.ledger.version(), 'load', 'loads')}.")


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="python -m data", description="Load, look at and export a review.")
    of_every_command(parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    new = commands.add_parser("new", help="make a review from its terms of reference")
    new.add_argument("folder", type=Path)
    new.add_argument("--terms", type=Path, help="its terms.toml (default: a starter to write over)")
    new.set_defaults(command=_new)

    loading = commands.add_parser("load", help="load extracts: files, or databases by SQLAlchemy URL")
    loading.add_argument("files", nargs="+", metavar="FILE")
    loading.add_argument("--mapping", type=Path, required=True, help="which columns feed which")
    loading.add_argument("--recorded-on", type=day, metavar="DAY", help="day of the extract (default: today)")
    loading.add_argument("--dry-run", action="store_true", help="say what would happen and keep nothing")
    loading.add_argument("--note", default="", help="kept beside the load")
    loading.add_argument(
        "--confirm-removals",
        action="store_true",
        help="let a full extract remove many rows, or a load lower a published figure",
    )
    loading.add_argument(
        "--confirm-corrections", action="store_true", help="let it alter rows recorded on the same day"
    )
    loading.add_argument(
        "--confirm-day",
        action="store_true",
        help="let it stand on a day to come, or more than a year after the last load",
    )
    loading.set_defaults(command=_load)

    superseding = commands.add_parser(
        "supersede", help="take the last load out of every figure, as one on a wrong day; erases nothing"
    )
    superseding.add_argument("load", type=int, metavar="NUMBER", help="number of the last load that stands")
    superseding.add_argument("--reason", required=True, metavar="WHY", help="why; the record keeps it")
    superseding.set_defaults(command=_supersede)

    status = commands.add_parser("status", help="what the review holds, and how it came")
    status.set_defaults(command=_status)

    out = commands.add_parser("export", help="write every table as Parquet and CSV")
    out.add_argument("folder", type=Path)
    out.add_argument(
        "--reason", required=True, metavar="WHY", help="why they are needed; the record keeps it"
    )
    out.add_argument("--as-known", type=day, metavar="DAY", help="as known on a day (default: now)")
    out.set_defaults(command=_export)

    entering = commands.add_parser("enter", help="enter statements that were published before Candour")
    entering.add_argument("file", type=Path, help="a TOML file in which somebody typed them")
    entering.set_defaults(command=_enter)

    suggesting = commands.add_parser("suggest", help="write a first mapping from a file")
    suggesting.add_argument("file")
    suggesting.add_argument("--table", help="the table that it feeds, if you know")
    suggesting.add_argument("--out", type=Path, help="file to write (default: print it)")
    suggesting.set_defaults(command=_suggest)

    demo = commands.add_parser("demo", help="build the demonstration review")
    demo.add_argument("folder", type=Path, nargs="?")
    demo.set_defaults(command=_demo)

    maintenance.add_commands(commands.add_parser)
    return parser


if __name__ == "__main__":
    keep_journal()
    sys.exit(main())
