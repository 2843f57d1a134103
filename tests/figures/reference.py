"""What is written out, and how: the clocks, the narrowings, the digests, and the files they are in.

A file has one line for each figure, narrowing and pair of clocks: the figure itself to be read, and a
digest of it together with all that it is broken down by.
"""

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from tests.figures import written_out

FOLDER = Path(__file__).parent / "written"
COLUMNS = ("figure", "narrowing", "as_at", "known_at", "digest", "numerator", "denominator", "value")

Narrowing = Mapping[str, tuple[str | None, ...]]


class Clocks(NamedTuple):
    as_at: dt.date
    known_at: dt.date


class Key(NamedTuple):
    figure: str
    narrowing: str
    clocks: Clocks

    def __str__(self) -> str:
        as_at, known_at = self.clocks
        return f"{self.figure}, as at {as_at} as known on {known_at}, narrowed to {self.narrowing}"


class Line(NamedTuple):
    digest: str
    numerator: str
    denominator: str
    value: str


Lines = dict[Key, Line]


def _demonstration_clocks() -> list[Clocks]:
    """Each load's day on its own or with hindsight by turns, a statement's both ways, and one day ahead."""
    last = dt.date(2024, 5, 30)
    statements = [dt.date(2023, 10, 26), dt.date(2023, 11, 30), dt.date(2024, 1, 11), dt.date(2024, 5, 22)]
    thursdays = [dt.date(2023, 10, 5) + dt.timedelta(weeks=week) for week in range(35)]
    others = [day for day in thursdays if day not in statements and day != dt.date(2024, 5, 23)]
    return sorted(
        [
            *(Clocks(day, known_at) for day in statements for known_at in (day, last)),
            *(Clocks(day, day) for day in others[::2]),
            *(Clocks(day, last) for day in others[1::2]),
            Clocks(dt.date(2024, 6, 30), last),
        ]
    )


def _philadelphia_clocks() -> list[Clocks]:
    """The days about both loads as known then; every quarter's last, and the first extract's, with hindsight."""
    first, last, last_of_first = dt.date(2018, 7, 31), dt.date(2020, 7, 31), dt.date(2018, 3, 29)
    day = dt.timedelta(days=1)
    quarters = [dt.date(year, month, 1) - day for year in range(2013, 2021) for month in (1, 4, 7, 10)]
    then = [
        first - day,
        first,
        dt.date(2018, 12, 31),
        dt.date(2019, 6, 30),
        dt.date(2019, 12, 31),
        last - day,
    ]
    return sorted(
        [
            *(Clocks(day, day) for day in (*then, last)),
            *(Clocks(day, last) for day in (*quarters[1:31], last_of_first, first)),
            Clocks(last_of_first, first),
        ]
    )


@dataclass(frozen=True, kw_only=True)
class Case:
    """A review whose figures are written out.

    few: the clocks and narrowings that are looked at in every run of the tests.
    """

    name: str
    make: Callable[[Path], written_out.Review]
    clocks: list[Clocks]
    narrowings: dict[str, Narrowing]
    few: tuple[tuple[Clocks, ...], tuple[str, ...]]

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.csv"


ALL = "nothing"
# A subject that lacks the area, the year or the grade is narrowed to something of its own.
DEMONSTRATION = Case(
    name="demonstration",
    make=written_out.build_demonstration,
    clocks=_demonstration_clocks(),
    narrowings={
        ALL: {},
        "area": {
            "area": ("east",),
            "mode": (None,),
            "duty": ("suspended", None),
            "team": ("team 1", "triage"),
            "topic": ("complaint",),
        },
        "route and year": {
            "route": ("right to know",),
            "year": ("2020",),
            "subject": ("member of staff", None),
            "kind": ("second",),
        },
        "grade": {"grade": ("high", None), "days_open": ("28 to 90",)},
    },
    few=(
        (
            Clocks(dt.date(2023, 10, 26), dt.date(2023, 10, 26)),
            Clocks(dt.date(2024, 1, 11), dt.date(2024, 1, 11)),
            Clocks(dt.date(2024, 1, 11), dt.date(2024, 5, 30)),
            Clocks(dt.date(2024, 5, 22), dt.date(2024, 5, 22)),
        ),
        (ALL, "area"),
    ),
)
PHILADELPHIA = Case(
    name="philadelphia",
    make=written_out.load_philadelphia,
    clocks=_philadelphia_clocks(),
    narrowings={
        ALL: {},
        "area": {"area": ("22",)},
        "route and year": {"route": ("complaint",), "year": ("2016",)},
        "category": {"category": ("physical abuse", None)},
    },
    few=(
        (
            Clocks(dt.date(2018, 3, 29), dt.date(2018, 7, 31)),
            Clocks(dt.date(2020, 7, 31), dt.date(2020, 7, 31)),
        ),
        (ALL, "area"),
    ),
)
CASES = (DEMONSTRATION, PHILADELPHIA)


