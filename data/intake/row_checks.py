"""Check an extract: every row is accepted with typed values, or rejected for its first reason."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

import dataframely as dy
import polars as pl

from data.errors import REFUSALS
from data.formatting import written_day
from data.intake.cells import meant, not_known, read
from data.intake.checked import Breach, Checked, broken, same_key
from data.intake.extract import Extract
from data.intake.mapping import TablePlan, Take
from data.intake.privacy import Rule, reaching, refuse_people
from data.intake.sources import Header
from data.intake.values import NO_NUMBERS, PLACEHOLDERS
from data.schema import (
    SCHEMAS,
    happened_columns,
    identity,
    is_reference,
    links,
    listed_columns,
)
from data.terms import Terms

RECEIVED = ("applications", "received_on", "is before its application was received")
REFERRED = ("referrals", "referred_on", "is before its referral was made")

# The first day in each of these that can only follow a day of what it belongs to.
FIRST_DAY = {
    "risk_assessments": ("assessed_on", *RECEIVED),
    "reviews": ("allocated_on", *RECEIVED),
    "failures": ("found_on", *RECEIVED),
    "referral_events": ("happened_on", *REFERRED),
}

_NO_REFERENCE = {
    NO_NUMBERS: "stands for a number that is none, like NaN: take the reference from the source again",
    r"^.{65,}$": "has more than 64 characters, and a reference has at most 64",
    r"[^\P{L}A-Za-z]": "is no plain reference: it holds a letter of another alphabet",
    r"[\t\n\v\f\r]": "is no plain reference: it holds a line break or a tab",
    r"[^ -~]": "is no plain reference: it holds a mark that is on no keyboard, such as a long dash",
}


def breaches(rows: pl.DataFrame, table: str, *, terms: Terms, recorded_on: dt.date) -> Iterator[Breach]:
    yield from broken(rows, [*_references(table), *_days(table, terms, recorded_on)])
    yield from _of_schema(rows, table)


def conflicts(rows: pl.DataFrame, rejected: pl.DataFrame, key: list[str]) -> Iterator[Breach]:
    parts = pl.struct(key) if len(key) > 1 else pl.col(key)
    twins = rows.filter(parts.is_duplicated())
    if rejected.height:
        twins = pl.concat([twins, rows.join(rejected, on=key, how="semi")])
    numbers = twins.drop_nulls(key)["row_number"].unique()
    if numbers.len():
        yield numbers, key[0], same_key(key)


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


def _references(table: str) -> Iterator[Rule]:
    for name, column in SCHEMAS[table].columns().items():
        if is_reference(column):
            cell = pl.col(name)
            yield cell.is_in(PLACEHOLDERS), name, "stands for a reference that is not there: leave it empty"
            for pattern, reason in _NO_REFERENCE.items():
                yield cell.str.contains(pattern), name, reason


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
        return name, REFUSALS["columns"][kind].format(schema.columns()[name])
    rule_of_rows = getattr(schema, rule).validation_fn
    return rule_of_rows(schema).meta.root_names()[0], rule_of_rows.__doc__.strip()


def check(
    extract: Extract,
    header: Header,
    plan: TablePlan,
    *,
    file: str,
    terms: Terms,
    recorded_on: dt.date,
    nulls: frozenset[str] = frozenset(),
) -> Checked:
    """nulls: texts, folded, that say nothing in any column."""
    key, whole = SCHEMAS[plan.table].primary_key(), extract.without_totals(file)
    wanted = meant(whole, header, plan)
    checked = read(wanted, header, plan, nulls, file=file, terms=terms)
    checked = replace(checked, left_out=whole.rows.height - wanted.rows.height)
    refuse_people(checked.rows, plan, file)
    checked = checked.without(checked.misread)
    checked = checked.without(broken(checked.rows, list(_given(plan))))
    if plan.one_row_per:
        one = _combined(checked.rows, plan, terms)
        checked = replace(checked, rows=one, combined=checked.rows.height - one.height)
    rows, is_misread = checked.rows, checked.rejected.height > 0
    # Most files hold each reference once, which is quickly seen.
    once = rows.select(pl.struct(key).n_unique()).item() == rows.height
    if not once:
        first = pl.struct(list(plan.schema_columns)).is_first_distinct()
        # Two rows without a reference may be two different cases, whatever else they say.
        distinct = rows.filter(first | pl.any_horizontal(pl.col(key).is_null()))
        repeated = checked.repeated + rows.height - distinct.height
        checked = replace(checked, rows=distinct, repeated=repeated)
    checked = checked.without(broken(checked.rows, list(reaching(plan))))
    if is_misread or not once:
        checked = checked.without(conflicts(checked.rows, checked.rejected, key))
    checked = _without_bad(checked, plan, terms=terms, recorded_on=recorded_on)
    return checked.without(breaches(checked.rows, plan.table, terms=terms, recorded_on=recorded_on))


def _without_bad(checked: Checked, plan: TablePlan, *, terms: Terms, recorded_on: dt.date) -> Checked:
    """Empty the cells that cannot be so, in columns of which a bad one is taken as not known."""
    labels = {name: given.label for name, given in plan.columns.items() if given.bad}
    rows, warnings = checked.rows, list(checked.warnings)
    wrong = breaches(rows, plan.table, terms=terms, recorded_on=recorded_on) if labels else ()
    for numbers, column, reason in wrong:
        if column in labels:
            is_bad = pl.col("row_number").is_in(numbers.implode())
            rows = rows.with_columns(pl.when(~is_bad).then(pl.col(column)).alias(column))
            why = reason if isinstance(reason, str) else "cannot be so"
            warnings.append(not_known(numbers.len(), labels[column], why))
    return replace(checked, rows=rows, warnings=warnings)


def _given(plan: TablePlan) -> Iterator[Rule]:
    """Rules of columns that a register may lack, but not in single rows: a merged cell leaves some empty."""
    for name in ("route", "area") if plan.table == "applications" else ():
        if name in plan.columns:
            yield pl.col(name).is_null(), name, REFUSALS["columns"]["nullability"]


_TAKEN: dict[Take, Callable[[pl.Expr], pl.Expr]] = {
    "first": pl.Expr.first,
    **dict.fromkeys(("last", "highest", "lowest"), pl.Expr.last),
    # Of nothing but blanks nothing is known.
    "any": lambda value: pl.when(value.is_not_null().any()).then(value.any()),
    "all": lambda value: pl.when(value.is_not_null().any()).then(value.all()),
    "joined": lambda value: value.drop_nulls().unique(maintain_order=True).str.join("; ").replace("", None),
}


def _combined(rows: pl.DataFrame, plan: TablePlan, terms: Terms) -> pl.DataFrame:
    lists, taken = listed_columns(SCHEMAS[plan.table]), [pl.col("row_number").first()]
    for name in (name for name in plan.schema_columns if name not in plan.one_row_per):
        take: Take = plan.columns[name].take if name in plan.columns else "first"
        value = pl.col(name)
        if take in ("highest", "lowest"):
            places = {code: place for place, code in enumerate(terms.codes(lists.get(name, "")))}
            rank = value.replace_strict(places, default=None) if name in lists else value
            value = value.sort_by(rank, descending=take == "lowest", nulls_last=False)
        taken.append(_TAKEN[take](value))
    # A row without its key is no part of any other.
    whole = pl.all_horizontal(pl.col(plan.one_row_per).is_not_null())
    combined = rows.filter(whole).group_by(plan.one_row_per, maintain_order=True).agg(taken)
    return pl.concat([combined.select(rows.columns), rows.filter(~whole)]).sort("row_number")
