"""What figures are broken down and narrowed by."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from data.formatting import capitalised, short_day
from metrics.metric import Subject

Holds = Literal["text", "day", "yes or no"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Dimension:
    """value: the value of a row on a day. Only a grade can differ from day to day.
    steady: whether the value is the same on every day, so that a course over time can be split by it.
    holds: what a value is, where it is kept as text: a day, or true and false, or words.
    written: how a reader sees a value that is a day: the first of the period that it stands for.
    """

    name: str
    title: str
    value: Callable[[dt.date], pl.Expr]
    subjects: tuple[Subject, ...]
    missing: str = "not recorded"
    steady: bool = True
    holds: Holds = "text"
    written: Callable[[dt.date], str] = "{:%b %Y}".format


Narrowing = Mapping[str, tuple[str | None, ...]]
"""Values kept, by the name of a dimension (None: not recorded); one that is not named is not narrowed."""


def grade_on(day: dt.date) -> pl.Expr:
    """Latest grade given by `day`; null before the first."""
    earlier = pl.col("earlier_grades").list.filter(pl.element().struct.field("assessed_on") <= day)
    return (
        pl.when(pl.col("graded_on") <= day)
        .then("grade")
        .when(pl.col("earlier_grades").is_not_null())
        .then(earlier.list.last().struct.field("grade"))
    )


def _column(
    name: str,
    title: str,
    *subjects: Subject,
    column: str = "",
    missing: str = "not recorded",
    holds: Holds = "text",
) -> Dimension:
    """Dimension whose value is a column, of the same name if none is given."""
    value = pl.col(column or name)
    return Dimension(
        name=name, title=title, value=lambda _: value, subjects=subjects, missing=missing, holds=holds
    )


def _spent(since: pl.Expr, day: dt.date, bands: Mapping[int, str]) -> pl.Expr:
    """Band of the days since a day; the last band is all that are longer."""
    most = f"{max(bands)} or more"
    days, band = (pl.lit(day) - since).dt.total_days(), pl.lit(most)
    for below, name in sorted(bands.items(), reverse=True):
        band = pl.when(days < below).then(pl.lit(name)).otherwise(band)
    return pl.when(days.is_not_null()).then(band).cast(pl.Enum([*bands.values(), most]))


OF_A_CASE: tuple[Subject, ...] = (
    "cases", "failures", "people", "attempts", "second_looks", "sample_checks",
)  # fmt: skip
OF_APPLICATIONS: tuple[Subject, ...] = (*OF_A_CASE, "disclosures")

AREA = _column("area", "Area", *OF_APPLICATIONS)
ROUTE = _column("route", "Route", *OF_APPLICATIONS)
CATEGORY = _column("category", "Category", *OF_APPLICATIONS)
YEAR = _column("year", "Year received", *OF_APPLICATIONS)
GRADE = Dimension(
    name="grade",
    title="Grade",
    value=grade_on,
    subjects=OF_A_CASE,
    missing="not graded yet",
    steady=False,
)
PART = _column("part", "Headline part", "failures")
TYPE = _column("type", "Type", "failures")
HARM = _column("harm", "Harm", "failures", holds="yes or no")
REASON = _column("reason", "Reason", "failures")
MONTH_FOUND = _column("month_found", "Month found", "failures", holds="day")
TEAM = _column("team", "Team", "staffing", "reviews")
KIND = _column("kind", "Kind of review", "reviews")
SUBJECT = _column("subject", "Subject of the referral", "referrals", "recommendations", missing="no referral")
STATUS = _column("status", "Status", "referrals")
MODE = _column("mode", "Mode of investigation", "referrals", missing="not decided yet")
DAYS_OPEN = Dimension(
    name="days_open",
    title="Days since referral",
    value=lambda day: _spent(pl.col("referred_on"), day, {28: "under 28", 91: "28 to 90", 183: "91 to 182"}),
    subjects=("referrals",),
    steady=False,
)
DUTY = _column("duty", "Duty status", "investigated")
STATE = _column("state", "State of contact", "people", missing="not decided")
UNSAFE_REASON = _column("unsafe_reason", "Reason not to contact", "people", missing="no reason needed")
DAYS_WAITING = Dimension(
    name="days_waiting",
    title="Days since identified",
    value=lambda day: _spent(pl.col("identified_on"), day, {7: "under 7", 14: "7 to 13", 28: "14 to 27"}),
    subjects=("people",),
    steady=False,
)
FIRST_TEAM = _column("first_team", "Team of the first review", "second_looks")
VERDICT = _column("verdict", "First outcome", "second_looks", missing="second look not complete")
TOPIC = _column("topic", "Topic", "enquiries")
METHOD = _column("method", "Method", "attempts")
CAME_OF_IT = _column("came_of_it", "What came of it", "attempts", column="outcome")

DIMENSIONS = (
    AREA, ROUTE, GRADE, YEAR, CATEGORY, PART, TYPE, HARM, REASON, MONTH_FOUND, TEAM, SUBJECT, STATUS, MODE,
    DAYS_OPEN, DUTY, STATE, UNSAFE_REASON, DAYS_WAITING, METHOD, CAME_OF_IT, KIND, FIRST_TEAM, VERDICT, TOPIC,
)  # fmt: skip


PERIODS: dict[str, tuple[str, Callable[[dt.date], str]]] = {
    "week": ("1w", short_day),
    "month": ("1mo", "{:%b %Y}".format),
    "quarter": ("1q", lambda day: f"{day.year} Q{(day.month + 2) // 3}"),
    "year": ("1y", "{:%Y}".format),
}
"""How long each period is, and how it is written by its first day."""


def period(column: str, word: str) -> Dimension:
    every, written = PERIODS[word]
    return Dimension(
        name=f"{word} of {column}",
        title=capitalised(word),
        value=lambda _: pl.col(column).dt.truncate(every),
        subjects=(),
        holds="day",
        written=written,
    )


def dimension(name: str) -> Dimension:
    """Return the dimension called `name`, or the period, as "week of received_on".

    Raises:
        KeyError: there is none.
    """
    word, _, column = name.partition(" of ")
    if column and word in PERIODS:
        return period(column, word)
    return {each.name: each for each in DIMENSIONS}[name]


def named(name: str, values: Sequence[str | None]) -> list[str]:
    missing = dimension(name).missing
    return [missing if value is None else value for value in values]


def dimensions_of(subject: Subject) -> tuple[Dimension, ...]:
    return tuple(each for each in DIMENSIONS if subject in each.subjects)


def narrow(rows: pl.LazyFrame, subject: Subject, narrowing: Narrowing, day: dt.date) -> pl.LazyFrame:
    wanted = within(rows, subject, narrowing, day)
    return rows.filter(*wanted) if wanted else rows


def within(rows: pl.LazyFrame, subject: Subject, narrowing: Narrowing, day: dt.date) -> list[pl.Expr]:
    wanted = {each: narrowing[each.name] for each in dimensions_of(subject) if narrowing.get(each.name)}
    if not wanted:
        return []
    types = rows.select(each.value(day).alias(each.name) for each in wanted).collect_schema()
    return [_among(each.value(day), values, types[each.name]) for each, values in wanted.items()]


def _among(value: pl.Expr, wanted: Sequence[str | None], dtype: pl.DataType) -> pl.Expr:
    codes = [each for each in wanted if each is not None]
    # Codes are compared as codes: as text, a million of them take twice as long.
    if isinstance(dtype, pl.Enum):
        among = value.is_in(
            pl.Series(codes, dtype=pl.String).cast(dtype, strict=False).drop_nulls().implode()
        )
    else:
        among = as_text(value).is_in(codes)
    return among.fill_null(value=False) | value.is_null() if None in wanted else among


def having(where: Sequence[tuple[str, str | None]], day: dt.date) -> list[pl.Expr]:
    """Return what holds of a row whose dimensions have these values on a day (None: not recorded)."""
    return [as_text(dimension(name).value(day)).eq_missing(pl.lit(value, pl.String)) for name, value in where]


def as_text(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.String)


OTHER = "other"
"""What values that are told together are called."""


def labelled(dimension: Dimension, values: Sequence[str | int | dt.date | None]) -> list[str]:
    """Return what a reader sees for each value, a missing one in its words.

    A missing value's words are put in brackets where a value that was recorded is called the same.
    """
    missing, recorded = dimension.missing, {str(value) for value in values if value is not None}
    while missing in recorded:
        missing = f"({missing})"
    return [missing if value is None else _written(dimension, value) for value in values]


def labelled_texts(dimension: Dimension, texts: Sequence[str | None]) -> list[str]:
    """Return what a reader sees for values that are kept as text: a day as ISO writes it, true and false."""
    return labelled(dimension, [_read(dimension, text) for text in texts])


def _written(dimension: Dimension, value: str | int | dt.date) -> str:
    if isinstance(value, dt.date):
        return dimension.written(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _read(dimension: Dimension, text: str | None) -> str | int | dt.date | None:
    if text is None or text == OTHER or dimension.holds == "text":
        return text
    return dt.date.fromisoformat(text) if dimension.holds == "day" else text.lower() == "true"
