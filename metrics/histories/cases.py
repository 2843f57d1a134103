"""What was known of each case and its people, of failures and referrals, and of the work of the team."""

from collections.abc import Sequence
from operator import attrgetter

import polars as pl

from data.schema import REFERRAL_STATUSES
from data.terms import Part, Terms
from metrics.histories.periods_known import (
    CLOCK,
    STRETCH,
    Child,
    Tables,
    by_day,
    on_day,
    register,
    spells,
    stretches,
)
from metrics.workdays import after_working_days

CASE = "application_ref"
CASE_TABLES = ("applications", "risk_assessments", "reviews", "failures")
FINDING = "finding_ref"
# What happened on one day is taken in the order of its numbers: E9 before E10.
GRADING = (pl.col("assessed_on"), pl.col("assessment_ref").str.len_bytes(), pl.col("assessment_ref"))


def cases(tables: Tables, *besides: Child) -> pl.LazyFrame:
    """One row for each application and stretch of `[recorded_from, recorded_to)`, in that order.
    Days are null until they happen: `assessed_on` (first), `graded_on` (latest), `sent_on` (first sent on),
    `allocated_on` and `completed_on` (first review), `failed_on` (first failure in scope). `earlier_grades`
    are those before the latest, oldest first, null where there was one or none. besides: more to join.
    """
    # Their order is found once: to sort texts anew within each case would take most of the time.
    assessments = tables["risk_assessments"].sort(GRADING).with_row_index("turn")
    assessed, grades = pl.col("assessed_on"), pl.struct("assessed_on", "grade").sort_by("turn")
    sums = [
        assessed.min(),
        pl.col("grade").sort_by("turn").last(),
        assessed.max().alias("graded_on"),
        assessed.filter("sent_on").min().alias("sent_on"),
    ]
    earlier = pl.when(pl.len() > 1).then(grades.head(pl.len() - 1).implode()).alias("earlier_grades")
    year = pl.col("received_on").dt.year().cast(pl.Int16).alias("year")
    return (
        stretches(
            register(tables, "applications", "decided_on", "disclosed_on"),
            CASE,
            Child(assessments, sums),
            # Few are graded twice, and lists are slow to make: the others go without.
            Child(assessments.filter(pl.len().over(CASE) > 1), [earlier]),
            Child(
                tables["reviews"].filter(pl.col("kind") == "first"),
                [pl.col("allocated_on", "completed_on").min()],
            ),
            Child(tables["failures"].filter("in_scope"), [pl.col("found_on").min().alias("failed_on")]),
            *besides,
        )
        .sort(CASE, "recorded_from")
        .with_columns(year)
    )


