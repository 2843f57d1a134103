"""What was known of each person to contact, state by state, and of each attempt to reach one."""

import polars as pl

from metrics.histories.cases import OF_CASE, cases_concerned
from metrics.histories.periods_known import STRETCH, Tables, change_days, on_day, spells

REACHED = ("contacted", "contacted through another agency")
NOT_NEEDED, UNABLE, NOT_SAFE = "no contact needed", "unable to contact", "not safe or appropriate"
SETTLED = (*REACHED, NOT_NEEDED, UNABLE, NOT_SAFE)
"""States in which nobody waits to be reached."""

LATEST = (
    pl.col("state"),
    pl.col("look_again_on"),
    pl.col("unsafe_reason").cast(pl.String),
    pl.col("approved_by_ref"),
)
"""Of several states of a person from one day, the last in this order holds: states by the schema's list."""

PERSON = "person_ref"
# A person to contact is none of the staff whom a register knows by the same name of a column.
CONTACT = "contact_ref"


def people(tables: Tables) -> pl.LazyFrame:
    """`contact_ref` is the person's pseudonym. `in_scope` is that of the application, which must be known.
    The first spell (`first`) begins on the day the person was identified and has no state.
    `settled_on` is the first day of a state in which nobody waits to be reached.
    """
    spine = tables["people_to_contact"].drop("opened_by", "closed_by")
    states = tables["contact_states"].drop("opened_by", "closed_by")
    concerned = _cases_of_people(tables, spine)
    days = change_days([spine, states, concerned], PERSON)
    settled = pl.col("from_on").filter(pl.col("state").is_in(SETTLED)).min().over(PERSON, "recorded_from")
    stepped = on_day(states, days, PERSON).drop("day_after")
    return (
        spells(_placed(spine, concerned, days), stepped, PERSON, "identified_on", latest=LATEST)
        .with_columns(settled_on=settled)
        .rename({PERSON: CONTACT})
    )


def attempts(tables: Tables) -> pl.LazyFrame:
    """Return what was known of each attempt and of the person it was to reach, and from when to when."""
    attempted = tables["contact_attempts"].drop("opened_by", "closed_by")
    spine = tables["people_to_contact"].drop("opened_by", "closed_by")
    concerned = _cases_of_people(tables, spine)
    days = change_days([attempted, spine, concerned], PERSON)
    placed = _placed(spine, concerned, days).drop("day_after")
    return (
        on_day(attempted, days, PERSON)
        .join(placed, on=[PERSON, "day"], how="left")
        .with_columns(pl.col("in_scope").fill_null(value=False))
        .rename({**STRETCH, PERSON: CONTACT})
        .sort("attempt_ref", "recorded_from")
    )


def _cases_of_people(tables: Tables, spine: pl.LazyFrame) -> pl.LazyFrame:
    named = spine.select(PERSON, "application_ref").unique()
    return cases_concerned(tables, spine).join(named, on="application_ref")


def _placed(spine: pl.LazyFrame, concerned: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    of_day = on_day(concerned, days, PERSON).drop("day_after")
    return (
        on_day(spine, days, PERSON)
        .join(of_day, on=[PERSON, "application_ref", "day"], how="left")
        .with_columns(in_scope=pl.col("case_in_scope").fill_null(value=False))
        .drop("case_in_scope")
        .select(PERSON, "application_ref", "identified_on", "in_scope", *OF_CASE, "day", "day_after")
    )
