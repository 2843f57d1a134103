"""Registers of any size, made up in columns: seeded, and played into the snapshot a review reads.

Weekly extracts over eight months. Days, grades and outcomes follow the course of a real review;
about one row in five is corrected, completed or removed by a later extract.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from data.connection import reading
from data.load_digests import registers
from data.record_files import Keys
from data.review import TERMS, Review
from data.schema import SCHEMAS
from data.snapshot import REGISTERS, ROWS_TOGETHER, Snapshot, path_of, write_snapshot
from data.terms import Terms, read_terms
from tests.bench import assurance, oversight

EPOCH = dt.date(1970, 1, 1)
EXTRACTS = [dt.date(2023, 10, 5) + dt.timedelta(weeks=week) for week in range(35)]
BEGAN, FIRST = (dt.date(2023, 10, 2) - EPOCH).days, (EXTRACTS[0] - EPOCH).days
LAST = len(EXTRACTS) - 1
VERSION = len(EXTRACTS)
FINDINGS = ("not upheld", "upheld")
EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "demonstration" / TERMS


def review_terms() -> Terms:
    """Return the demonstration's terms of reference, for a review that is not it and that has findings."""
    terms = read_terms(EXAMPLE)
    case = terms.case.model_copy(update={"closed_by": "findings"})
    lists = {**terms.lists, "findings": FINDINGS}
    return terms.model_copy(
        update={"demonstration": False, "adverse": FINDINGS[1:], "case": case, "lists": lists}
    )


@dataclass(frozen=True)
class Register:
    """Row versions of every table, written where a snapshot of the ledger would be."""

    versions: dict[str, pl.DataFrame]

    def snapshot(self, folder: Path, review: Review | None = None, version: int = VERSION) -> Snapshot:
        """Write the snapshot, and beside it the same tables as plain Parquet for others to read.

        review: whose snapshot it stands for; none for rows alone.
        """
        folder.mkdir(exist_ok=True)
        terms = review_terms() if review is None else review.terms
        keys = Keys(folder / "record.keys") if review is None else review.record.keys
        edition, loads = "made-up", pl.DataFrame()
        if review is None:
            keys.make()
        else:
            edition = review.ledger.stamp(version).edition
            with reading(review.ledger.engine) as connection:
                loads = registers(connection, review.ledger.tables, version)
        path = path_of(folder, version, edition, terms)
        rows = [(table, own.filter(pl.col("opened_by") <= version)) for table, own in self.versions.items()]
        write_snapshot(path, version, terms, keys, [(REGISTERS, loads), *rows])
        # Another process reads what is there.
        snapshot = Snapshot(path, version, keys, _refuse_to_build)
        plain(snapshot.scan_all(), path)
        return snapshot


def _refuse_to_build() -> None:
    raise FileNotFoundError


def plain(frames: dict[str, pl.LazyFrame], folder: Path) -> None:
    for name, rows in frames.items():
        path = folder / f"{name}.parquet"
        if not path.exists():
            rows.collect().write_parquet(path, compression="lz4", row_group_size=ROWS_TOGETHER)


def make_register(size: int, seed: int = 1) -> Register:
    return _Making(size, np.random.default_rng(seed)).register()


