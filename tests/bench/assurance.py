"""Second looks, samples, enquiries and disclosures in DuckDB's SQL, and made-up rows of them."""

import numpy as np
import polars as pl

from tests.bench import oversight

KNOWN = "WHERE recorded_from <= $known AND recorded_to > $known"
NARROWED = ("second_looks", "sample_checks", "disclosures")
RAW_COLUMNS = {"enquiries": ["received_on", "answered_on"]}
MORE_OF_APPLICATIONS = ["decision", "decided_on", "disclosed_on"]
MORE_OF_REVIEWS = ["review_ref", "outcome"]
# Of the months that the made-up enquiries arrive in, by hand.
BANK_HOLIDAYS = """('2023-12-25', '2023-12-26', '2024-01-01', '2024-03-29', '2024-04-01', '2024-05-06',
    '2024-05-27', '2024-08-26')"""

HISTORIES = {
    "second_looks": f"""
        SELECT in_scope, allocated_on, completed_on, first_completed_on, outcome <> first_outcome AS differs, area
        FROM read_parquet('{{second_looks}}') {KNOWN}""",
    "sample_checks": f"""
        SELECT in_scope, received_on, assessed_on, sent_on, checked_on, missed_on, unsent, area
        FROM read_parquet('{{sample_checks}}') {KNOWN}""",
    "enquiries": f"""
        SELECT received_on, answered_on, due_on FROM read_parquet('{{enquiries}}') {KNOWN}""",
    "disclosures": f"""
        SELECT in_scope, received_on, settled_on, disclosed_on, due_on, area
        FROM read_parquet('{{disclosures}}') {KNOWN}""",
}
TABLES = {
    "second_looks": """
        WITH firsts AS (
            SELECT application_ref, min(completed_on) AS first_completed_on,
                arg_min(outcome, (completed_on, length(review_ref), review_ref)) AS first_outcome
            FROM known_reviews WHERE kind = 'first' AND completed_on IS NOT NULL GROUP BY ALL)
        SELECT coalesce(a.in_scope, false) AS in_scope, r.allocated_on, r.completed_on, first_completed_on,
            r.outcome <> first_outcome AS differs, area
        FROM known_reviews r LEFT JOIN known_applications a USING (application_ref)
            LEFT JOIN firsts USING (application_ref)
        WHERE kind = 'second'""",
    "sample_checks": """
        WITH drawn AS (
            SELECT application_ref, min(allocated_on) AS drawn_on, min(completed_on) AS checked_on,
                min(completed_on) FILTER (outcome = 'failure found') AS missed_on
            FROM known_reviews WHERE kind = 'sample' GROUP BY ALL),
        graded AS (
            SELECT application_ref, min(assessed_on) AS assessed_on, min(assessed_on) FILTER (sent_on) AS sent_on
            FROM known_risk_assessments GROUP BY ALL)
        SELECT coalesce(in_scope, false) AS in_scope, received_on, assessed_on, sent_on, checked_on, missed_on,
            sent_on IS NULL OR sent_on > drawn_on AS unsent, area
        FROM drawn LEFT JOIN known_applications USING (application_ref) LEFT JOIN graded USING (application_ref)""",
    "enquiries": f"""
        WITH working AS (
            SELECT day::DATE AS day, row_number() OVER (ORDER BY day) AS number
            FROM generate_series(TIMESTAMP '2023-09-01', TIMESTAMP '2024-12-20', INTERVAL 1 DAY) AS days(day)
            WHERE isodow(day) < 6 AND day::DATE::VARCHAR NOT IN {BANK_HOLIDAYS})
        SELECT received_on, answered_on, tenth.day AS due_on
        FROM known_enquiries ASOF JOIN working ON received_on >= working.day
            JOIN working tenth ON tenth.number = working.number + 10""",
    "disclosures": """
        SELECT in_scope, received_on, disclosed_on, area,
            least(CASE WHEN decision IS DISTINCT FROM 'pending' THEN decided_on END, disclosed_on) AS settled_on,
            received_on + CASE WHEN received_on >= DATE '2023-04-01' THEN 28 ELSE 35 END AS due_on
        FROM known_applications""",
}

