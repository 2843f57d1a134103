import datetime as dt
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from data.formatting import written_count
from data.publishing.content import Published, PublishedCell, PublishedFigure, Qualifier, Status
from data.terms import Terms, fitted, read_toml


class _Typed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Number(_Typed):
    """One number as it stood in the statement.

    figure, by, where: the catalogue's name of the figure, and of the part of it. counts: what was counted.
    """

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
    def said(self) -> PublishedCell:
        words = f"{self.qualifier} {written_count(self.number)}".strip()
        return PublishedCell(
            where=self.where, shown=words, number=self.number, qualifier=self.qualifier, treatment="typed"
        )


class Statement(_Typed):
    """One statement: when and where it was published, of which day its figures spoke, and the figures.

    note: what else is known of it, such as that its day is not certain.
    """

    title: Annotated[str, Field(max_length=120)]
    published_at: AwareDatetime
    where_from: Annotated[str, Field(min_length=1, max_length=300)]
    as_at: dt.date
    status: Status = "provisional"
    note: str = ""
    numbers: Annotated[tuple[Number, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _parts_together(self) -> "Statement":
        for each in self.numbers:
            if not len(each.by) == len(each.titles) == len(each.where):
                raise ValueError(f"{each.title}: by, titles and where must name the same dimensions")
        return self

    def published(self, terms: Terms) -> Published:
        kinds = list(dict.fromkeys((each.figure, each.by) for each in self.numbers))
        return Published(
            number=1,
            version=1,
            origin="elsewhere",
            title=self.title,
            review=terms.name,
            body=terms.body,
            oversight_body=terms.oversight_body,
            scheme=terms.scheme,
            demonstration=terms.demonstration,
            help=terms.public,
            time_zone=terms.time_zone,
            as_at=self.as_at,
            known_at=self.as_at,
            status=self.status,
            nature="update",
            note=self.note,
            where_from=self.where_from,
            figures=tuple(_told(figure, by, self.numbers) for figure, by in kinds),
        )


class _Statements(_Typed):
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]


class Typed(NamedTuple):
    told: Published
    published_at: dt.datetime


def read_statements(path: Path, terms: Terms) -> list[Typed]:
    read = fitted(_Statements, read_toml(path), path.name).statements
    return [Typed(each.published(terms), each.published_at) for each in sorted(read, key=_moment)]


def _moment(statement: Statement) -> dt.datetime:
    return statement.published_at


def _told(figure: str, by: tuple[str, ...], numbers: tuple[Number, ...]) -> PublishedFigure:
    own = [each for each in numbers if (each.figure, each.by) == (figure, by)]
    first = own[0]
    return PublishedFigure(
        figure=figure,
        title=first.title,
        definition=first.definition,
        counts=first.counts,
        unit=first.unit,
        kind="count",
        by=by,
        titles=first.titles,
        cells=tuple(each.said for each in own),
    )
