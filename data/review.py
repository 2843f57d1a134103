import datetime as dt
import os
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from data.errors import UserError, refusal
from data.ledger import Ledger, sqlite_url
from data.migration import NEWEST, REVISIONS
from data.record import Record, record_files
from data.snapshot import Snapshot, take
from data.stable_file import write_private
from data.terms import Terms, fitted, read_terms, read_toml

TERMS, FORCES = "terms.toml", "forces.toml"
SETTINGS = "settings.toml"
LEDGER_ID = "ledger.id"
LEDGER_FILE = "ledger.sqlite"
STARTER = Path(__file__).parent / "examples" / "starter" / TERMS
OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE"
DEMONSTRATION = "DEMONSTRATION DATA"
# A page's header in print holds 255 characters, and the page's number besides.
LONGEST = 100


@dataclass(frozen=True)
class Review:
    """`ledger.id` in the folder says which ledger is its own, also where CANDOUR_LEDGER names another."""

    folder: Path
    terms: Terms
    ledger: Ledger
    anchors: tuple[str, ...] = ()

    @property
    def record(self) -> Record:
        return Record(self.ledger, *record_files(self.folder), self.anchors)

    def today(self) -> dt.date:
        return self.terms.day_of(dt.datetime.now(dt.UTC))

    def close(self) -> None:
        self.ledger.engine.dispose()

    def snapshot(self, version: int | None = None) -> Snapshot:
        wanted = self.ledger.version() if version is None else version
        return take(self.ledger, self.record, self.terms, self.folder / "snapshots", wanted)


def chosen_folder() -> Path:
    return Path(os.environ.get("CANDOUR_REVIEW") or "reviews/demonstration")


def settings_file(folder: Path) -> Path | None:
    if named := os.environ.get("CANDOUR_SETTINGS"):
        return Path(named)
    return own if (own := folder / SETTINGS).exists() else None


def open_review(folder: Path) -> Review:
    """Open a review; UserError where its folder, ledger, terms, keys or file modes do not fit one another."""
    review = _existing(folder)
    try:
        if (revision := review.ledger.revision()) != NEWEST:
            _refuse_a_later_shape(revision)
            raise refusal("not_migrated", folder=folder)
        _refuse_anothers_ledger(review)
        if review.ledger.demonstration() != review.terms.demonstration:
            raise refusal("mixed_demonstration", path=folder / TERMS)
        review.record.prepare()
    except BaseException:
        # Whoever asks again after each error would fill the database with open connections.
        review.close()
        raise
    return review


def migrate_review(folder: Path) -> tuple[str, str]:
    with closing(_existing(folder)) as review:
        before = review.ledger.revision()
        if before != NEWEST:
            _refuse_a_later_shape(before)
            _refuse_anothers_ledger(review)
            review.ledger.migrate()
        return before, review.ledger.revision()


def _existing(folder: Path) -> Review:
    if not (folder / TERMS).exists():
        if (folder / LEDGER_ID).exists():
            raise UserError(f"{folder} has a ledger but no {TERMS}: put back your copy of it.")
        raise UserError(f"There is no review in {folder}; make one with: python -m data new {folder}.")
    # A review can be made before its settings are written: the next entry fills an anchor that lacks lines.
    settings = settings_file(folder)
    anchors = configured(folder).anchor if settings is not None and settings.exists() else ()
    review = Review(folder, read_terms(folder / TERMS), _ledger(folder), anchors)
    _refuse_a_ledger_open_to_all(review)
    if not review.ledger.exists():
        raise UserError(f"The review in {folder} has no ledger; make one with: python -m data new {folder}.")
    return review


def _refuse_a_ledger_open_to_all(review: Review) -> None:
    # Windows has no such modes: there the rights of the folder hold. A demonstration is of nobody.
    address = review.ledger.engine.url
    if os.name != "posix" or review.terms.demonstration or address.get_backend_name() != "sqlite":
        return
    file = Path(address.database or "")
    if any(map(_open_to_all, (file, Path(f"{file}-wal"), Path(f"{file}-shm")))):
        raise refusal("open_ledger", file=file)


def _open_to_all(path: Path) -> bool:
    # What SQLite keeps beside its file comes and goes.
    with suppress(FileNotFoundError):
        return bool(path.stat().st_mode & 0o007)
    return False


def _refuse_a_later_shape(revision: str) -> None:
    if revision not in REVISIONS:
        raise refusal("too_new", revision=revision, newest=NEWEST)


def _refuse_anothers_ledger(review: Review) -> None:
    own = review.folder / LEDGER_ID
    wanted = own.read_text(encoding="utf-8").strip() if own.exists() else ""
    if wanted != (actual := review.ledger.id()):
        raise refusal("anothers_ledger", name=review.ledger.name(), folder=review.folder, id=actual, file=own)


def new_review(folder: Path, terms: Path | None = None) -> Review:
    """terms: its terms of reference; the folder's own if it has them, else a starter to write over."""
    own = folder / TERMS
    chosen = terms or (own if own.exists() else STARTER)
    read = read_terms(chosen)
    ledger = _ledger(folder)
    _refuse_a_ledger_in_use(ledger, folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if own.exists() and chosen.read_bytes() != own.read_bytes():
        raise refusal("other_terms", terms=TERMS, folder=folder)
    if not own.exists():
        write_private(own, chosen.read_bytes())
    ledger.create(read.name, demonstration=read.demonstration)
    write_private(folder / LEDGER_ID, f"{ledger.id()}\n".encode(), anew=True)
    ledger.engine.dispose()
    return open_review(folder)


def _refuse_a_ledger_in_use(ledger: Ledger, folder: Path) -> None:
    named = "CANDOUR_LEDGER" in os.environ
    if (not named and not folder.exists()) or not ledger.exists():
        return
    if (folder / TERMS).exists():
        raise UserError(f"There is a review in {folder} already; choose another folder.")
    raise refusal("other_review", name=ledger.name())


def named_ledger() -> str | None:
    return os.environ.get("CANDOUR_LEDGER") or None


def _ledger(folder: Path) -> Ledger:
    return Ledger(named_ledger() or sqlite_url(folder / LEDGER_FILE))


def marked(words: str = OFFICIAL_SENSITIVE, *, demonstration: bool) -> str:
    words = words.strip()
    if not words[:1].isalnum() or not words.isprintable() or len(words) > LONGEST:
        raise refusal("unfit_marking", longest=LONGEST)
    return f"{words} · {DEMONSTRATION}" if demonstration else words


class _Settings(BaseModel):
    """anchor: further places for the record's heads; the rest of the file is for the dashboard."""

    marking: str = OFFICIAL_SENSITIVE
    anchor: tuple[str, ...] = ()


def configured(folder: Path) -> _Settings:
    path = settings_file(folder)
    return _Settings() if path is None else fitted(_Settings, read_toml(path), path.name)
