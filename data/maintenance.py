import argparse
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from data.backup import backup
from data.grants import grant
from data.kinds import Kind
from data.operator import done_here
from data.record import record_files
from data.restore import drill, restore
from data.review import Review, migrate_review, named_ledger, open_review


def add_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
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
