"""What the review found: failures, harm, and how often they occur."""

from functools import partial

import polars as pl

from metrics.catalogue.progress import RISK_ASSESSED, SHARE_COMPLETED
from metrics.metric import IN_SCOPE, Metric, Spell, in_scope

_found = in_scope("found_on")

_failures = partial(Metric, subject="failures")

FAILURES = _failures(
    name="failures",
    title="Failures found",
    definition="Failures in the scope of the terms of reference that had been found by the day.",
    why_it_matters="Each is a finding that the service failed someone.",
    counts="failures in scope",
    numerator=_found,
)
HARM = _failures(
    name="failures_with_harm",
    title="Failures with harm",
    definition="Failures in scope, found by the day, in which someone came to harm, whatever their type.",
    why_it_matters="They are the gravest findings. Each is expected to be referred to the oversight body.",
    numerator=in_scope("found_on", where=pl.col("harm")),
    better="lower",
)
SHARE_WITH_HARM = _failures(
    name="share_with_harm",
    title="Share of failures with harm",
    definition="Failures with harm, out of the failures found.",
    why_it_matters="It says how grave the failures found are.",
    counts="failures with harm",
    out_of="failures in scope",
    numerator=HARM.numerator,
    denominator=_found,
    chance=True,
    better="lower",
)
FAILURE_RATE = Metric(
    name="failure_rate",
    title="Failure rate",
    definition="{Cases} risk assessed with at least one failure found by the day, out of all {cases} risk "
    "assessed.",
    why_it_matters="It says how often the service failed, so areas and years of different size compare.",
    counts="{cases} with a failure",
    out_of="{cases} risk assessed",
    numerator=in_scope("received_on", "assessed_on", "failed_on"),
    denominator=RISK_ASSESSED.numerator,
    dated_by="received_on",
    chance=True,
    better="lower",
)
FAILURE_RATE_REVIEWED = Metric(
    name="failure_rate_reviewed",
    title="Failure rate of detailed reviews",
    definition="{Cases} reviewed in detail with at least one failure found by the day, out of all {cases} "
    "reviewed in detail.",
    why_it_matters="It says how often a close look finds a failure.",
    counts="{cases} with a failure",
    out_of="{cases} reviewed in detail",
    numerator=in_scope("sent_on", "completed_on", "failed_on"),
    denominator=SHARE_COMPLETED.numerator,
    chance=True,
)
FAILURES_OUTSIDE_SCOPE = _failures(
    name="failures_outside_scope",
    title="Failures outside the scope",
    definition="Failures outside the terms of reference, or in a case that is outside them or no longer "
    "known. They are shown apart and never counted.",
    why_it_matters="They need action as any other, but are no part of the review's figures.",
    numerator=Spell(begins=pl.col("found_on"), where=~IN_SCOPE),
    better="lower",
)


HARM_OUTSIDE_SCOPE = _failures(
    name="harm_outside_scope",
    title="Failures with harm outside the scope",
    definition="Failures outside the scope in which someone came to harm, whatever their type.",
    why_it_matters="Harm is no less grave for having been done after the review's period.",
    numerator=Spell(begins=pl.col("found_on"), where=~IN_SCOPE & pl.col("harm")),
    better="lower",
)


def every_part(by_part: pl.DataFrame) -> pl.DataFrame:
    parts = by_part.schema["part"]
    assert isinstance(parts, pl.Enum)
    none = pl.DataFrame({"part": parts.categories}, schema={"part": parts})
    filled = none.join(by_part, on="part", how="left")
    return filled.with_columns(pl.col("numerator", "value").fill_null(0)).sort("part")


FIGURES = (
    FAILURES, HARM, SHARE_WITH_HARM, FAILURE_RATE, FAILURE_RATE_REVIEWED, FAILURES_OUTSIDE_SCOPE,
    HARM_OUTSIDE_SCOPE,
)  # fmt: skip
