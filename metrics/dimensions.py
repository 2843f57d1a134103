"""What figures are broken down and narrowed by."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from typing import Literal, get_args

import polars as pl

from data.formatting import capitalised, short_day
from data.terms import Nouns
from metrics.metric import AnyMetric, Subject

Holds = Literal["text", "day", "yes or no"]


@dataclass(frozen=True, eq=False)
class Dimension:
    name: str
    title: str
    subjects: tuple[Subject, ...] = ()
    _: KW_ONLY
    column: str | pl.Expr = ""  # of the same name if none is given
    missing: str = "not recorded"
    staff: bool = False  # stands for people: for those alone who may see names
    varying: Callable[[dt.date], pl.Expr] | None = None  # where it can differ from day to day
    holds: Holds = "text"  # what a value is where it is kept as text
    written: Callable[[dt.date], str] = "{:%b %Y}".format  # the first day of a period

    @property
    def steady(self) -> bool:
        return self.varying is None

    @property
    def cache_key(self) -> tuple[str, str, str]:
        return self.name, self.title, self.missing

    def worded(self, words: Nouns) -> "Dimension":
        title, missing = words.renamed(self.title), words.renamed(self.missing)
        same = (title, missing) == (self.title, self.missing)
        return self if same else replace(self, title=title, missing=missing)

    def value(self, day: dt.date) -> pl.Expr:
        if self.varying is not None:
            return self.varying(day)
        return self.column if isinstance(self.column, pl.Expr) else pl.col(self.column or self.name)


Narrowing = Mapping[str, tuple[str | None, ...]]
"""Values kept, by the name of a dimension (None: not recorded); one that is not named is not narrowed."""


def grade_on(day: dt.date) -> pl.Expr:
    """Null before the first grade."""
    grades = pl.col("earlier_grades")
    earlier = grades.list.filter(pl.element().struct.field("assessed_on") <= day).list.last()
    latest = pl.when(pl.col("graded_on") <= day).then("grade")
    return latest.when(grades.is_not_null()).then(earlier.struct.field("grade"))


def _spent(since: str, day: dt.date, bands: Mapping[int, str]) -> pl.Expr:
    """Band of the days since a day; the last band is all that are longer."""
    most = f"{max(bands)} or more"
    days, band = (pl.lit(day) - pl.col(since)).dt.total_days(), pl.lit(most)
    for below, name in sorted(bands.items(), reverse=True):
        band = pl.when(days < below).then(pl.lit(name)).otherwise(band)
    return pl.when(days.is_not_null()).then(band).cast(pl.Enum([*bands.values(), most]))


OF_A_CASE: tuple[Subject, ...] = (
    "cases", "failures", "people", "attempts", "second_looks", "sample_checks", "findings",
)  # fmt: skip
OF_APPLICATIONS: tuple[Subject, ...] = (*OF_A_CASE, "disclosures")

AREA = Dimension("area", "Area", OF_APPLICATIONS)
ROUTE = Dimension("route", "Route", OF_APPLICATIONS)
CATEGORY = Dimension("category", "Category", OF_APPLICATIONS)
YEAR = Dimension("year", "Year received", OF_APPLICATIONS)
CASE_STATUS = Dimension("standing", "Status", ("cases",), column="status")
ALLEGATION = Dimension("allegation", "Allegation", ("findings",))
RECOMMENDED = Dimension("recommended", "Recommended", ("findings",), missing="none recommended")
OFFICER = Dimension("officer", "Officer", ("findings",), column="officer_ref", staff=True)
INVESTIGATOR = Dimension("investigator", "Investigator", ("findings",), column="investigator_ref", staff=True)
FINAL = Dimension("final", "Final finding", ("findings",), missing="not decided yet")
GRADE = Dimension("grade", "Grade", OF_A_CASE, varying=grade_on, missing="not graded yet")
PART = Dimension("part", "Headline part", ("failures",))
TYPE = Dimension("type", "Type", ("failures",))
HARM = Dimension("harm", "Harm", ("failures",), holds="yes or no")
REASON = Dimension("reason", "Reason", ("failures",))
MONTH_FOUND = Dimension("month_found", "Month found", ("failures",), holds="day")
TEAM = Dimension("team", "Team", ("staffing", "reviews"))
KIND = Dimension("kind", "Kind of review", ("reviews",))
SUBJECT = Dimension(
    "subject", "Subject of the referral", ("referrals", "recommendations"), missing="no referral"
)
STATUS = Dimension("status", "Status", ("referrals",))
MODE = Dimension("mode", "Mode of investigation", ("referrals",), missing="not decided yet")
DAYS_OPEN = Dimension(
    "days_open",
    "Days since referral",
    ("referrals",),
    varying=lambda day: _spent("referred_on", day, {28: "under 28", 91: "28 to 90", 183: "91 to 182"}),
)
DUTY = Dimension("duty", "Duty status", ("investigated",))
STATE = Dimension("state", "State of contact", ("people",), missing="not decided")
UNSAFE_REASON = Dimension("unsafe_reason", "Reason not to contact", ("people",), missing="no reason needed")
DAYS_WAITING = Dimension(
    "days_waiting",
    "Days since identified",
    ("people",),
    varying=lambda day: _spent("identified_on", day, {7: "under 7", 14: "7 to 13", 28: "14 to 27"}),
)
FIRST_TEAM = Dimension("first_team", "Team of the first review", ("second_looks",))
VERDICT = Dimension("verdict", "First outcome", ("second_looks",), missing="second look not complete")
TOPIC = Dimension("topic", "Topic", ("enquiries",))
METHOD = Dimension("method", "Method", ("attempts",))
CAME_OF_IT = Dimension("came_of_it", "What came of it", ("attempts",), column="outcome")
FORCE = Dimension("force", "Force", get_args(Subject))

DIMENSIONS = (
    AREA, ROUTE, GRADE, YEAR, CATEGORY, PART, TYPE, HARM, REASON, MONTH_FOUND, TEAM, SUBJECT, STATUS, MODE,
    DAYS_OPEN, DUTY, STATE, UNSAFE_REASON, DAYS_WAITING, METHOD, CAME_OF_IT, KIND, FIRST_TEAM, VERDICT, TOPIC,
    CASE_STATUS, ALLEGATION, RECOMMENDED, FINAL, OFFICER, INVESTIGATOR, FORCE,
)  # fmt: skip


_BY_NAME = {split.name: split for split in DIMENSIONS}
PERIODS: dict[str, tuple[str, Callable[[dt.date], str]]] = {
    "week": ("1w", short_day),
    "month": ("1mo", "{:%b %Y}".format),
    "quarter": ("1q", lambda day: f"{day.year} Q{(day.month + 2) // 3}"),
    "year": ("1y", "{:%Y}".format),
}  # how long each period is, and how it is written by its first day


def dimension(name: str) -> Dimension:
    """Return the dimension called `name`, or the period, as "week of received_on"; a KeyError if none is."""
    word, _, column = name.partition(" of ")
    if column and word in PERIODS:
        every, written = PERIODS[word]
        first = pl.col(column).dt.truncate(every)
        return Dimension(name, capitalised(word), column=first, holds="day", written=written)
    return _BY_NAME[name]


def dimensions_of(subject: Subject) -> tuple[Dimension, ...]:
    return tuple(split for split in DIMENSIONS if subject in split.subjects)


FAILED_ON = "failed_on"
ONLY_OF_FAILURES = {split.name for split in DIMENSIONS if split.subjects == ("failures",)}


def narrows(name: str, figure: AnyMetric) -> bool:
    """Whether a dimension narrows a figure: its rows, or the failures by which a case counts as failed."""
    through_failures = name in ONLY_OF_FAILURES and FAILED_ON in figure.columns
    return through_failures or figure.subject in dimension(name).subjects


def failed_by(cases: pl.LazyFrame, failures: pl.LazyFrame) -> pl.LazyFrame:
    """Cases with the day of the first of these failures in scope; both are histories, with their keys.

    What is out of how many stays as it is: no case is left out.
    """
    # Each stretch of a case begins on a day on which one of each of its failures begins.
    stretch = ["application_ref", "recorded_from"]
    first = failures.filter("in_scope").group_by(stretch).agg(pl.col("found_on").min().alias(FAILED_ON))
    return cases.drop(FAILED_ON).join(first, on=stretch, how="left", maintain_order="left")


def narrow(rows: pl.LazyFrame, subject: Subject, narrowing: Narrowing, day: dt.date) -> pl.LazyFrame:
    return rows.filter(*within(rows, subject, narrowing, day))


def within(rows: pl.LazyFrame, subject: Subject, narrowing: Narrowing, day: dt.date) -> list[pl.Expr]:
    names = [split for split in dimensions_of(subject) if narrowing.get(split.name)]
    values = {split.name: split.value(day) for split in names}
    types = rows.select(**values).collect_schema() if values else {}
    return [among(value, narrowing[name], types[name]) for name, value in values.items()]


def among(value: pl.Expr, wanted: Sequence[str | None], dtype: pl.DataType) -> pl.Expr:
    codes = pl.Series([code for code in wanted if code is not None], dtype=pl.String)
    # Codes are compared as codes: as text, a million of them take twice as long.
    if isinstance(dtype, pl.Enum):
        among = value.is_in(codes.cast(dtype, strict=False).drop_nulls().implode())
    else:
        among = value.cast(pl.String).is_in(codes.implode())
    return among.fill_null(value=False) | value.is_null() if None in wanted else among


def having(where: Sequence[tuple[str, str | None]], day: dt.date) -> list[pl.Expr]:
    return [
        dimension(name).value(day).cast(pl.String).eq_missing(pl.lit(value, pl.String))
        for name, value in where
    ]


OTHER = "other"  # what values that are told together are called


def labelled(dimension: Dimension, values: Sequence[str | int | dt.date | None]) -> list[str]:
    """A missing value in its words, in brackets where a value that was recorded is called the same."""
    missing, recorded = dimension.missing, {str(value) for value in values if value is not None}
    while missing in recorded:
        missing = f"({missing})"
    return [missing if value is None else _written(dimension, value) for value in values]


def named(name: str, texts: Sequence[str | None]) -> list[str]:
    """Labels of values of a dimension. texts: a day as ISO writes it; true and false."""
    split = dimension(name)
    return labelled(split, [_read(split, text) for text in texts])


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
