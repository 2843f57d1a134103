"""Check an extract: every row is accepted with typed values, or rejected for its first reason."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import dataframely as dy
import polars as pl

from data.errors import REFUSALS, UserError, refusal
from data.formatting import counted, written_count, written_day
from data.intake.columnar_child import NOT_FOR_ANYTHING, REASONS
from data.intake.extract import QUARANTINE, Extract, folded, rows_listed, shape
from data.intake.mapping import ColumnPlan, TablePlan
from data.intake.privacy import Rule, reaching, refuse_people
from data.intake.sources import Header
from data.intake.values import (
    NO_NUMBERS,
    PLACEHOLDERS,
    Days,
    Parser,
    formats_for,
    parsed,
    parser_of,
    reference,
)
from data.loading import Arrival
from data.schema import (
    SCHEMAS,
    default_of,
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

Breach = tuple[pl.Series, str, str | pl.Series]
"""Numbers of the rows that break a rule, the column to blame, and the reason, or that of each row."""
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


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An extract after its checks; `rows` and `rejected` still carry their `row_number`.

    cells: the extract's column that feeds each column. rows: at first null where a cell is in `misread`.
    """

    table: str
    file: str
    extract: Extract
    cells: dict[str, str]
    warnings: list[str]
    misread: list[Breach]
    rows: pl.DataFrame
    rejected: pl.DataFrame
    quarantine: pl.DataFrame
    repeated: int = 0

    def without(self, breaches: Iterable[Breach]) -> "Checked":
        checked, cells = self, self.cells
        for numbers, column, reason in breaches:
            rows, broken = _parted(checked.rows, numbers)
            texts = self.extract.rows.select("row_number", text=cells.get(column, pl.lit("")))
            marked = pl.DataFrame({"row_number": numbers})
            marked = marked.with_columns(column_name=pl.lit(column), reason=pl.lit(reason)).unique(
                "row_number"
            )
            marked = marked.join(broken, on="row_number", how="semi").join(texts, on="row_number", how="left")
            shapes = pl.Series(list(map(shape, marked["text"])), dtype=pl.String)
            quarantined = marked.with_columns(shape=shapes).select(*QUARANTINE)
            rejected = pl.concat([checked.rejected, broken])
            quarantine = pl.concat([checked.quarantine, quarantined])
            checked = replace(checked, rows=rows, rejected=rejected, quarantine=quarantine)
        return checked

    def arrival(self, *, fingerprint: str, whole: bool, dropped: tuple[str, ...]) -> Arrival:
        key = SCHEMAS[self.table].primary_key()
        misread = self.quarantine.filter(pl.col("column_name").is_in(key))["row_number"]
        known = _parted(self.rejected, misread)[0].filter(whole_key(self.table))
        warnings = tuple(self.warnings)
        doubtful = _parted(self.quarantine, known["row_number"])[0]
        if whole and doubtful.height:
            # Any current row may be one of those: none of them can be called gone.
            warnings += (self._nothing_removed(doubtful),)
            whole = False
        return Arrival(
            table=self.table,
            file=self.file,
            fingerprint=fingerprint,
            rows=self.rows.drop("row_number"),
            rejected_keys=known.select(key).unique(),
            quarantine=self.quarantine.sort("row_number"),
            whole=whole,
            read=self.extract.read,
            ignored=self.extract.ignored,
            repeated=self.repeated,
            dropped=dropped,
            warnings=warnings,
        )

    def _nothing_removed(self, doubtful: pl.DataFrame) -> str:
        key = SCHEMAS[self.table].primary_key()
        what = "reference" if len(key) == 1 else " and ".join(key)
        known = self.rejected.filter(whole_key(self.table))["row_number"]
        others = doubtful.filter(doubtful["reason"] != same_key(key))
        shared = doubtful.height - others.height
        rejected = others.join(known.to_frame(), on="row_number", how="semi").height
        unread = others.height - rejected
        in_rows = [(shared, "stands in other rows too, with different data"), (rejected, "was rejected")]
        causes = [f"the {what} of {written_count(unread)} cannot be read"] if unread else []
        causes += [f"the {what} of {counted(n, 'row', 'rows')} {why}" for n, why in in_rows if n]
        return f"No row was taken as removed, because {', and '.join(causes)}."


def check(
    extract: Extract, header: Header, plan: TablePlan, *, file: str, terms: Terms, recorded_on: dt.date
) -> Checked:
    key = SCHEMAS[plan.table].primary_key()
    checked = _read(extract.without_totals(file), header, plan, file=file, terms=terms)
    refuse_people(checked.rows, plan, file)
    checked = checked.without(checked.misread)
    checked = checked.without(broken(checked.rows, list(_given(plan))))
    if plan.one_row_per:
        one = _combined(checked.rows, plan, terms)
        checked = replace(checked, rows=one, repeated=checked.rows.height - one.height)
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
    return checked.without(breaches(checked.rows, plan.table, terms=terms, recorded_on=recorded_on))