class _Making:
    def __init__(self, size: int, chance: np.random.Generator) -> None:
        self.size, self.chance, self.lists = size, chance, review_terms().lists
        self.began, self.days = BEGAN, days

    def register(self) -> Register:
        tables = {"applications": self.applications(), "staffing": self.staffing()}
        tables["risk_assessments"], sent = self.assessments()
        tables["reviews"], reviewed = self.reviews(sent)
        tables["failures"] = self.failures(reviewed)
        tables["referrals"], tables["referral_events"] = self.referrals()
        tables |= oversight.rows_of(self, tables["failures"])
        tables["reviews"] = assurance.second_looks_of(self, tables["reviews"])
        tables["applications"] = assurance.decided(tables["applications"])
        tables["enquiries"] = assurance.enquiries(self)
        tables["findings"] = self.findings()
        return Register({table: self.whole(table, tables) for table in SCHEMAS})

    def whole(self, table: str, tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
        """Every column of the table, in key order; those that no figure reads are left out of the making."""
        clock = {
            "recorded_from": pl.Date,
            "recorded_to": pl.Date,
            "opened_by": pl.Int64,
            "closed_by": pl.Int64,
        }
        wanted = {**pl.Schema(SCHEMAS[table]), **clock}
        rows = tables.get(table, pl.DataFrame(schema=wanted))
        missing = [
            pl.lit(None, dtype).alias(name) for name, dtype in wanted.items() if name not in rows.columns
        ]
        return rows.with_columns(missing).select(*wanted).sort(*SCHEMAS[table].primary_key(), "opened_by")

    def pick(self, values, count, weights=None):
        return np.asarray(values, dtype=object)[self.chance.choice(len(values), count, p=weights)]

    def yes(self, share, count):
        return self.chance.random(count) < share

    def refs(self, letter, numbers):
        return pl.format(letter + "{}", pl.lit(pl.Series(numbers)).cast(pl.String).str.zfill(8))

    def applications(self) -> pl.DataFrame:
        count = self.size
        first = (dt.date(2015, 4, 1) - EPOCH).days
        late = self.chance.integers(1, LAST, count)
        rows = pl.select(
            application_ref=self.refs("A", np.arange(count)),
            received_on=days(first + (3074 * self.chance.power(1.6, count)).astype(int)),
            # By the first extract: no day in a register is after the day it was recorded.
            opened_on=days(BEGAN + self.chance.integers(0, FIRST - BEGAN + 1, count)),
            route=pl.lit(pl.Series(self.pick(self.lists["routes"], count, [0.6, 0.4]), dtype=pl.String)),
            area=pl.lit(pl.Series(self.pick(self.lists["areas"], count), dtype=pl.String)),
            category=pl.lit(pl.Series(self.pick(self.lists["categories"], count), dtype=pl.String)),
            in_scope=pl.lit(pl.Series(self.yes(0.97, count))),
        )
        corrected = {"area": pl.lit(pl.Series(self.pick(self.lists["areas"], count), dtype=pl.String))}
        return self.played(rows, np.where(self.yes(0.9, count), 0, late), 0.15, 0.01, corrected)

    def assessments(self) -> tuple[pl.DataFrame, tuple[np.ndarray, np.ndarray]]:
        of = np.concatenate(
            [np.flatnonzero(self.yes(0.95, self.size)), np.flatnonzero(self.yes(0.1, self.size))]
        )
        count = len(of)
        on = BEGAN + (180 * self.chance.beta(1.3, 2.5, count)).astype(int)
        sent = self.yes(0.2, count)
        rows = pl.select(
            assessment_ref=self.refs("R", np.arange(count)),
            application_ref=self.refs("A", of),
            assessed_on=days(on),
            grade=pl.lit(
                pl.Series(self.pick(self.lists["grades"], count, [0.6, 0.25, 0.15]), dtype=pl.String)
            ),
            sent_on=pl.lit(pl.Series(sent)),
        )
        corrected = {"grade": pl.lit(pl.Series(self.pick(self.lists["grades"], count), dtype=pl.String))}
        table = self.played(rows, self.recorded(on), 0.08, 0.01, corrected)
        return table, (of[sent], on[sent])

    def reviews(
        self, sent: tuple[np.ndarray, np.ndarray]
    ) -> tuple[pl.DataFrame, tuple[np.ndarray, np.ndarray]]:
        of, first = np.unique(sent[0], return_index=True)
        reviewed = self.yes(0.95, len(of))
        of, allocated = of[reviewed], sent[1][first][reviewed] + self.chance.integers(1, 40, reviewed.sum())
        completed = allocated + self.chance.gamma(2.0, 20.0, len(of)).astype(int)
        rows = pl.select(
            review_ref=self.refs("V", np.arange(len(of))),
            application_ref=self.refs("A", of),
            kind=pl.lit("first"),
            team=pl.lit(pl.Series(self.pick(self.lists["teams"][1:5], len(of)), dtype=pl.String)),
            allocated_on=days(allocated),
            completed_on=days(completed),
            outcome=pl.lit(pl.Series(self.pick(["no failure", "failure found"], len(of)), dtype=pl.String)),
        )
        known = self.finished(rows, allocated, completed, "completed_on", "outcome")
        return known, (of, completed)

    def failures(self, reviewed: tuple[np.ndarray, np.ndarray]) -> pl.DataFrame:
        hit = self.yes(0.3, len(reviewed[0]))
        early = np.flatnonzero(self.yes(0.01, self.size))
        of = np.concatenate([reviewed[0][hit], early])
        on = np.concatenate([reviewed[1][hit], BEGAN + self.chance.integers(0, 200, len(early))])
        rows = pl.select(
            failure_ref=self.refs("F", np.arange(len(of))),
            application_ref=self.refs("A", of),
            found_on=days(on),
            type=pl.lit(pl.Series(self.pick(["administrative", "service"], len(of)), dtype=pl.String)),
            harm=pl.lit(pl.Series(self.yes(0.1, len(of)))),
            reason=pl.lit(pl.Series(self.pick(self.lists["reasons"], len(of)), dtype=pl.String)),
            in_scope=pl.lit(pl.Series(self.yes(0.98, len(of)))),
        )
        return self.played(rows, self.recorded(on), 0.1, 0.01, {"harm": ~pl.col("harm")})

    def referrals(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        count = max(self.size // 100, 3)
        on = BEGAN + self.chance.integers(0, 220, count)
        rows = pl.select(
            referral_ref=self.refs("Q", np.arange(count)),
            referred_on=days(on),
            kind=pl.lit("complaint"),
            route=pl.lit("voluntary"),
            subject=pl.lit(pl.Series(self.pick(["failure", "member of staff"], count), dtype=pl.String)),
            in_scope=pl.lit(pl.Series(self.yes(0.9, count))),
        )
        steps = np.repeat(np.arange(count), 2)
        stepped = on[steps] + self.chance.integers(0, 90, 2 * count)
        status = ["being assessed", "under investigation", "closed", "re-opened", "withdrawn"]
        events = pl.select(
            event_ref=self.refs("E", np.arange(2 * count)),
            referral_ref=self.refs("Q", steps),
            happened_on=days(stepped),
            status=pl.lit(pl.Series(self.pick(status, 2 * count), dtype=pl.String)),
        )
        unchanged = {"in_scope": pl.col("in_scope")}
        return (
            self.played(rows, self.recorded(on), 0.05, 0.01, unchanged),
            self.played(events, self.recorded(stepped), 0.05, 0.01, {"status": pl.col("status")}),
        )

    def findings(self) -> pl.DataFrame:
        count = max(self.size // 20, 3)
        on = BEGAN + self.chance.integers(0, 180, count)
        final = on + self.chance.integers(0, 60, count)
        rows = pl.select(
            finding_ref=self.refs("D", np.arange(count)),
            application_ref=self.refs("A", self.chance.integers(0, self.size, count)),
            recommended=pl.lit(pl.Series(self.pick(FINDINGS, count), dtype=pl.String)),
            recommended_on=days(on),
            final=pl.lit(pl.Series(self.pick(FINDINGS, count), dtype=pl.String)),
        )
        return self.finished(rows, on, final, "final")

    def staffing(self) -> pl.DataFrame:
        teams = self.lists["teams"]
        weeks = np.repeat(np.arange(VERSION), len(teams))
        rows = pl.select(
            week_on=days(BEGAN + 7 * weeks),
            team=pl.lit(pl.Series(list(teams) * VERSION, dtype=pl.String)),
            headcount=pl.lit(pl.Series(self.chance.integers(3, 12, len(weeks)))).cast(pl.Int32),
            full_time_equivalent=pl.lit(pl.Series(np.resize([0.1, 0.75, 2.5], len(weeks)))),
        )
        return self.played(
            rows, self.recorded(BEGAN + 7 * weeks), 0.1, 0.0, {"headcount": pl.col("headcount") + 1}
        )

    def recorded(self, on: np.ndarray) -> np.ndarray:
        """Number of the extract that first bears what happened on a day: the next, or a few later."""
        return np.maximum(-((FIRST - on) // 7), 0) + self.chance.geometric(0.7, len(on)) - 1

    def finished(
        self, rows: pl.DataFrame, begun: np.ndarray, over: np.ndarray, *columns: str
    ) -> pl.DataFrame:
        """Rows as they are recorded after `begun`, without `columns`, and again with them after `over`."""
        timed = rows.with_columns(
            opened=pl.lit(pl.Series(self.recorded(begun))), closed=pl.lit(pl.Series(self.recorded(over)))
        )
        unfinished = timed.filter(pl.col("closed") > pl.col("opened")).with_columns(
            pl.lit(None, rows.schema[column]).alias(column) for column in columns
        )
        finished = timed.filter(pl.col("closed") <= LAST).with_columns(opened="closed", closed=None)
        return stamped(pl.concat([unfinished, finished], how="vertical_relaxed"))

    def played(self, rows, opened, changed, removed, correction) -> pl.DataFrame:
        """Rows as the extracts bring them: some corrected, some removed by a later one."""
        draw = self.chance.random(len(opened))
        later = opened + 1 + (self.chance.random(len(opened)) * np.maximum(LAST - opened, 1)).astype(int)
        touched = (draw < changed + removed) & (later <= LAST)
        first = rows.with_columns(
            opened=pl.lit(pl.Series(opened)),
            closed=pl.when(pl.lit(pl.Series(touched))).then(pl.lit(pl.Series(later))),
            corrected=pl.lit(pl.Series(touched & (draw < changed))),
        )
        second = (
            first.with_columns(**correction).filter("corrected").with_columns(opened="closed", closed=None)
        )
        return stamped(pl.concat([first, second], how="vertical_relaxed").drop("corrected"))


def days(numbers: np.ndarray) -> pl.Expr:
    return pl.lit(pl.Series(numbers.astype(np.int32))).cast(pl.Date)


def stamped(rows: pl.DataFrame) -> pl.DataFrame:
    """Recorded days and loads for the numbers of the extracts that opened and closed each version."""
    loads = pl.Series(EXTRACTS)
    stamps = rows.filter(pl.col("opened") <= LAST).with_columns(
        pl.when(pl.col("closed") <= LAST).then("closed").alias("closed")
    )
    return stamps.with_columns(
        recorded_from=loads.gather(stamps["opened"]),
        recorded_to=loads.gather(stamps["closed"]),
        opened_by=pl.col("opened") + 1,
        closed_by=pl.col("closed") + 1,
    ).drop("opened", "closed")