def text(value: object) -> str:
    """Write a value so that two are written alike only if they are exactly the same."""
    if value is None:
        return "null"
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str | bool) else repr(value)


def digest(breakdowns: Mapping[str, pl.DataFrame]) -> str:
    """Digest of a figure and all that it is broken down by, whatever the order of rows and columns."""
    lines = sorted(
        " ".join([text(name), *(f"{column}={text(row[column])}" for column in sorted(row))])
        for name, frame in breakdowns.items()
        for row in frame.iter_rows(named=True)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def computed(
    rows: written_out.Histories, case: Case, clocks: Iterable[Clocks], narrowings: Collection[str], **more
) -> Iterator[tuple[str, Clocks, dict[str, written_out.Breakdowns]]]:
    """Figures as they come out now, by narrowing and clocks."""
    for pair in clocks:
        for name in narrowings:
            yield name, pair, written_out.figures(rows, *pair, case.narrowings[name], **more)


def lines(results: Iterable[tuple[str, Clocks, dict[str, written_out.Breakdowns]]]) -> Lines:
    written: Lines = {}
    for narrowing, clocks, figures in results:
        for name, breakdowns in figures.items():
            whole = breakdowns[""].row(0, named=True)
            values = [text(whole[column]) for column in ("numerator", "denominator", "value")]
            written[Key(name, narrowing, clocks)] = Line(digest(breakdowns), *values)
    return written


def read(case: Case) -> Lines:
    with case.file.open(newline="", encoding="utf-8") as file:
        return {
            Key(
                row["figure"],
                row["narrowing"],
                Clocks(dt.date.fromisoformat(row["as_at"]), dt.date.fromisoformat(row["known_at"])),
            ): Line(row["digest"], row["numerator"], row["denominator"], row["value"])
            for row in csv.DictReader(file)
        }


def write(written: Lines, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for (figure, narrowing, (as_at, known_at)), line in sorted(written.items()):
            writer.writerow([figure, narrowing, as_at, known_at, *line])


def differences(case: Case, wanted: Lines, now: Lines) -> list[str]:
    """Say where the figures that were written out no longer come out the same."""
    unlike: list[str] = []
    for key, line in sorted(wanted.items()):
        if key not in now:
            unlike.append(f"{case.name}: {key}: there is none")
        elif now[key] != line:
            before, after = _numbers(line), _numbers(now[key])
            changed = f"{before} is now {after}" if before != after else "a breakdown of it has changed"
            unlike.append(f"{case.name}: {key}: {changed}")
    return unlike


def _numbers(line: Line) -> list[float | None]:
    return [None if number == "null" else float(number) for number in line[1:]]


def write_values(
    results: Iterable[tuple[str, Clocks, dict[str, written_out.Breakdowns]]], path: Path
) -> None:
    """Write every number out as Parquet, to be compared by a person with those of another version."""
    frames = [
        frame.select(
            figure=pl.lit(name),
            narrowing=pl.lit(narrowing),
            as_at=pl.lit(clocks.as_at),
            known_at=pl.lit(clocks.known_at),
            by=pl.lit(by),
            group=pl.col("group").cast(pl.String) if by else pl.lit(None, pl.String),
            **{column: pl.col(column).cast(pl.Float64) for column in written_out.WRITTEN.values()},
        )
        for narrowing, clocks, figures in results
        for name, breakdowns in figures.items()
        for by, frame in breakdowns.items()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.concat(frames).sort(pl.all().exclude(*written_out.WRITTEN.values())).write_parquet(path)
