"""Messages to the dedicated inbox: how many, how many wait, and how soon they are answered."""

import polars as pl

from metrics.metric import Duration, Metric, Spell

_in_time = pl.col("answered_on") <= pl.col("due_on")

ENQUIRIES = Metric(
    name="enquiries",
    title="Enquiries received",
    definition="Messages to the dedicated inbox that had arrived by the day.",
    why_it_matters="It says how many people the review has reached or worried.",
    subject="enquiries",
    counts="enquiries received",
    numerator=Spell(begins=pl.col("received_on")),
    dated_by="received_on",
    unit="enquiries",
    better="neither",
    owner="Communications",
)
ENQUIRIES_ANSWERED = Metric(
    name="enquiries_answered",
    title="Enquiries answered",
    definition="Messages to the dedicated inbox that had been answered by the day.",
    why_it_matters="Each is a person who has heard back.",
    subject="enquiries",
    counts="enquiries answered",
    numerator=Spell(begins=pl.col("answered_on")),
    dated_by="answered_on",
    unit="enquiries",
    better="higher",
    owner="Communications",
)
ENQUIRIES_OPEN = Metric(
    name="enquiries_open",
    title="Enquiries waiting for an answer",
    definition="Messages to the dedicated inbox that had arrived by the day and not been answered by then.",
    why_it_matters="Each is a person who waits, perhaps to hear whether they are at risk.",
    subject="enquiries",
    counts="enquiries not yet answered",
    numerator=Spell(begins=pl.col("received_on"), ends=pl.col("answered_on")),
    dated_by="received_on",
    unit="enquiries",
    better="lower",
    owner="Communications",
)
ENQUIRIES_OVERDUE = Metric(
    name="enquiries_overdue",
    title="Enquiries past their tenth working day",
    definition="Messages to the dedicated inbox not answered by the day, whose tenth working day after the "
    "day they arrived (bank holidays of England and Wales left out) was over.",
    why_it_matters="They have waited longer than they were told.",
    subject="enquiries",
    counts="enquiries past their tenth working day",
    numerator=Spell(begins=pl.col("overdue_from"), ends=pl.col("answered_on")),
    dated_by="received_on",
    unit="enquiries",
    better="lower",
    owner="Communications",
)
ENQUIRIES_LATE = Metric(
    name="enquiries_late",
    title="Enquiries not answered within ten working days",
    definition="Messages to the dedicated inbox whose tenth working day after the day they arrived (bank "
    "holidays of England and Wales left out) had come by the day, and that were not answered by it: answered "
    "later, or not at all.",
    why_it_matters="Each is a person who waited longer than was promised, even if they have heard since.",
    subject="enquiries",
    counts="enquiries not answered in time",
    numerator=Spell(begins=pl.col("due_on"), where=~_in_time.fill_null(value=False)),
    dated_by="received_on",
    unit="enquiries",
    better="lower",
    owner="Communications",
)
ANSWERED_IN_TIME = Metric(
    name="answered_in_time",
    title="Share answered within ten working days",
    definition="Enquiries answered by the tenth working day after the day they arrived (bank holidays of "
    "England and Wales left out), out of those whose tenth working day had come by the day, answered or not.",
    why_it_matters="It says whether people hear back when they were told they would.",
    subject="enquiries",
    counts="enquiries answered in time",
    out_of="enquiries due",
    numerator=Spell(begins=pl.col("due_on"), where=_in_time),
    denominator=Spell(begins=pl.col("due_on")),
    dated_by="received_on",
    chance=True,
    unit="share",
    better="higher",
    owner="Communications",
)
DAYS_TO_ANSWER = Duration(
    name="days_to_answer",
    title="Days to an answer",
    definition="Median days from an enquiry's arrival to its answer, with those still waiting counted as "
    "waiting (Kaplan-Meier).",
    why_it_matters="It is how long half of those who write must wait.",
    subject="enquiries",
    counts="enquiries answered",
    out_of="enquiries received",
    stage=Spell(begins=pl.col("received_on"), ends=pl.col("answered_on")),
    dated_by="received_on",
    unit="days",
    better="lower",
    owner="Communications",
)

ENQUIRED = (
    ENQUIRIES, ENQUIRIES_ANSWERED, ENQUIRIES_OPEN, ENQUIRIES_OVERDUE, ENQUIRIES_LATE, ANSWERED_IN_TIME,
    DAYS_TO_ANSWER,
)  # fmt: skip