def cases_decided(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`cases` with `ended_on`, when a case was closed, and `adverse_on`, when an adverse finding was made."""
    decided, dated = pl.col("decided_on"), pl.col("final_on").is_not_null()
    adverse = pl.col("final").cast(pl.String).is_in(terms.adverse)
    sums = [
        pl.when(decided.is_not_null().all()).then(decided.max()).alias("concluded_on"),
        decided.filter(adverse & dated).min().alias("adverse_on"),
        decided.filter(adverse & ~dated).min().alias("recorded_on"),
    ]
    by_day_alone = terms.case.closed_by == "day"
    # A finding without a day of its own had been made when its case was closed, whenever it was loaded.
    made_by = pl.min_horizontal("recorded_on", *(["closed_on"] if by_day_alone else []))
    undated = pl.when(pl.col("recorded_on").is_not_null()).then(made_by)
    return (
        cases(tables, Child(_decided(tables, terms), sums))
        .with_columns(
            ended_on="closed_on" if by_day_alone else "concluded_on",
            adverse_on=pl.min_horizontal("adverse_on", undated),
        )
        .drop("closed_on", "concluded_on", "recorded_on")
    )


def findings(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`decided_on`: null until there is a final finding. `allegation`: the category of the allegation."""
    rows = _decided(tables, terms).drop("opened_by", "closed_by")
    named = tables["allegations"].select("allegation_ref", "officer_ref", *CLOCK, allegation="category")
    about = named.join(rows.select("allegation_ref", CASE).unique(), on="allegation_ref")
    # As for its case: one without a day of its own had been decided when the case was closed.
    made_by = pl.min_horizontal("decided_on", *(["closed_on"] if terms.case.closed_by == "day" else []))
    undated = pl.col("final_on").is_null() & pl.col("decided_on").is_not_null()
    concerned = cases_concerned(tables, rows, "closed_on")
    return (
        stretches(rows, CASE, Child(concerned), Child(about, on=("allegation_ref",)))
        .with_columns(in_scope=IN_SCOPE, decided_on=pl.when(undated).then(made_by).otherwise("decided_on"))
        .drop("case_in_scope", "closed_on")
        .sort(FINDING, "recorded_from")
    )


def _decided(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """Findings with `decided_on`: the first day on which it was recorded, where the register gives none."""
    there = ~pl.col("final").cast(pl.String).is_in(terms.undecided).fill_null(value=True)
    first = pl.when(there).then("recorded_from").cum_min().over(FINDING, order_by="recorded_from")
    # What was known on no day, as of a load that was superseded, was not recorded.
    known = tables["findings"].filter(pl.col("recorded_from") < pl.col("recorded_to"))
    return known.with_columns(decided_on=pl.when(there).then(pl.coalesce("final_on", first)))


OF_CASE = ("area", "route", "category", "year", "grade", "graded_on", "earlier_grades", "received_on")
# A row whose application is not known is in no scope.
IN_SCOPE = pl.col("case_in_scope").fill_null(value=False)


def cases_concerned(tables: Tables, rows: pl.LazyFrame, *columns: str) -> pl.LazyFrame:
    """OF_CASE, `columns` and `case_in_scope` of each application that `rows` name."""
    named = rows.select(CASE).unique()
    concerned = {table: tables[table].join(named, on=CASE, how="semi") for table in CASE_TABLES}
    wanted = (CASE, *CLOCK, *OF_CASE, *columns)
    # Made once here: it is read three times by those who join it, and each reading would make it anew.
    return cases(concerned).select(*wanted, case_in_scope="in_scope").collect().lazy()


def disclosures(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`settled_on`: when it was decided, or disclosed if earlier; null while the decision is pending.
    `due_on`: the last day within the limit in force on the day of receipt; null where there is none.
    """
    received_on, limit = pl.col("received_on"), pl.lit(None, pl.Int64)
    for timescale in sorted(terms.timescales, key=attrgetter("begins")):
        days = pl.lit(timescale.days, pl.Int64)
        limit = pl.when(received_on >= timescale.begins).then(days).otherwise(limit)
    undecided = pl.col("decision").cast(pl.String).is_in(terms.undecided).fill_null(value=False)
    decided_on = pl.when(~undecided).then("decided_on")
    return (
        register(tables, "applications", "opened_on")
        .with_columns(
            year=received_on.dt.year().cast(pl.Int16),
            settled_on=pl.min_horizontal(decided_on, "disclosed_on"),
            due_on=received_on + pl.duration(days=limit),
        )
        .sort(CASE, "recorded_from")
    )


REACHED = ("contacted", "contacted through another agency")
NOT_NEEDED, UNABLE, NOT_SAFE = "no contact needed", "unable to contact", "not safe or appropriate"
SETTLED = (*REACHED, NOT_NEEDED, UNABLE, NOT_SAFE)  # states in which nobody waits to be reached

LATEST = (
    pl.col("state"),
    pl.col("look_again_on"),
    pl.col("unsafe_reason").cast(pl.String),
    pl.col("approved_by_ref"),
)  # of several states of a person from one day, the last in this order holds: states by the schema's list

PERSON = "person_ref"
# A person to contact is none of the staff whom a register knows by the same name of a column.
CONTACT = "contact_ref"


def people(tables: Tables) -> pl.LazyFrame:
    """`in_scope`: that of the application, which must be known. The first spell (`first`) begins on the day
    the person was identified and has no state. `settled_on`: the first day of a state in which nobody waits.
    """
    spine, states = register(tables, "people_to_contact"), register(tables, "contact_states")
    placed = by_day(spine, PERSON, _their_cases(tables, spine), also=[states]).with_columns(in_scope=IN_SCOPE)
    settled = pl.col("from_on").filter(pl.col("state").is_in(SETTLED)).min().over(PERSON, "recorded_from")
    return (
        spells(placed.drop("case_in_scope"), states, PERSON, "identified_on", latest=LATEST)
        .with_columns(settled_on=settled)
        .rename({PERSON: CONTACT})
    )


def attempts(tables: Tables) -> pl.LazyFrame:
    spine = register(tables, "people_to_contact")
    return (
        stretches(register(tables, "contact_attempts"), PERSON, Child(spine), _their_cases(tables, spine))
        .with_columns(in_scope=IN_SCOPE)
        .drop("case_in_scope")
        .rename({PERSON: CONTACT})
        .sort("attempt_ref", "recorded_from")
    )


def _their_cases(tables: Tables, spine: pl.LazyFrame) -> Child:
    named = spine.select(PERSON, CASE).unique()
    return Child(cases_concerned(tables, spine).join(named, on=CASE), on=(CASE,))


def enquiries(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`due_on`: the working day after arrival that is the last on which an answer is in time."""
    due_on = after_working_days(pl.col("received_on"), terms.answer_days)
    return (
        register(tables, "enquiries")
        .with_columns(due_on=due_on, overdue_from=due_on + pl.duration(days=1))
        .sort("enquiry_ref", "recorded_from")
    )


def reviews(tables: Tables) -> pl.LazyFrame:
    """Whether its application is in scope is not asked: the work was done either way."""
    rows = register(tables, "reviews")
    return rows.sort(pl.col("review_ref").str.len_bytes(), "review_ref", "recorded_from")


STAFFED_FOR = pl.duration(days=28)


def staffing(tables: Tables) -> pl.LazyFrame:
    """It stands until the team's next week known, or four weeks: a week is recorded some days late."""
    next_week = pl.col("week_on").shift(-1).over("team", "day", order_by="week_on")
    return (
        by_day(register(tables, "staffing"), "team")
        .with_columns(until_on=pl.min_horizontal(next_week, pl.col("week_on") + STAFFED_FOR))
        .rename(STRETCH)
        .sort("week_on", "team", "recorded_from")
    )


UPHELD, ADDED, TAKEN_BACK = "upheld", "failure added", "failure taken back"
VERDICTS = (UPHELD, ADDED, TAKEN_BACK)
# What was completed on one day is taken in the order of its numbers: V9 before V10.
FIRST_COMPLETED = (pl.col("completed_on"), pl.col("review_ref").str.len_bytes(), pl.col("review_ref"))


def second_looks(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`first_completed_on, first_team, first_outcome`: of the first review that was completed, null until
    then. `verdict` compares both outcomes; null until both are there.
    """
    rows = register(tables, "reviews").filter(pl.col("kind") == "second").drop("kind")
    done = tables["reviews"].filter(pl.col("kind") == "first", pl.col("completed_on").is_not_null())
    earliest = pl.col("team", "outcome").sort_by(*FIRST_COMPLETED).first().name.prefix("first_")
    sums = [pl.col("completed_on").min().alias("first_completed_on"), earliest]
    firsts = Child(done.join(rows.select(CASE).unique(), on=CASE, how="semi"), sums)
    second, first = (_failed(name, terms) for name in ("outcome", "first_outcome"))
    same = pl.when(second == first).then(pl.lit(UPHELD))
    verdict = same.when(second & ~first).then(pl.lit(ADDED)).when(~second & first).then(pl.lit(TAKEN_BACK))
    return (
        stretches(rows, CASE, Child(cases_concerned(tables, rows, "assessed_on", "sent_on")), firsts)
        .with_columns(in_scope=IN_SCOPE, verdict=verdict.cast(pl.Enum(VERDICTS)))
        .drop("case_in_scope")
        .sort("review_ref", "recorded_from")
    )


def _failed(outcome: str, terms: Terms) -> pl.Expr:
    return pl.col(outcome).cast(pl.String).is_in(terms.failed)


def sample_checks(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """One row for each application and stretch, however often it was drawn: `drawn_on` (first), `checked_on`
    (first completed), `missed_on` (first that found a failure), `unsent`: not sent on when it was drawn.
    """
    rows = register(tables, "reviews").filter(pl.col("kind") == "sample")
    completed = pl.col("completed_on")
    sums = [
        pl.col("allocated_on").min().alias("drawn_on"),
        completed.min().alias("checked_on"),
        completed.filter(_failed("outcome", terms)).min().alias("missed_on"),
    ]
    unsent = pl.col("sent_on").is_null() | (pl.col("sent_on") > pl.col("drawn_on"))
    return (
        by_day(rows, CASE, Child(cases_concerned(tables, rows, "assessed_on", "sent_on")), sums=sums)
        .with_columns(in_scope=IN_SCOPE, unsent=unsent)
        .drop("case_in_scope")
        .rename(STRETCH)
        .sort(CASE, "recorded_from")
    )


FAILURE, MATTER = "failure_ref", "referral_ref"
ENDED = ("closed", "discontinued", "withdrawn")  # statuses of a matter that is settled


def failures(tables: Tables, partition: Sequence[Part]) -> pl.LazyFrame:
    """`in_scope` needs both to be in scope, and the application to be known: else it is out of scope, not out
    of sight. `part`: the first of the headline partition that fits; `referred_on`: the first, of any scope.
    """
    rows = register(tables, "failures", "review_ref")
    referred = Child(_referred(tables, rows), [pl.col("referred_on").min()], on=(FAILURE,))
    return (
        stretches(rows, CASE, Child(cases_concerned(tables, rows)), referred)
        .with_columns(
            in_scope=pl.col("in_scope") & IN_SCOPE,
            part=_part(partition),
            month_found=pl.col("found_on").dt.truncate("1mo"),
        )
        .drop("case_in_scope")
        .sort(FAILURE, "recorded_from")
    )


def _referred(tables: Tables, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Once for each case that the failure was in."""
    about = tables["referral_failures"].select(MATTER, FAILURE, *CLOCK)
    matters = tables["referrals"].select(MATTER, "referred_on", *CLOCK)
    known = stretches(about, MATTER, Child(matters, how="inner"))
    return known.join(rows.select(FAILURE, CASE).unique(), on=FAILURE)


def _part(partition: Sequence[Part]) -> pl.Expr:
    fitting = pl.lit(None, pl.String)
    for part in reversed(partition):
        fitting = pl.when(part.fits()).then(pl.lit(part.name)).otherwise(fitting)
    return fitting.cast(pl.Enum([part.name for part in partition]))


def referrals(tables: Tables) -> pl.LazyFrame:
    """The first spell (`first`) begins on the day of referral with the status "referred". `until_on`: when
    the next begins. `mode` and `outcome`: the latest decided by then. `failures`: how many.
    """
    steps = tables["referral_events"].select(
        MATTER, "status", "mode", "outcome", "event_ref", *CLOCK, from_on="happened_on"
    )
    about = Child(tables["referral_failures"].select(MATTER, *CLOCK), [pl.len().alias("failures")])
    known = by_day(register(tables, "referrals"), MATTER, about, also=[steps]).with_columns(
        pl.col("failures").fill_null(0)
    )
    began = known.with_columns(
        from_on="referred_on",
        status=pl.lit("referred").cast(pl.Enum(REFERRAL_STATUSES)),
        event_ref=pl.lit(""),
        first=pl.lit(value=True),
    )
    stepped = on_day(steps, known, MATTER).with_columns(first=pl.lit(value=False))
    order = [MATTER, "day", "from_on", pl.col("event_ref").str.len_bytes(), "event_ref"]
    decided = pl.col("mode", "outcome").forward_fill().over(MATTER, "day", order_by=order)
    return (
        pl.concat([began, stepped], how="diagonal")
        .sort(order)
        .with_columns(decided, until_on=pl.col("from_on").shift(-1).over(MATTER, "day", order_by=order))
        .rename(STRETCH)
        .drop("event_ref")
    )


def investigated(tables: Tables) -> pl.LazyFrame:
    """`begun_on`: the first of their referrals in scope, or of any where none is; `ended_on`: when the last
    ended; `referrals`: how many. The first spell (`first`) has no duty status.
    """
    # Made once here: each is read three times by what follows, and each reading would make it anew.
    ended = pl.when(pl.col("status").last().is_in(ENDED)).then(pl.col("from_on").last())
    of_matter = referrals(tables).group_by(MATTER, *CLOCK, maintain_order=True)
    known = of_matter.agg(pl.col("referred_on", "in_scope").first(), ended_on=ended).collect().lazy()
    named = tables["people_investigated"].select(PERSON, MATTER, *CLOCK)
    matters = stretches(named, MATTER, Child(known, how="inner")).collect().lazy()
    any_in_scope = pl.col("in_scope").any()
    counted = pl.col("in_scope") | ~any_in_scope
    begun, ends = pl.col("referred_on").filter(counted), pl.col("ended_on").filter(counted)
    sums = [
        any_in_scope.alias("in_scope"),
        begun.min().alias("begun_on"),
        pl.when(ends.is_not_null().all()).then(ends.max()).alias("ended_on"),
        counted.sum().cast(pl.Int32).alias("referrals"),
    ]
    duties = tables["duty_statuses"].select(PERSON, "from_on", *CLOCK, duty="status")
    spine = by_day(matters, PERSON, also=[duties], sums=sums)
    return spells(spine, duties, PERSON, "begun_on", latest=[pl.col("duty")])


def recommendations(tables: Tables, terms: Terms) -> pl.LazyFrame:
    """`due_on`: the day it was made is the first of the days allowed; later if extended. `subject`: its
    referral's. One is out of scope only if its referral is known to be.
    """
    rows = register(tables, "recommendations")
    matters = tables["referrals"].select(MATTER, "subject", *CLOCK, matter_in_scope="in_scope")
    about = Child(matters.join(rows.select("recommendation_ref", MATTER).unique(), on=MATTER), on=(MATTER,))
    allowed = pl.duration(days=terms.response_days - 1)
    return (
        stretches(rows, "recommendation_ref", about)
        .with_columns(
            in_scope=pl.col("matter_in_scope").fill_null(value=True),
            due_on=pl.max_horizontal(pl.col("made_on") + allowed, "extended_to"),
        )
        .drop("matter_in_scope")
        .sort("recommendation_ref", "recorded_from")
    )
