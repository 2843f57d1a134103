import argparse
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from data import cli_output
from data.backup import backup
from data.commands import Parser, day, of_every_command, run
from data.errors import UserError
from data.export import export
from data.formatting import counted, written_day
from data.grants import grant
from data.intake.suggest import suggest
from data.kinds import Kind
from data.operator import STEWARD, at_the_keyboard, done_here
from data.record import record_files
from data.record_files import keep_journal
from data.restore import drill, restore
from data.review import TERMS, Review, migrate_review, named_ledger, new_review, open_review
from data.supersede import supersede


def main(arguments: Sequence[str] | None = None) -> int:
    return run(_parser(), arguments)


def _migrate(asked: argparse.Namespace) -> None:
    before, after = migrate_review(asked.review)
    if before == after:
        _tell(f"The ledger of {asked.review} is up to date, at revision {after}; nothing was changed.")
        return
    with _opened(asked.review) as review:
        _record(review, f"migration from revision {before} to {after}")
        _tell(f"Brought the ledger of {asked.review} from revision {before} to {after}; every row was kept.")
        if review.ledger.engine.dialect.name == "postgresql":
            _tell(f"Grant the roles that use it anew now: python -m data --review {asked.review} grant.")


def _grant(asked: argparse.Namespace) -> None:
    with _opened(asked.review) as review:
        grant(review.ledger, asked.reader, asked.loader)
        roles = " and ".join(role for role in (asked.reader, asked.loader) if role)
        _record(review, f"rights granted to {roles}")
    _tell(
        f"The role {asked.reader} may read the ledger, add to its record and keep the visits; nothing else."
    )
    if asked.loader:
        _tell(f"The role {asked.loader} may load: add rows and close row versions; nothing else.")


def _backup(asked: argparse.Namespace) -> None:
    with _opened(asked.review) as review:
        manifest = backup(review, asked.file)
    number, digest = manifest.record
    _tell(
        f"Wrote load {manifest.version} of {manifest.name!r} to {asked.file}, with the record up to entry "
        f"{number:,}, {digest[:16]}: keep it as closely as the ledger, and try it with python -m data drill."
    )
    _tell(
        f"It does not hold the keys of the record: back up {review.record.keys.path} and "
        f"{review.record.anchor.path} too, and keep them apart from it."
    )


def _restore(asked: argparse.Namespace) -> None:
    restored = restore(asked.file, asked.folder, url=named_ledger(), keys=_keys(asked))
    _tell(f"Restored into {asked.folder}. {restored}")
    keys, anchor = record_files(asked.folder)
    # Beside its old anchor, which has what was recorded after the backup, the record would never be whole.
    _tell(
        f"Before it is used, put back your copy of the record's keys as {keys}, make an empty file {anchor}, "
        "and hold the record once against your copy of the old anchor: "
        f"python -m access --review {asked.folder} verify --anchor COPY."
    )


def _drill(asked: argparse.Namespace) -> None:
    _tell(str(drill(asked.file, keys=_keys(asked))))


def _keys(asked: argparse.Namespace) -> Path:
    return record_files(asked.review)[0]


@contextmanager
def _opened(folder: Path) -> Generator[Review]:
    review = open_review(folder)
    try:
        yield review
    finally:
        review.ledger.engine.dispose()


def _record(review: Review, scope: str) -> None:
    review.record.write(done_here(Kind.ADMINISTRATION, scope))


def _tell(sentence: str) -> None:
    Console().print(sentence, markup=False, highlight=False, soft_wrap=True)


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
    for statement, published_at in read_statements(asked.file, review.terms):
        entered = releases.entered(typist, statement, published_at)
        print(f"Entered {statement.title!r} of {written_day(published_at.date())} as {entered.name}.")
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

    _add_maintenance(commands.add_parser)
    return parser


def _add_maintenance(add: Callable[..., argparse.ArgumentParser]) -> None:
    migrating = add("migrate", help="bring the ledger's tables up to this version of Candour")
    migrating.set_defaults(command=_migrate)

    granting = add("grant", help="let one PostgreSQL role read the ledger and another load it, and no more")
    granting.add_argument("--reader", required=True, metavar="ROLE", help="the role that the dashboard uses")
    granting.add_argument("--loader", metavar="ROLE", help="the role that loads")
    granting.set_defaults(command=_grant)

    saving = add("backup", help="write the ledger to one file, as it is at one moment")
    saving.add_argument("file", type=Path)
    saving.set_defaults(command=_backup)

    restoring = add("restore", help="make a review anew from a backup, in a new folder and an empty database")
    restoring.add_argument("file", type=Path)
    restoring.add_argument("folder", type=Path)
    restoring.set_defaults(command=_restore)

    drilling = add("drill", help="restore a backup into a temporary place, and see that it is whole")
    drilling.add_argument("file", type=Path)
    drilling.set_defaults(command=_drill)


if __name__ == "__main__":
    keep_journal()
    sys.exit(main())
