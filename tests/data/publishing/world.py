"""Small releases to move about: a draft, what is frozen of it, what is told, and a ledger to keep them in."""

import datetime as dt
from pathlib import Path

from data.ledger import Ledger
from data.publishing.content import (
    Bound,
    Cell,
    Counted,
    Draft,
    Override,
    Published,
    PublishedCell,
    PublishedFigure,
    ReleaseInputs,
)
from data.publishing.release import Person
from data.publishing.states import Step
from data.record import Record
from data.releases import Releases

DAY = dt.date(2024, 5, 30)
ANN, BEN, CHIEF = Person("ann", "analyst"), Person("ben", "release approver"), Person("cy", "chief officer")
TYPIST = Person("di", "press officer")
SPOKEN = dt.datetime(2024, 5, 31, 9, tzinfo=dt.UTC)
REASON = "a reason that is long enough"
PLAIN = {"figure": "failures", "title": "Failures found", "definition": "Failures.", "counts": "failures"}


def draft(title: str = "Figures", embargo: dt.datetime | None = None, **changes) -> Draft:
    given = {"as_at": DAY, "known_at": DAY, "status": "provisional", "nature": "update", "note": "More."}
    return Draft(title=title, embargo=embargo, figures=(Bound(figure="failures"),), **(given | changes))


def frozen(
    against: tuple[str, ...] = (), overrides: tuple[Override, ...] = (), count: int = 33
) -> ReleaseInputs:
    counted = Counted(**PLAIN, unit="failures", kind="count", cells=(Cell(numerator=count),), rows="0" * 64)
    return ReleaseInputs(
        as_at=DAY,
        known_at=DAY,
        ledger=1,
        edition="e",
        terms="t",
        precedence=("harm",),
        figures=(counted,),
        overrides=overrides,
        against=against,
    )


def told(number: int = 1, version: int = 1, *, shown: str = "35", **changes) -> Published:
    said = PublishedCell(shown=shown, number=int(shown), low=33, high=37, treatment="rounded")
    given = {"title": "Figures", "review": "A review", "body": "The force", "oversight_body": "The office"}
    given |= {
        "demonstration": False,
        "as_at": DAY,
        "known_at": DAY,
        "status": "provisional",
        "nature": "update",
    }
    figure = PublishedFigure(**PLAIN, unit="failures", kind="count", cells=(said,))
    return Published(number=number, version=version, figures=(figure,), **(given | changes))


def elsewhere(shown: str = "33", **changes) -> Published:
    said = PublishedCell(shown=shown, number=int(shown), treatment="typed")
    figure = PublishedFigure(**PLAIN, unit="failures", kind="count", cells=(said,))
    whole = told(origin="elsewhere", where_from="Press", **changes)
    return whole.model_copy(update={"figures": (figure,)})


def stated(
    releases: Releases, told_: Published | None = None, at: dt.datetime = SPOKEN, *, amends: int | None = None
) -> int:
    """Enter a statement made elsewhere and have another person confirm it, and return its id."""
    found = releases.entered(TYPIST, told_ or elsewhere(), at, amends=amends)
    releases.step(found.id, Step.CONFIRMED, BEN, seen=found.seen)
    return found.id


class Clock:
    """The moment, until it is moved on."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment

    def __call__(self) -> dt.datetime:
        return self.moment


def opened(url: str, folder: Path, moment: dt.datetime) -> tuple[Releases, Clock, Ledger]:
    """Releases in the database at an address, on a clock of their own."""
    ledger = Ledger(url)
    if not ledger.exists():
        ledger.create("A review", demonstration=False)
    record = Record(ledger, folder / "record.keys", folder / "record.anchor")
    record.prepare()
    clock = Clock(moment)
    return Releases(ledger, record, clock), clock, ledger


def submitted(releases: Releases, *, embargo: dt.datetime | None = None, amends: int | None = None) -> int:
    """Draft a release and submit it, and return its id."""
    found = releases.drafted(ANN, draft(embargo=embargo), amends=amends)
    holds = frozen(releases.approved_digests())
    releases.submitted(found.id, ANN, holds, told(found.number, found.version), seen=1)
    return found.id


def approved(releases: Releases, *, embargo: dt.datetime | None = None, amends: int | None = None) -> int:
    """Draft, submit and approve a release, and return its id."""
    release = submitted(releases, embargo=embargo, amends=amends)
    releases.approved(release, BEN, seen=2)
    return release
