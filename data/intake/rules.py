"""What rows must keep to: the schema's rules, and those that need the load or the review."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import cache

import dataframely as dy
import polars as pl

from data.formatting import written_day
from data.intake.values import NO_NUMBERS, PLACEHOLDERS
from data.schema import SCHEMAS, happened_columns, identity, is_reference, links
from data.terms import Terms

Rule = tuple[pl.Expr, str, str]
"""What is true of a row that breaks it, the column to blame, and the reason."""

RECEIVED = ("applications", "received_on", "is before its application was received")
REFERRED = ("referrals", "referred_on", "is before its referral was made")

# The first day in each of these that can only follow a day of what it belongs to.
FIRST_DAY = {
    "risk_assessments": ("assessed_on", *RECEIVED),
    "reviews": ("allocated_on", *RECEIVED),
    "failures": ("found_on", *RECEIVED),
    "referral_events": ("happened_on", *REFERRED),
}

Breach = tuple[pl.Series, str, str | pl.Series]
"""Numbers of the rows that break a rule, the column to blame, and the reason, or that of each row."""


def breaches(rows: pl.DataFrame, table: str, *, terms: Terms, recorded_on: dt.date) -> Iterator[Breach]:
    yield from broken(rows, [*_references(table), *_days(table, terms, recorded_on)])
    yield from _of_schema(rows, table)


def broken(rows: pl.DataFrame, rules: Sequence[Rule]) -> Iterator[Breach]:
    if not rules or rows.is_empty():
        return
    hits = rows.select(bad.any().alias(str(place)) for place, (bad, _, _) in enumerate(rules)).row(0)
    for (bad, name, reason), is_hit in zip(rules, hits, strict=True):
        if is_hit:
            yield rows.filter(bad)["row_number"], name, reason


def conflicts(rows: pl.DataFrame, rejected: pl.DataFrame, key: list[str]) -> Iterator[Breach]:
    parts = pl.struct(key) if len(key) > 1 else pl.col(key)
    twins = rows.filter(parts.is_duplicated())
    if rejected.height:
        twins = pl.concat([twins, rows.join(rejected, on=key, how="semi")])
    numbers = twins.drop_nulls(key)["row_number"].unique()
    if numbers.len():
        yield numbers, key[0], same_key(key)


def same_key(key: list[str]) -> str:
    what = "reference" if len(key) == 1 else " and ".join(key)
    return f"has the same {what} as another row, and different data"


def misfits(rows: pl.DataFrame, table: str, parents: Callable[[str], pl.DataFrame]) -> Iterator[Breach]:
    for column, target in links(SCHEMAS[table]).items():
        known = parents(target)
        lost = rows.filter(~pl.col(column).is_in(known[identity(target)].implode()))
        if lost.height:
            what = target.replace("_", " ")
            yield lost["row_number"], column, f"is not among the {what}: send it again once it has arrived"
    if table in FIRST_DAY:
        day, target, begun, reason = FIRST_DAY[table]
        early = rows.join(parents(target), on=identity(target)).filter(pl.col(day) < pl.col(begun))
        if early.height:
            yield early["row_number"], day, reason


def whole_key(table: str) -> pl.Expr:
    """Whether every part of a row's key is there and, where it is a reference, could be one."""
    columns, key = SCHEMAS[table].columns(), SCHEMAS[table].primary_key()
    sound = [pl.col(name).is_not_null() for name in key]
    for name in key:
        if is_reference(columns[name]):
            cell = pl.col(name)
            sound += [~cell.is_in(PLACEHOLDERS), ~cell.str.contains(NO_NUMBERS)]
            sound += columns[name].validation_rules(cell).values()
    return pl.all_horizontal(sound)


def _references(table: str) -> Iterator[Rule]:
    for name, column in SCHEMAS[table].columns().items():
        if is_reference(column):
            cell = pl.col(name)
            yield cell.is_in(PLACEHOLDERS), name, "stands for a reference that is not there: leave it empty"
            for pattern, reason in _NO_REFERENCE.items():
                yield cell.str.contains(pattern), name, reason


_NO_REFERENCE = {
    NO_NUMBERS: "stands for a number that is none, like NaN: take the reference from the source again",
    r"^.{65,}$": "has more than 64 characters, and a reference has at most 64",
    r"[^\P{L}A-Za-z]": "is no plain reference: it holds a letter of another alphabet",
    r"[\t\n\v\f\r]": "is no plain reference: it holds a line break or a tab",
    r"[^ -~]": "is no plain reference: it holds a mark that is on no keyboard, such as a long dash",
}


def _days(table: str, terms: Terms, recorded_on: dt.date) -> Iterator[Rule]:
    for name in happened_columns(SCHEMAS[table]):
        yield pl.col(name) > recorded_on, name, f"is after the day of the load, {written_day(recorded_on)}"
    if table != "applications":
        return
    received = pl.col("received_on")
    if terms.timescales:
        began = min(timescale.begins for timescale in terms.timescales)
        yield received < began, "received_on", f"is before the scheme began, on {written_day(began)}"
    outside = pl.col("in_scope") & ~terms.period.holds(received)
    yield outside, "in_scope", "says it is in scope, but was received outside the review's period"


def _of_schema(rows: pl.DataFrame, table: str) -> Iterator[Breach]:
    schema = _numbered(table)
    _, failure = schema.filter(rows)
    if not len(failure):
        return
    details = failure.details()
    # A column's own rules come first: that a cell is empty says more than what follows from it.
    for rule in sorted(failure.counts(), key=lambda rule: "|" not in rule):
        # Rows of one key are `conflicts`; two rows without one only share its absence.
        if rule != "primary_key":
            yield details.filter(pl.col(rule) == "invalid")["row_number"], *_blamed(schema, rule)


@cache
def _numbered(table: str) -> type[dy.Schema]:
    """Schema of `table` with the row number, which `filter` would else leave out."""
    return type(f"Numbered_{table}", (SCHEMAS[table],), {"row_number": dy.Int64()})


def _blamed(schema: type[dy.Schema], rule: str) -> tuple[str, str]:
    name, _, kind = rule.partition("|")
    if kind:
        return name, _REASONS[kind].format(schema.columns()[name])
    rule_of_rows = getattr(schema, rule).validation_fn
    return rule_of_rows(schema).meta.root_names()[0], rule_of_rows.__doc__.strip()


_REASONS = {
    "nullability": "is empty, but every row needs one",
    "regex": "is no plain reference: it holds more than letters, digits and marks of a keyboard",
    "check__scientific": "was turned into a number like 1E10 by a spreadsheet: take it from the source again",
    "min": "is less than {0.min}",
    "max": "is more than {0.max}",
    "min_length": "is shorter than {0.min_length} characters",
    "max_length": "is longer than {0.max_length} characters",
    "inf": "is not a number",
    "nan": "is not a number",
}
