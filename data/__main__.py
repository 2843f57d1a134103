import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from rich.console import Console

from data import cli_output
from data.backup import SEALED_SINCE, backup, drill, restore
from data.cli_output import say
from data.commands import Argument, Command, Parser, add_commands, argument, day, run
from data.erase import erase, erase_review
from data.errors import UserError
from data.export import export
from data.formatting import counted, listed_words, written_day
from data.grants import grant
from data.intake.suggest import suggest
from data.load_digests import seal_older
from data.record import STEWARD, Kind, at_the_keyboard, done_here, record_files
from data.record_files import keep_journal
from data.review import TERMS, Review, migrate_review, named_ledger, new_review, open_review
from data.supersede import supersede

Task = Callable[[argparse.Namespace], int | None]
_FILE, _FOLDER = argument("file", type=Path), argument("folder", type=Path)
_COMMANDS: dict[str, Command] = {}


def _command(words: str, *arguments: Argument) -> Callable[[Task], Task]:
    def add(task: Task) -> Task:
        _COMMANDS[task.__name__.removeprefix("_")] = (task, words, *arguments)
        return task

    return add


def _flag(name: str, words: str) -> Argument:
    return argument(name, action="store_true", help=words)


@_command(
    "make a review from its terms of reference",
    _FOLDER,
    argument("--terms", type=Path, help="its terms.toml (default: a starter to write over)"),
)
def _new(asked: argparse.Namespace) -> None:
    review = new_review(asked.folder, asked.terms)
    print(f"Made the review {review.terms.name!r}; its terms of reference are {review.folder / TERMS}.")
    print("Write your own over them, then load your first extract with:")
    print(f"python -m data --review {review.folder} load FILE --mapping mapping.toml")


@_command(
    "load extracts: files, or databases by SQLAlchemy URL",
    argument("files", nargs="+", metavar="FILE"),
    argument("--mapping", type=Path, required=True, help="which columns feed which"),
    argument("--recorded-on", type=day, metavar="DAY", help="day of the extract (default: today)"),
    _flag("--dry-run", "say what would happen and keep nothing"),
    argument("--note", default="", help="kept beside the load"),
    _flag("--confirm-removals", "let a full extract remove many rows, or a load lower a published figure"),
    _flag("--confirm-corrections", "let it alter rows recorded on the same day"),
    _flag("--confirm-day", "let it stand on a day to come, or more than a year after the last load"),
)
def _load(asked: argparse.Namespace) -> None:
    # The floors above this one are slow to import, and no other command needs them.
    from service.commands import load_files

    load_files(asked)


@_command(
    "take the last load out of every figure, as one on a wrong day; erases nothing",
    argument("load", type=int, metavar="NUMBER", help="number of the last load that stands"),
    argument("--reason", required=True, metavar="WHY", help="why; the record keeps it"),
)
def _supersede(asked: argparse.Namespace) -> None:
    review = open_review(asked.review)
    cli_output.tell_superseded(review, supersede(review, asked.load, asked.reason))


@_command(
    "remove a case's or a person's rows, or all of them, where the law requires it",
    argument("--reference", nargs=2, metavar=("TABLE", "REF"), help="the row, with all that refers to it"),
    _flag("--all", "the whole review, after its retention day"),
    argument("--reason", required=True, metavar="WHY", help="why; the record keeps it"),
)
def _erase(asked: argparse.Namespace) -> None:
    review = open_review(asked.review)
    if asked.all == (asked.reference is not None):
        raise UserError("Name a table and a reference, or --all once the review's time is over.")
    if asked.all:
        erased = erase_review(review, asked.reason)
    else:
        table, reference = asked.reference
        erased = erase(review, table, reference, asked.reason)
    say(f"{erased} Published figures stay as they were published.")
    say("Take it out of the source too, or the next extract brings it back.")
    for copy in erased.copies:
        say(f"It may still be in: {copy.scope}, by {copy.who}, {copy.at[:10]}.")


@_command(
    "rehearse and load the files that data stewards send on the Data page",
    _flag("--once", "do what waits now, and end"),
)
def _inbox(asked: argparse.Namespace) -> None:
    # The floors above this one are slow to import.
    from service.inbox import serve

    serve(asked.review, once=asked.once)


@_command("what the review holds, and how it came")
def _status(asked: argparse.Namespace) -> None:
    cli_output.tell_status(Console(), open_review(asked.review))


@_command(
    "write every table as Parquet and CSV, or the figures alone",
    _FOLDER,
    argument("--reason", required=True, metavar="WHY", help="why they are needed; the record keeps it"),
    argument("--as-known", type=day, metavar="DAY", help="as known on a day (default: now)"),
    _flag("--feed", "the figures by day and by group, for Power BI or a spreadsheet; no row of a case"),
)
def _export(asked: argparse.Namespace) -> None:
    if asked.feed and asked.as_known:
        raise UserError("A feed has the figures as known on every day: leave --as-known out.")
    review = open_review(asked.review)
    if asked.feed:
        # The floors above this one are slow to import.
        from service.feed import write_feed

        written = write_feed(review, asked.folder, reason=asked.reason)
    else:
        written = export(review, asked.folder, reason=asked.reason, known_on=asked.as_known)
    print(
        f"Wrote {counted(len(written), 'file', 'files')} to {asked.folder}; "
        f"{written[0].name} says what they are."
    )


