import datetime as dt
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, Field, model_validator

from data.errors import UserError
from data.formatting import written_count, written_day
from data.publishing.content import Published, PublishedCell, PublishedFigure, Qualifier, Status
from data.publishing.moments import local
from data.publishing.release import numbered
from data.publishing.release_store import Move, ReleaseStore
from data.publishing.states import State, Step
from data.terms import Section, Terms, fitted, read_toml


class Number(Section):
    figure: str
    title: str
    counts: str
    unit: str
    number: Annotated[int, Field(ge=0)]
    qualifier: Qualifier = ""
    by: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    definition: str = ""

    @property
    def cell(self) -> PublishedCell:
        words = f"{self.qualifier} {written_count(self.number)}".strip()
        own = {"where": self.where, "number": self.number, "qualifier": self.qualifier}
        return PublishedCell.model_validate({**own, "shown": words, "treatment": "typed"})


class Statement(Section):
    title: Annotated[str, Field(max_length=120)]
    published_at: AwareDatetime
    where_from: Annotated[str, Field(min_length=1, max_length=300)]
    as_at: dt.date
    status: Status = "provisional"
    note: str = ""
    numbers: Annotated[tuple[Number, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _parts_together(self) -> "Statement":
        for number in self.numbers:
            if not len(number.by) == len(number.titles) == len(number.where):
                raise ValueError(f"{number.title}: by, titles and where must name the same dimensions")
        return self

    def published(self, terms: Terms) -> Published:
        together: dict[tuple[str, tuple[str, ...]], list[Number]] = {}
        for number in self.numbers:
            together.setdefault((number.figure, number.by), []).append(number)
        return Published(
            number=1,
            version=1,
            origin="elsewhere",
            review=terms.name,
            help=terms.public,
            known_at=self.as_at,
            nature="update",
            figures=tuple(_figure(numbers) for numbers in together.values()),
            **self.model_dump(exclude={"published_at", "numbers"}),
            **terms.model_dump(include={"body", "oversight_body", "scheme", "demonstration", "time_zone"}),
        )


def _figure(numbers: list[Number]) -> PublishedFigure:
    words = numbers[0].model_dump(exclude={"number", "qualifier", "where"})
    return PublishedFigure(kind="count", cells=tuple(number.cell for number in numbers), **words)


class _Statements(Section):
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]


def read_statements(path: Path, terms: Terms) -> list[tuple[Published, dt.datetime]]:
    read = fitted(_Statements, read_toml(path), path.name).statements
    statements = sorted(read, key=lambda statement: statement.published_at)
    return [(statement.published(terms), statement.published_at) for statement in statements]


def place(move: Move, amends: int | None) -> tuple[int, int, int, int]:
    """Return id, number, version and step; a rejected correction is entered again in its own place."""
    releases = move.all()
    earlier = next((release for release in releases if release.id == amends), None)
    if earlier is not None:
        for release in releases:
            again = release.number == earlier.number and release.version == earlier.version + 1
            if again and release.state(move.moment) is State.ABANDONED:
                return release.id, release.number, release.version, release.seen + 1
    number, version = numbered(releases, amends, move.moment)
    return move.begin(number, version, "elsewhere"), number, version, 1


def refuse_unfit(statement: Published, published_at: dt.datetime) -> None:
    if statement.origin != "elsewhere" or not statement.where_from:
        raise UserError("Say where the statement was published: it is entered as published elsewhere.")
    if any(cell.treatment != "typed" for figure in statement.figures for cell in figure.cells):
        raise UserError("Every number of a statement made elsewhere is typed, and must be marked so.")
    day = local(published_at, statement.time_zone).date()
    if max(statement.as_at, statement.known_at) > day:
        raise UserError(
            f"A statement speaks of the day on which it was published, {written_day(day)}, or of one before: "
            f"it cannot be as at {written_day(statement.as_at)}."
        )


def refuse_mixed(store: ReleaseStore, amends: int | None, origin: str) -> None:
    if amends is None or store.find(amends).origin == origin:
        return
    if origin == "elsewhere":
        raise UserError(
            "A release of Candour's own is amended by a new version of it, not by a typed statement."
        )
    raise UserError(
        "A statement made elsewhere is corrected by typing it anew, not by a release of Candour's own."
    )


def refuse_twice(store: ReleaseStore, statement: Published, published_at: str) -> None:
    for release in store.all():
        if release.origin != "elsewhere" or release.steps[-1].kind is Step.ABANDONED:
            continue
        entered = next(step for step in reversed(release.steps) if step.kind is Step.ENTERED)
        if entered.published_at == published_at:
            own = statement.model_copy(update={"number": release.number, "version": release.version})
            if store.submission(release.id).told == own.written():
                raise UserError(f"This very statement is entered already, as {release.name}.")
