"""The whole metric set a third time, in DuckDB's SQL: over the histories, and over the bare tables."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import duckdb

from metrics.as_at import Clocks
from tests.bench import assurance, oversight
from tests.bench.figures import COURSES, RAW_COLUMNS, Row, course_days

Z = 1.959963984540054
NARROWED = ("cases", "failures", "people", "attempts", *assurance.NARROWED)

HISTORIES = {
    "cases": """
        SELECT in_scope, received_on, opened_on, assessed_on, sent_on, allocated_on, completed_on, failed_on,
            area, year, CASE WHEN graded_on <= $as_at THEN grade
            ELSE list_filter(earlier_grades, lambda g: g.assessed_on <= $as_at)[-1].grade END AS grade
        FROM read_parquet('{cases}') WHERE recorded_from <= $known AND recorded_to > $known""",
    "failures": """
        SELECT in_scope, found_on, harm, referred_on, area, year, CASE WHEN graded_on <= $as_at THEN grade
            ELSE list_filter(earlier_grades, lambda g: g.assessed_on <= $as_at)[-1].grade END AS grade
        FROM read_parquet('{failures}') WHERE recorded_from <= $known AND recorded_to > $known""",
    "looked": """
        SELECT allocated_on, completed_on
        FROM read_parquet('{reviews}') WHERE recorded_from <= $known AND recorded_to > $known""",
    "staffing": """
        SELECT week_on, until_on, headcount, full_time_equivalent
        FROM read_parquet('{staffing}') WHERE recorded_from <= $known AND recorded_to > $known""",
    **oversight.HISTORIES,
    **assurance.HISTORIES,
}

TABLES = {
    "cases": """
        WITH assessed AS (
            SELECT application_ref, min(assessed_on) AS assessed_on,
                min(assessed_on) FILTER (sent_on) AS sent_on,
                arg_max(grade, (assessed_on, length(assessment_ref), assessment_ref)) FILTER (assessed_on <= $as_at) AS grade
            FROM known_risk_assessments GROUP BY ALL),
        reviewed AS (
            SELECT application_ref, min(allocated_on) AS allocated_on, min(completed_on) AS completed_on
            FROM known_reviews WHERE kind = 'first' GROUP BY ALL),
        failed AS (
            SELECT application_ref, min(found_on) AS failed_on FROM known_failures WHERE in_scope GROUP BY ALL)
        SELECT application_ref, in_scope, received_on, opened_on, assessed_on, sent_on, allocated_on,
            completed_on, failed_on, area, year(received_on) AS year, grade
        FROM known_applications LEFT JOIN assessed USING (application_ref)
            LEFT JOIN reviewed USING (application_ref) LEFT JOIN failed USING (application_ref)""",
    "failures": """
        SELECT f.in_scope AND coalesce(c.in_scope, false) AS in_scope, f.found_on, f.harm, r.referred_on,
            c.area, c.year, c.grade
        FROM known_failures f LEFT JOIN cases c USING (application_ref)
            LEFT JOIN """
    + oversight.REFERRED
    + " r USING (failure_ref)",
    "looked": """
        SELECT allocated_on, completed_on FROM known_reviews""",
    "staffing": """
        SELECT week_on, headcount, full_time_equivalent,
            least(lead(week_on) OVER (PARTITION BY team ORDER BY week_on), week_on + 28) AS until_on
        FROM known_staffing""",
    **oversight.TABLES,
    **assurance.TABLES,
}

COUNTS = """
    WITH c AS (SELECT
        count(*) FILTER (in_scope AND received_on <= $as_at) AS population,
        count(*) FILTER (in_scope AND received_on <= $as_at AND assessed_on <= $as_at) AS assessed,
        count(*) FILTER (in_scope AND received_on <= $as_at AND (assessed_on IS NULL OR assessed_on > $as_at))
            AS waiting,
        count(*) FILTER (in_scope AND sent_on <= $as_at) AS sent_on,
        count(*) FILTER (in_scope AND sent_on <= $as_at AND allocated_on <= $as_at) AS allocated,
        count(*) FILTER (in_scope AND sent_on <= $as_at AND completed_on <= $as_at) AS completed,
        count(*) FILTER (in_scope AND sent_on <= $as_at AND (completed_on IS NULL OR completed_on > $as_at))
            AS backlog,
        count(*) FILTER (in_scope AND sent_on <= $as_at AND (allocated_on IS NULL OR allocated_on > $as_at))
            AS not_allocated,
        count(*) FILTER (in_scope AND greatest(sent_on, allocated_on) <= $as_at
            AND sent_on IS NOT NULL AND allocated_on IS NOT NULL
            AND (completed_on IS NULL OR completed_on > $as_at)) AS in_hand,
        count(*) FILTER (NOT in_scope AND received_on <= $as_at) AS outside,
        count(*) FILTER (in_scope AND greatest(received_on, assessed_on, failed_on) <= $as_at
            AND received_on IS NOT NULL AND assessed_on IS NOT NULL AND failed_on IS NOT NULL) AS failed,
        count(*) FILTER (in_scope AND greatest(sent_on, completed_on, failed_on) <= $as_at
            AND sent_on IS NOT NULL AND completed_on IS NOT NULL AND failed_on IS NOT NULL) AS failed_reviewed
        FROM cases),
    f AS (SELECT
        count(*) FILTER (in_scope AND found_on <= $as_at) AS failures,
        count(*) FILTER (in_scope AND harm AND found_on <= $as_at) AS harm,
        count(*) FILTER (NOT in_scope AND found_on <= $as_at) AS outside,
        count(*) FILTER (NOT in_scope AND harm AND found_on <= $as_at) AS harm_outside
        FROM failures),
    s AS (SELECT
        coalesce(sum(headcount) FILTER (week_on <= $as_at AND until_on > $as_at), 0) AS headcount,
        coalesce(sum(round(full_time_equivalent * 100)) FILTER (week_on <= $as_at AND until_on > $as_at), 0)
            / 100 AS equivalents
        FROM staffing),
    l AS (SELECT
        count(*) FILTER (completed_on <= $as_at) AS done,
        count(*) FILTER (allocated_on <= $as_at AND (completed_on IS NULL OR completed_on > $as_at)) AS in_hand
        FROM looked)
    SELECT unnest([
        ('population', c.population, NULL), ('risk_assessed', c.assessed, NULL),
        ('not_assessed', c.waiting, NULL), ('share_assessed', c.assessed, c.population),
        ('sent_on', c.sent_on, NULL), ('allocated', c.allocated, NULL), ('completed', c.completed, NULL),
        ('share_completed', c.completed, c.sent_on), ('backlog', c.backlog, NULL),
        ('outside_scope', c.outside, NULL), ('failure_rate', c.failed, c.assessed),
        ('failure_rate_reviewed', c.failed_reviewed, c.completed), ('failures', f.failures, NULL),
        ('failures_with_harm', f.harm, NULL), ('share_with_harm', f.harm, f.failures),
        ('failures_outside_scope', f.outside, NULL), ('harm_outside_scope', f.harm_outside, NULL),
        ('not_allocated', c.not_allocated, NULL), ('in_hand', c.in_hand, NULL),
        ('reviews_done', l.done, NULL), ('reviews_in_hand', l.in_hand, NULL),
        ('full_time_equivalents', s.equivalents, NULL), ('headcount', s.headcount, NULL)]) AS figure
    FROM c, f, s, l"""

SPLITS = """
    SELECT 'failures' AS name, {keys},
        count(*) FILTER (in_scope AND found_on <= $as_at), NULL
    FROM failures GROUP BY GROUPING SETS (area, grade, year)
    UNION ALL
    SELECT 'failure_rate', {keys},
        count(*) FILTER (in_scope AND received_on IS NOT NULL AND assessed_on IS NOT NULL
            AND failed_on IS NOT NULL AND greatest(received_on, assessed_on, failed_on) <= $as_at),
        count(*) FILTER (in_scope AND received_on <= $as_at AND assessed_on <= $as_at)
    FROM cases GROUP BY GROUPING SETS (area, grade, year)"""
KEYS = """
    CASE WHEN grouping(area) = 0 THEN 'area' WHEN grouping(grade) = 0 THEN 'grade' ELSE 'year' END AS split,
    CASE WHEN grouping(area) = 0 THEN area::VARCHAR WHEN grouping(grade) = 0 THEN grade::VARCHAR
        ELSE year::VARCHAR END AS key"""

MEDIANS = """
    WITH stages AS (
        {stages}),
    spent AS (
        SELECT stage, greatest(CASE WHEN ended <= $as_at THEN ended ELSE $as_at END - began, 0) AS days,
            coalesce(ended <= $as_at, false) AS over, count(*) AS times
        FROM stages WHERE began <= $as_at GROUP BY ALL),
    daily AS (
        SELECT stage, days, coalesce(sum(times) FILTER (over), 0) AS ended, sum(times) AS everyone
        FROM spent GROUP BY ALL),
    risk AS (
        SELECT *, sum(everyone) OVER (PARTITION BY stage ORDER BY days DESC) AS at_risk FROM daily),
    survival AS (
        SELECT *, product(1 - ended / at_risk) OVER (PARTITION BY stage ORDER BY days) AS surviving FROM risk)
    SELECT stage, sum(ended)::BIGINT, sum(everyone)::BIGINT,
        min(days) FILTER (surviving <= 0.5 + 1e-12 AND ended > 0)::DOUBLE
    FROM survival GROUP BY ALL"""
STAGES = {
    "days_to_assessment": ("opened_on", "assessed_on"),
    "days_to_allocation": ("sent_on", "allocated_on"),
    "days_in_review": (
        "CASE WHEN sent_on IS NOT NULL AND allocated_on IS NOT NULL THEN greatest(sent_on, allocated_on) END",
        "completed_on",
    ),
}

BEGINS = {
    "population": ("received_on",),
    "risk_assessed": ("received_on", "assessed_on"),
    "completed": ("sent_on", "completed_on"),
}
COURSE = """
    WITH steps AS (
        {steps}),
    running AS (SELECT name, day, sum(step) OVER (PARTITION BY name ORDER BY day) AS total FROM steps),
    names AS (SELECT unnest([{names}]) AS name),
    asked AS (SELECT name, unnest(generate_series($first::TIMESTAMP, $as_at::TIMESTAMP, INTERVAL 1 DAY))::DATE AS day
        FROM names)
    SELECT asked.name, asked.day, coalesce(total, 0)::BIGINT
    FROM asked ASOF LEFT JOIN running ON asked.name = running.name AND asked.day >= running.day"""


class DuckSet:
    """The set in DuckDB, over the files of one snapshot."""

    def __init__(self, sources: Mapping[str, str], views: Mapping[str, str]) -> None:
        """Prepare to ask. sources: statements of views made before each set; views: the known rows."""
        self.connection = duckdb.connect()
        self.connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
        self.sources, self.views = sources, views

    def whole_set(self, clocks: Clocks, area: str | None = None) -> dict[tuple[str, str], Row]:
        """Ask for every figure; the rows known are stored once for all of them, which is its fastest way."""
        asked = self._prepare(clocks, area)
        return self._counts(asked) | self._splits(asked) | self._medians(asked) | self._courses(asked)

    def counts(self, clocks: Clocks) -> dict[tuple[str, str], Row]:
        return self._counts(self._prepare(clocks))

    def _prepare(self, clocks: Clocks, area: str | None = None) -> dict[str, dt.date]:
        asked = {"as_at": clocks.as_at, "known": clocks.known_at, "first": course_days(clocks)[0]}
        for name, query in self.sources.items():
            self._store(name, query, asked, "VIEW")
        for name, query in self.views.items():
            narrowed = (
                f"SELECT * FROM ({query}) WHERE area = '{area}'" if area and name in NARROWED else query
            )
            self._store(name, narrowed, asked, "TABLE")
        return asked

    def _store(self, name: str, query: str, asked: Mapping[str, dt.date], kind: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP {kind} {name} AS {_filled(query, asked)}")

    def _ask(self, query: str, asked: Mapping[str, dt.date]) -> list[tuple]:
        return self.connection.execute(_filled(query, asked)).fetchall()

    def _counts(self, asked: Mapping[str, dt.date]) -> dict[tuple[str, str], Row]:
        rows = [
            row for query in (COUNTS, oversight.COUNTS, assurance.COUNTS) for row in self._ask(query, asked)
        ]
        return {(name, ""): _row(top, bottom) for ((name, top, bottom),) in rows}

    def _splits(self, asked: Mapping[str, dt.date]) -> dict[tuple[str, str], Row]:
        rows = self._ask(SPLITS.replace("{keys}", KEYS, 1).replace("{keys}", KEYS), asked)
        return {(f"{name} by {split}", str(key)): _row(top, bottom) for name, split, key, top, bottom in rows}

    def _medians(self, asked: Mapping[str, dt.date]) -> dict[tuple[str, str], Row]:
        stages = " UNION ALL ".join(
            f"SELECT '{stage}' AS stage, {began} AS began, {ended} AS ended FROM cases WHERE in_scope"
            for stage, (began, ended) in STAGES.items()
        )
        stages += oversight.STAGES + assurance.STAGES
        stages += " UNION ALL SELECT 'days_per_review', allocated_on, completed_on FROM looked"
        return {
            (stage, ""): (left, entered, median, None, None)
            for stage, left, entered, median in self._ask(MEDIANS.format(stages=stages), asked)
        }

    def _courses(self, asked: Mapping[str, dt.date]) -> dict[tuple[str, str], Row]:
        steps = " UNION ALL ".join(
            f"SELECT '{name}' AS name, greatest({', '.join(days)}) AS day, count(*) AS step FROM cases "
            f"WHERE in_scope AND {' AND '.join(f'{day} IS NOT NULL' for day in days)} GROUP BY ALL"
            for name, days in BEGINS.items()
        )
        names = ", ".join(f"'{name}'" for name in COURSES)
        rows = self._ask(COURSE.format(steps=steps, names=names), asked)
        return {(f"course of {name}", str(day)): _row(total, None) for name, day, total in rows}


def over_histories(files: Mapping[str, str]) -> DuckSet:
    """Return the set over the same history files that Candour reads."""
    return DuckSet({}, {name: query.format(**files) for name, query in HISTORIES.items()})


def over_tables(folder: Path) -> DuckSet:
    """Return the set over the snapshot's tables, with no histories built."""
    known = {
        f"known_{table}": f"SELECT * FROM read_parquet('{folder / table}.parquet') "
        "WHERE recorded_from <= $known AND recorded_to > $known"
        for table in RAW_COLUMNS
    }
    return DuckSet(known, TABLES)


def _filled(query: str, asked: Mapping[str, dt.date]) -> str:
    for name, day in asked.items():
        query = query.replace(f"${name}", f"DATE '{day}'")
    return query


def _row(top: int, bottom: int | None) -> Row:
    """Divide as Wilson (1927) does; DuckDB has left the sums."""
    if bottom is None:
        return top, None, float(top), None, None
    if bottom == 0:
        return top, 0, None, None, None
    share = top / bottom
    middle = (share + Z * Z / (2 * bottom)) / (1 + Z * Z / bottom)
    half = Z * (share * (1 - share) / bottom + Z * Z / (4 * bottom * bottom)) ** 0.5 / (1 + Z * Z / bottom)
    return top, bottom, share, max(middle - half, 0.0), min(middle + half, 1.0)