LOOKED = "in_scope AND first_completed_on <= $as_at"
CHECKED = "in_scope AND unsent AND received_on <= $as_at AND assessed_on <= $as_at AND checked_on <= $as_at"
DISCLOSED = "in_scope AND received_on <= $as_at AND disclosed_on <= $as_at"
COUNTS = f"""
    WITH l AS (SELECT
        count(*) FILTER ({LOOKED} AND completed_on <= $as_at) AS done,
        count(*) FILTER ({LOOKED} AND completed_on <= $as_at AND differs) AS overturned,
        count(*) FILTER ({LOOKED} AND allocated_on <= $as_at
            AND (completed_on IS NULL OR completed_on > $as_at)) AS under_way
        FROM second_looks),
    n AS (SELECT count(*) FILTER (in_scope AND received_on <= $as_at AND assessed_on <= $as_at
            AND (sent_on IS NULL OR sent_on > $as_at)) AS unsent
        FROM cases),
    s AS (SELECT
        count(*) FILTER ({CHECKED}) AS checks,
        count(*) FILTER ({CHECKED} AND missed_on <= $as_at) AS missed,
        count(*) FILTER ({CHECKED} AND sent_on <= $as_at) AS since
        FROM sample_checks),
    e AS (SELECT
        count(*) FILTER (received_on <= $as_at) AS arrived,
        count(*) FILTER (answered_on <= $as_at) AS answered,
        count(*) FILTER (received_on <= $as_at AND (answered_on IS NULL OR answered_on > $as_at)) AS waiting,
        count(*) FILTER (due_on < $as_at AND (answered_on IS NULL OR answered_on > $as_at)) AS overdue,
        count(*) FILTER (due_on <= $as_at AND answered_on <= due_on) AS in_time,
        count(*) FILTER (due_on <= $as_at AND (answered_on IS NULL OR answered_on > due_on)) AS tardy,
        count(*) FILTER (due_on <= $as_at) AS due
        FROM enquiries),
    d AS (SELECT
        count(*) FILTER ({DISCLOSED}) AS disclosed,
        count(*) FILTER (in_scope AND received_on <= $as_at AND settled_on <= $as_at) AS decided,
        count(*) FILTER (in_scope AND received_on <= $as_at AND (settled_on IS NULL OR settled_on > $as_at))
            AS undecided,
        count(*) FILTER ({DISCLOSED} AND disclosed_on > due_on) AS late,
        count(*) FILTER ({DISCLOSED} AND disclosed_on <= due_on) AS in_time
        FROM disclosures)
    SELECT unnest([
        ('second_looks', l.done, NULL), ('second_looks_under_way', l.under_way, NULL),
        ('overturned', l.overturned, l.done), ('not_sent_on', n.unsent, NULL),
        ('sample_checks', s.checks, NULL), ('sample_failures', s.missed, NULL),
        ('sample_sent_on', s.since, NULL), ('enquiries', e.arrived, NULL),
        ('enquiries_answered', e.answered, NULL), ('enquiries_open', e.waiting, NULL),
        ('enquiries_overdue', e.overdue, NULL), ('enquiries_late', e.tardy, NULL), ('answered_in_time', e.in_time, e.due),
        ('disclosed', d.disclosed, NULL), ('share_disclosed', d.disclosed, d.decided),
        ('undecided', d.undecided, NULL), ('disclosed_late', d.late, NULL),
        ('disclosed_in_time', d.in_time, d.disclosed)]) AS figure
    FROM l, n, s, e, d"""
STAGES = """
    UNION ALL SELECT 'days_to_answer', received_on, answered_on FROM enquiries
    UNION ALL SELECT 'days_to_decision', received_on, settled_on FROM disclosures WHERE in_scope"""


def second_looks_of(making, reviews: pl.DataFrame) -> pl.DataFrame:
    """Make up second looks at one review in ten, and a sample check of one application in thirty."""
    chance = making.chance
    firsts = reviews.filter(pl.col("completed_on").is_not_null()).unique("application_ref", keep="first")
    firsts = firsts.sort("application_ref").filter(pl.lit(pl.Series(making.yes(0.1, firsts.height))))
    again = firsts["completed_on"].to_physical().to_numpy() + chance.integers(-5, 20, firsts.height)
    count = max(making.size // 30, 3)
    drawn = making.began + chance.integers(60, 200, count)
    second = _look(making, firsts["application_ref"], again, "second", "W")
    refs = pl.select(making.refs("A", chance.integers(0, making.size, count))).to_series()
    sample = _look(making, refs, drawn, "sample", "X")
    # Every look is recorded with what came of it, when that is known; few are corrected.
    return pl.concat([reviews, second.select(reviews.columns), sample.select(reviews.columns)])


def _look(making, applications: pl.Series, on: np.ndarray, kind: str, letter: str) -> pl.DataFrame:
    done = on + making.chance.integers(0, 30, len(on))
    rows = pl.select(
        review_ref=making.refs(letter, np.arange(len(on))),
        application_ref=pl.lit(applications),
        kind=pl.lit(kind),
        team=pl.lit(pl.Series(making.pick(making.lists["teams"][1:5], len(on)), dtype=pl.String)),
        allocated_on=making.days(on),
        completed_on=making.days(done),
        outcome=pl.lit(pl.Series(making.pick(["no failure", "failure found"], len(on)), dtype=pl.String)),
    )
    other = pl.when(pl.col("outcome") == "no failure").then(pl.lit("failure found"))
    return making.played(
        rows, making.recorded(done), 0.1, 0.02, {"outcome": other.otherwise(pl.lit("no failure"))}
    )


def decided(applications: pl.DataFrame) -> pl.DataFrame:
    """Give every application a decision, early or late; as far as each version of it can know."""
    draw = pl.col("application_ref").hash(7)
    codes = pl.Series(["disclosure", "disclosure", "no disclosure", "withdrawn", "pending"])
    decision = pl.lit(codes).gather(draw % 5)
    day = pl.col("received_on") + pl.duration(days=(draw // 5 % 60).cast(pl.Int64))
    disclosed = day + pl.duration(days=(draw // 300 % 9).cast(pl.Int64))
    # What happened after a version was recorded is not in it.
    return applications.with_columns(
        decision=decision,
        decided_on=pl.when(draw // 2700 % 20 > 0, day <= pl.col("recorded_from")).then(day),
        disclosed_on=pl.when(decision == "disclosure", disclosed <= pl.col("recorded_from")).then(disclosed),
    )


def enquiries(making) -> pl.DataFrame:
    """Make up one enquiry for eight applications, nine in ten of them answered."""
    count = max(making.size // 8, 10)
    on = making.began + making.chance.integers(0, 230, count)
    answered = on + making.chance.gamma(2.0, 4.0, count).astype(int)
    answered = np.where(making.yes(0.9, count), answered, oversight.NEVER)
    rows = pl.select(
        enquiry_ref=making.refs("N", np.arange(count)),
        received_on=making.days(on),
        topic=pl.lit(pl.Series(making.pick(making.lists["enquiry_topics"], count), dtype=pl.String)),
        answered_on=oversight.some_days(making, answered),
    )
    return making.finished(rows, on, answered, "answered_on")
