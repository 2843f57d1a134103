"""What was known of each person to contact, state by state, of each attempt, and of enquiries."""

from typing import Final

import polars as pl

from metrics.histories.cases import IN_SCOPE, cases_concerned
from metrics.histories.periods_known import Child, Tables, by_day, register, spells, stretches
from metrics.workdays import after_working_days

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
    named = spine.select(PERSON, "application_ref").unique()
    return Child(cases_concerned(tables, spine).join(named, on="application_ref"), on=("application_ref",))


ANSWER_WITHIN: Final = 10  # working days in which an enquiry is to be answered


def enquiries(tables: Tables) -> pl.LazyFrame:
    """`due_on`: the tenth working day after arrival: the last on which an answer is in time."""
    due_on = after_working_days(pl.col("received_on"), ANSWER_WITHIN)
    return (
        register(tables, "enquiries")
        .with_columns(due_on=due_on, overdue_from=due_on + pl.duration(days=1))
        .sort("enquiry_ref", "recorded_from")
    )