@_command(
    "enter statements that were published before Candour",
    argument("file", type=Path, help="a TOML file in which somebody typed them"),
)
def _enter(asked: argparse.Namespace) -> None:
    from data.publishing.release import Person
    from data.releases import Releases, read_statements

    review = open_review(asked.review)
    releases, typist = Releases(review.ledger, review.record), Person(at_the_keyboard(), STEWARD)
    for statement, published_at in read_statements(asked.file, review.terms):
        entered = releases.entered(typist, statement, published_at)
        print(f"Entered {statement.title!r} of {written_day(published_at.date())} as {entered.name}.")
    print("Nothing of this is public before a release approver has confirmed it, on Releases.")


@_command(
    "write a first mapping from a file",
    argument("file"),
    argument("--table", help="the table that it feeds, if you know"),
    argument("--out", type=Path, help="file to write (default: print it)"),
)
def _suggest(asked: argparse.Namespace) -> None:
    suggestion = suggest(asked.file, table=asked.table)
    if asked.out is None:
        print(suggestion.mapping, end="")
    else:
        try:
            with asked.out.open("x", encoding="utf-8") as file:
                file.write(suggestion.mapping)
        except FileExistsError:
            raise UserError(f"There is a file {asked.out} already: choose another name with --out.") from None
        print(f"Wrote {asked.out}; read it through before you load with it.")
    for remark in suggestion.remarks:
        print(remark, file=sys.stderr)


@_command(
    "guess what files hold, load them into a scratch review, and open it",
    argument("files", nargs="*", metavar="FILE"),
    argument("--name", help="what the trial is called (default: as the first file)"),
    argument("--delete", metavar="NAME", help="delete the trial of that name instead"),
    _flag("--no-open", "only load, and open nothing"),
)
def _try(asked: argparse.Namespace) -> int:
    from data import trial

    if bool(asked.files) == bool(asked.delete):
        raise UserError("Name the files to try, or a trial to delete: python -m data try FILE.")
    name = asked.delete or asked.name or Path(asked.files[0]).stem
    folder = trial.trial_folder(asked.review, name)
    if asked.delete:
        trial.delete(folder)
        say(f"Deleted the trial in {folder}.")
        return 0
    with cli_output.progress_bar() as progress:
        prepared = trial.prepare(folder, asked.files, progress)
    for line in cli_output.trial_lines(prepared):
        say(line)
    return 0 if asked.no_open else trial.open_dashboard(folder)


@_command(
    "build a demonstration review",
    argument("folder", type=Path, nargs="?"),
    argument("--example", default="demonstration", help="demonstration, or housing: another kind of review"),
    _flag("--national", "a nation of 43 forces instead"),
)
def _demo(asked: argparse.Namespace) -> None:
    from data.demo import DEMONSTRATIONS, build

    if asked.national:
        _demo_nation(asked)
        return
    if asked.example not in DEMONSTRATIONS:
        raise UserError(
            f"There is no example {asked.example!r}; there are {listed_words([*DEMONSTRATIONS])}."
        )
    other = asked.review.with_name(asked.example)
    folder = asked.folder or (asked.review if asked.example == "demonstration" else other)
    with cli_output.progress_bar() as progress:
        review: Review = build(folder, example=asked.example, progress=progress)
    print(f"Made the demonstration review in {folder}: {counted(review.ledger.version(), 'load', 'loads')}.")


def _demo_nation(asked: argparse.Namespace) -> None:
    from data.demo import build
    from service.national_demo import demonstrate

    folder = asked.folder or asked.review.with_name("national")
    with tempfile.TemporaryDirectory() as scratch, cli_output.progress_bar() as progress:
        is_there = (asked.review / TERMS).exists()
        base = open_review(asked.review) if is_there else build(Path(scratch) / "base", progress=progress)
        demonstrate(folder, base, progress)
        base.close()
    say(f"Made a nation of demonstration forces in {folder}.")
    say(f"Look at it with: CANDOUR_REVIEW={folder} python dashboard.py")


@_command(
    "write what a nation's figures need of this review: days and codes, no reference and no name",
    _FOLDER,
    argument(
        "--nation", type=Path, required=True, help="folder with the nation's terms.toml and forces.toml"
    ),
    argument("--force", required=True, metavar="NAME", help="whose review this is, as forces.toml has it"),
    argument("--reason", required=True, metavar="WHY", help="why it is needed; the record keeps it"),
)
def _send(asked: argparse.Namespace) -> None:
    from service.returns import send

    partition = send(open_review(asked.review), asked.nation, asked.force, asked.folder, reason=asked.reason)
    files = counted(len(partition.files), "file", "files")
    say(f"Wrote {files} to {asked.folder}: keep them as closely as the ledger.")


