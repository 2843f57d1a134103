"""An extract after its checks: the rows that are accepted and rejected, and what is counted of both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

import polars as pl

from data.formatting import counted, written_count
from data.intake.extract import QUARANTINE, Extract, shape
from data.intake.privacy import Rule
from data.intake.values import NO_NUMBERS, PLACEHOLDERS
from data.loading import Arrival
from data.schema import SCHEMAS, is_reference

Breach = tuple[pl.Series, str, str | pl.Series]
"""Numbers of the rows that break a rule, the column to blame, and the reason, or that of each row."""


def broken(rows: pl.DataFrame, rules: Sequence[Rule]) -> Iterator[Breach]:
    if not rules or rows.is_empty():
        return
    hits = rows.select(bad.any().alias(str(place)) for place, (bad, _, _) in enumerate(rules)).row(0)
    for (bad, name, reason), is_hit in zip(rules, hits, strict=True):
        if is_hit:
            yield rows.filter(bad)["row_number"], name, reason


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An extract after its checks; `rows` and `rejected` still carry their `row_number`.

    cells: the extract's column that feeds each column. rows: at first null where a cell is in `misread`.
    left_out: rows that `where` does not mean. combined: rows that became part of another.
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
    left_out: int = 0
    combined: int = 0

    def without(self, breaches: Iterable[Breach]) -> "Checked":
        checked, cells = self, self.cells
        for numbers, column, reason in breaches:
            rows, broken = parted(checked.rows, numbers)
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
        known = parted(self.rejected, misread)[0].filter(whole_key(self.table))
        warnings = tuple(self.warnings)
        doubtful = parted(self.quarantine, known["row_number"])[0]
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
            left_out=self.left_out,
            combined=self.combined,
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


def parted(rows: pl.DataFrame, numbers: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    if numbers.is_empty():
        return rows, rows.clear()
    bad = rows["row_number"].is_in(numbers.implode())
    return rows.filter(~bad), rows.filter(bad)


def whole_key(table: str) -> pl.Expr:
    columns, key = SCHEMAS[table].columns(), SCHEMAS[table].primary_key()
    sound = [pl.col(name).is_not_null() for name in key]
    for name in key:
        if is_reference(columns[name]):
            cell = pl.col(name)
            sound += [~cell.is_in(PLACEHOLDERS), ~cell.str.contains(NO_NUMBERS)]
            sound += columns[name].validation_rules(cell).values()
    return pl.all_horizontal(sound)


def same_key(key: list[str]) -> str:
    what = "reference" if len(key) == 1 else " and ".join(key)
    return f"has the same {what} as another row, and different data"


TWIN = "has the same {what} as a row of another mapping of this table: give each mapping its own `key`"


def without_twins(parts: Sequence[Checked]) -> list[Checked]:
    """Return what several mappings made of one table: a row of both counts once; rows of one reference that
    differ are rejected."""
    if len(parts) == 1:
        return list(parts)
    key = SCHEMAS[parts[0].table].primary_key()
    columns = [name for name in parts[0].rows.columns if name != "row_number"]
    rows = pl.concat(part.rows.with_columns(part=pl.lit(place)) for place, part in enumerate(parts))
    distinct = rows.filter(pl.struct(columns).is_first_distinct())
    twins = distinct.filter(pl.struct(key).is_duplicated())
    what = "reference" if len(key) == 1 else " and ".join(key)
    settled: list[Checked] = []
    for place, part in enumerate(parts):
        own = distinct.filter(part=place).drop("part")
        once = replace(part, rows=own, repeated=part.repeated + part.rows.height - own.height)
        breach = (twins.filter(part=place)["row_number"], key[0], TWIN.format(what=what))
        settled.append(once.without([breach] if breach[0].len() else []))
    return settled


def joined(arrivals: Sequence[Arrival]) -> Arrival:
    """Return as one what several mappings made of one table. A row that two of them reject counts once."""
    first, *others = arrivals
    if not others:
        return first
    quarantine = pl.concat(arrival.quarantine for arrival in arrivals)
    rejected = quarantine.unique("row_number", keep="first", maintain_order=True).sort("row_number")
    files = {arrival.file: arrival.fingerprint for arrival in arrivals}
    digest = sha256("".join(files.values()).encode()).hexdigest()
    sums = {
        name: sum(getattr(arrival, name) for arrival in arrivals)
        for name in ("read", "ignored", "repeated", "left_out", "combined")
    }
    sums["read"] -= quarantine.height - rejected.height
    return replace(
        first,
        file=", ".join(files)[:300],
        fingerprint=digest if len(files) > 1 else first.fingerprint,
        rows=pl.concat(arrival.rows for arrival in arrivals),
        rejected_keys=pl.concat(arrival.rejected_keys for arrival in arrivals).unique(),
        quarantine=rejected,
        whole=all(arrival.whole for arrival in arrivals),
        dropped=tuple(dict.fromkeys(name for arrival in arrivals for name in _unread(arrival, arrivals))),
        warnings=tuple(dict.fromkeys(warning for arrival in arrivals for warning in arrival.warnings)),
        **sums,
    )


def _unread(arrival: Arrival, arrivals: Sequence[Arrival]) -> list[str]:
    """Return the columns of a file that no mapping of it asked for."""
    same_file = [other.dropped for other in arrivals if other.file == arrival.file]
    return [name for name in arrival.dropped if all(name in dropped for dropped in same_file)]