def _given(plan: TablePlan) -> Iterator[Rule]:
    """Rules of columns that a register may lack, but not in single rows: a merged cell leaves some empty."""
    for name in ("route", "area") if plan.table == "applications" else ():
        if name in plan.columns:
            yield pl.col(name).is_null(), name, REFUSALS["columns"]["nullability"]


def _combined(rows: pl.DataFrame, plan: TablePlan, terms: Terms) -> pl.DataFrame:
    lists, taken = listed_columns(SCHEMAS[plan.table]), [pl.col("row_number").first()]
    for name in (name for name in plan.schema_columns if name not in plan.one_row_per):
        take, value = plan.columns[name].take if name in plan.columns else "first", pl.col(name)
        if take in ("highest", "lowest"):
            places = {code: place for place, code in enumerate(terms.codes(lists.get(name, "")))}
            rank = value.replace_strict(places, default=None) if name in lists else value
            value = value.sort_by(rank, descending=take == "lowest", nulls_last=False)
        taken.append(value.first() if take == "first" else value.last())
    # A row without its key is no part of any other.
    whole = pl.all_horizontal(pl.col(plan.one_row_per).is_not_null())
    combined = rows.filter(whole).group_by(plan.one_row_per, maintain_order=True).agg(taken)
    return pl.concat([combined.select(rows.columns), rows.filter(~whole)]).sort("row_number")


def _parted(rows: pl.DataFrame, numbers: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    if numbers.is_empty():
        return rows, rows.clear()
    bad = rows["row_number"].is_in(numbers.implode())
    return rows.filter(~bad), rows.filter(bad)


def _read(extract: Extract, header: Header, plan: TablePlan, *, file: str, terms: Terms) -> Checked:
    cells = {
        name: str(header.columns[folded(column.column)])
        for name, column in plan.columns.items()
        if column.column
    }
    unread = Checked(
        table=plan.table,
        file=file,
        extract=extract,
        cells=cells,
        warnings=list(extract.warnings),
        misread=[],
        rows=extract.rows,
        rejected=extract.rows,
        quarantine=extract.damaged,
    )
    rows = extract.rows.select("row_number", *list(_columns(unread, plan, terms)))
    if plan.table == "applications" and "in_scope" not in plan.columns:
        # Where the register does not say, a row is in scope by the day on which it was received.
        in_scope = terms.period.holds(pl.col("received_on")).fill_null(value=False)
        rows = rows.with_columns(in_scope=in_scope)
    return replace(unread, rows=rows, rejected=rows.clear())


def _columns(checked: Checked, plan: TablePlan, terms: Terms) -> Iterator[pl.Expr | pl.Series]:
    for name, column in plan.schema_columns.items():
        given = plan.columns.get(name)
        if given is None:
            yield pl.lit(default_of(column), dtype=column.dtype).alias(name)
        elif given.value is not None:
            value = _constant(given.value, name, column, parser_of(name, plan.table, given, terms))
            yield pl.lit(value, dtype=column.dtype).alias(name)
        elif is_reference(column):
            odd = _reject_odd(checked, name, REASONS)
            cells = pl.col(checked.cells[name])
            yield reference(pl.when(~pl.col("row_number").is_in(odd.implode())).then(cells)).alias(name)
        else:
            _reject_odd(checked, name, NOT_FOR_ANYTHING)
            yield _values(checked, name, given, parser_of(name, plan.table, given, terms), column.dtype)


def _reject_odd(checked: Checked, name: str, reasons: dict[str, str]) -> pl.Series:
    odd, cell = checked.extract.odd, checked.cells[name]
    if cell not in odd.columns:
        return pl.Series(dtype=pl.Int64)
    rows = odd.select("row_number", kind=pl.col(cell).cast(pl.String))
    rows = rows.filter(pl.col("kind").is_in(list(reasons)))
    why = rows["kind"].replace_strict(reasons, return_dtype=pl.String)
    checked.misread.append((rows["row_number"], name, why))
    return rows["row_number"]


def _constant(text: str, name: str, column: dy.Column, parse: Parser) -> object:
    if is_reference(column):
        raise refusal("constant_reference", name=name)
    value, reason = parse(text)
    if reason:
        raise UserError(f"The mapping's value for {name!r}, {text!r}, {reason}.")
    return value


def _values(checked: Checked, name: str, plan: ColumnPlan, parse: Parser, dtype: pl.DataType) -> pl.Series:
    numbers, cells = checked.extract.rows["row_number"], checked.extract.rows[checked.cells[name]]
    if isinstance(parse, Days):
        parse.epoch = checked.extract.epoch
    values, reasons = parsed(cells, parse, dtype)
    if isinstance(parse, Days):
        if parse.contrary:
            raise refusal(
                "days_turned_round",
                file=checked.file,
                column=plan.column,
                formats=", ".join(parse.formats) or "day/month/year",
                true=next((f', which seems to be "{form}"' for form in formats_for(parse.contrary)), ""),
                rows=rows_listed(numbers.filter(cells.is_in(parse.contrary))),
            )
        checked.warnings.extend(parse.remarks(plan.column or name))
    if reasons is not None:
        bad = reasons.is_not_null()
        checked.misread.append((numbers.filter(bad), name, reasons.filter(bad)))
    return values.alias(name)