@_command("put together what the forces of forces.toml have sent, for the pages of a nation")
def _gather(asked: argparse.Namespace) -> None:
    from service.returns import gather

    manifest = gather(open_review(asked.review))
    parts = counted(len(manifest.partitions), "partition", "partitions")
    say(f"Put together {counted(len(manifest.sent), 'force', 'forces')} in {parts}.")


@_command(
    "start a scheduler and workers on this machine, for nations of over ten million rows",
    argument("count", type=int, metavar="N", help="how many workers"),
    argument("--certificates", type=Path, default=Path("engine"), help="folder, made if there is none"),
    argument("--port", type=int, default=8786, help="of the scheduler (default: 8786)"),
)
def _workers(asked: argparse.Namespace) -> None:
    try:
        from data.workers import serve
    except ImportError:
        raise UserError(
            "Workers need the extra candour[cluster]: install requirements-cluster.txt."
        ) from None
    serve(asked.count, asked.certificates, port=asked.port)


@_command("bring the ledger's tables up to this version of Candour")
def _migrate(asked: argparse.Namespace) -> None:
    before, after = migrate_review(asked.review)
    with closing(open_review(asked.review)) as review:
        if before != after:
            scope = f"migration from revision {before} to {after}"
            review.record.write(done_here(Kind.ADMINISTRATION, scope))
        sealed = seal_older(review.record, review.ledger)
        if before == after:
            say(f"The ledger of {asked.review} is up to date, at revision {after}; nothing was changed.")
        else:
            say(
                f"Brought the ledger of {asked.review} from revision {before} to {after}; every row was kept."
            )
        if sealed:
            say(f"From now on the record vouches for {counted(len(sealed), 'load', 'loads')} as they are.")
        if before != after and review.ledger.engine.dialect.name == "postgresql":
            say(f"Grant the roles that use it anew now: python -m data --review {asked.review} grant.")


@_command(
    "let one PostgreSQL role read the ledger and another load it, and no more",
    argument("--reader", required=True, metavar="ROLE", help="the role that the dashboard uses"),
    argument("--loader", metavar="ROLE", help="the role that loads"),
)
def _grant(asked: argparse.Namespace) -> None:
    with closing(open_review(asked.review)) as review:
        grant(review.ledger, asked.reader, asked.loader)
        roles = " and ".join(role for role in (asked.reader, asked.loader) if role)
        review.record.write(done_here(Kind.ADMINISTRATION, f"rights granted to {roles}"))
    say(
        f"The role {asked.reader} may read the ledger, add to its record, releases, notes and decisions, "
        "and change visits and saved views; nothing else."
    )
    if asked.loader:
        say(f"The role {asked.loader} may load: add rows and close row versions; nothing else.")


@_command("write the ledger to one file, as it is at one moment", _FILE)
def _backup(asked: argparse.Namespace) -> None:
    with closing(open_review(asked.review)) as review:
        manifest = backup(review, asked.file)
    number, digest = manifest.record
    say(
        f"Wrote load {manifest.version} of {manifest.name!r} to {asked.file}, with the record up to entry "
        f"{number:,}, {digest[:16]}: keep it as closely as the ledger, and try it with python -m data drill."
    )
    say(
        f"It does not hold the keys of the record: back up {review.record.keys.path} and "
        f"{review.record.anchor.path} too, and keep them apart from it."
    )


@_command("make a review anew from a backup, in a new folder and an empty database", _FILE, _FOLDER)
def _restore(asked: argparse.Namespace) -> None:
    restored = restore(asked.file, asked.folder, url=named_ledger(), keys=record_files(asked.review)[0])
    say(f"Restored into {asked.folder}. {restored}")
    if restored.manifest.revision < SEALED_SINCE:
        say("Once it has its keys, run python -m data migrate: the record then vouches for its loads.")
    keys, anchor = record_files(asked.folder)
    # Beside its old anchor, which has what was recorded after the backup, the record would never be whole.
    say(
        f"Before it is used, put back your copy of the record's keys as {keys}, make an empty file {anchor}, "
        "and hold the record once against your copy of the old anchor: "
        f"python -m access --review {asked.folder} verify --anchor COPY."
    )


@_command("restore a backup into a temporary place, and see that it is whole", _FILE)
def _drill(asked: argparse.Namespace) -> None:
    say(str(drill(asked.file, keys=record_files(asked.review)[0])))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = Parser(prog="python -m data", description="Load, look at and export a review.")
    add_commands(parser, _COMMANDS)
    return run(parser, arguments)


if __name__ == "__main__":
    keep_journal()
    sys.exit(main())
