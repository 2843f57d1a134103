"""The inbox and how soon it is answered, and the table that requests for information ask for."""

from collections.abc import Sequence
from functools import partial

import polars as pl
import polars.selectors as cs
import streamlit as st

from access.roles import Permission
from charts.bars import bars, turnover
from charts.cells import heat
from charts.chart import Chart
from charts.palette import Palette
from data.formatting import capitalised, counted, listed_words, written_count, written_day, written_share
from data.terms import Terms
from metrics.catalogue.timeliness import disclosed_after
from metrics.dimensions import TOPIC, YEAR, Dimension, dimension
from metrics.metric import spoken
from pages.shell import choices
from pages.shell.page_start import current_view, offer
from pages.widgets import chart_card, export_button, figure_strip, rows
from reports.content import Table
from service.events import events
from service.markdown import plain
from service.sentences import status
from service.sentences.figure import TRUE, are, chance_of
from service.view import View

WEEKLY, ANSWERED, WAITS = "{Enquiries} received and answered by week", "days_to_answer", "enquiries_open"
RECEIVED = ("Received", "Answered")
WEEK = dimension("week of received_on")
STRIP = {
    "enquiries": "Received",
    WAITS: "Waiting",
    "enquiries_overdue": "Past {answer_within}",
    "enquiries_answered": "Answered",
    "answered_in_time": "Answered in time",
    ANSWERED: "Half answered within",
}
TITLE = "Disclosures by route and year"
IN_TIME, SHARES = "disclosed_in_time", ("share_disclosed", "share_in_time")
TITLES = {"year": "Year received", "undecided": "No decision", "longest": "Longest, days"}
_FIGURES = {
    "Received": "population",
    "No decision": "undecided",
    "Disclosed": "disclosed",
    "Share disclosed": "share_disclosed",
    "Share in time": IN_TIME,
}


def draw() -> None:
    view = current_view()
    asked = bool(view.loaded(["enquiries"]))
    if asked:
        figure_strip.status(view, first_sentence(view))
    else:
        figure_strip.status(view, status.Status(disclosures(view)))
    if _decided(view):
        offer(f"{TITLE}, for requests for information", _offer(view))
    if asked:
        figure_strip.draw(view, STRIP)
    if asked and view.figure("enquiries").numerator:
        _inbox(view)
    sections = {
        **({"Who waits": _all_waiting, "By topic": _by_topic} if asked else {}),
        **({"Disclosures": requests} if view.loaded(["disclosed"]) else {}),
        "Method": _method,
    }
    choices.tabs("tab", sections, view, owns={"Disclosures": ("behind_in_time",)})


def first_sentence(view: View) -> status.Status:
    received, waiting, overdue = view.counts("enquiries", "enquiries_open", "enquiries_overdue")
    if not received:
        none = view.words("No {enquiry} had arrived by this day.")
        return status.Status(status.in_the_whole(view, "enquiries", none))
    share = view.figure("answered_in_time").value
    first = f"{counted(received, view.words('{enquiry} has'), view.words('{enquiries} have'))} arrived"
    if share is not None:
        first = f"{written_share(share)} answered within {view.words.answer_within} (target: all)"
    late = f", {written_count(overdue)} too long" if overdue else ""
    wait = f"{counted(waiting, 'waits', 'wait')}{late}" if waiting else "none waits"
    words = status.in_the_whole(view, "enquiries", f"{first}; {wait}.")
    return status.Status(words, attention=overdue > 0)


def disclosures(view: View) -> str:
    case, whole = view.source.terms.case, view.requests()
    if whole.is_empty():
        return f"No {case.many} that fit were known by this day."
    row = whole.row(-1, named=True)
    received = counted(row["received"], case.one, case.many)
    if not row["decided"]:
        return f"No decision on any of {received} is recorded, so disclosures are unknown."
    if not row["disclosed"]:
        decided = f"{written_count(row['decided'])} {are(row['decided'])} decided"
        return f"No disclosure has been made in the {received} received; {decided}."
    longest = f"the longest took {counted(row['longest'], 'day', 'days')}"
    disclosed = capitalised(counted(row["disclosed"], "disclosure was", "disclosures were"))
    if not row["judged"]:
        return f"{disclosed} made in {received}; {longest}. The terms of reference set no limit."
    in_time = view.figure("disclosed_in_time")
    within = f"{written_count(in_time.numerator)} ({written_share(in_time.value)}) within the limit in force"
    return f"{disclosed} made in {received} received: {within}. {capitalised(longest)}."


def _inbox(view: View) -> None:
    title, share = view.words(WEEKLY), view.figure("answered_in_time").value
    headline = title if share is None else f"{written_share(share)} answered in time (target: all)"

    def make(view: View, colours: Palette) -> Chart:
        unit = view.words.enquiries
        return turnover(title, weekly_counts(view), colours, unit=unit, events=events(view))

    how = {"headline": headline, "measure": view.words("{Enquiries} by week")}
    weekly = partial(chart_card.draw, view, make, key="weekly", **how)
    chart_card.side_by_side(weekly, lambda: _waiting(view), widths=[3, 2])
    if view.figure(WAITS).numerator and view.source.visit.may(Permission.CASE_ROWS):
        listed = partial(rows.longest, "who_waits", waiting_table(view))
        chart_card.side_by_side(lambda: _topics(view), listed, widths=[2, 3])
    else:
        _topics(view)


def weekly_counts(view: View) -> pl.DataFrame:
    """Return `week` (its Monday) and how many were received and answered, of all weeks from the first."""
    counts = [
        view.result(name, every="1w").select(week="period", **{words: pl.col("numerator")})
        for name, words in zip(("enquiries", "enquiries_answered"), RECEIVED, strict=True)
    ]
    joined = counts[0].join(counts[1], on="week", how="full", coalesce=True).sort("week")
    return joined.with_columns(pl.col(RECEIVED).fill_null(0))


def _waiting(view: View) -> None:
    split = [WEEK, TOPIC]

    def counts(view: View, by: Sequence[Dimension]) -> pl.DataFrame:
        return view.result(WAITS, by=[split.name for split in by]).filter(pl.col("numerator") > 0)

    def make(view: View, colours: Palette) -> Chart:
        return heat(view.metric(WAITS), counts(view, split), split, view.clocks, colours)

    (count,) = view.counts(WAITS)
    one, many = view.words("{enquiry} waits"), view.words("{enquiries} wait")
    headline = f"{counted(count, one, many)} for an answer" if count else "None waits"
    if counts(view, split).height >= rows.FEWEST:
        measure = "By topic and week received"
        chart_card.draw(view, make, key="waiting", headline=headline, measure=measure)
        return
    topics = rows.in_words(view.metric(WAITS), counts(view, [TOPIC]), TOPIC)
    chart_card.words("waiting", headline, *([f"{capitalised(topics)}."] if count else []))


def _topics(view: View) -> None:
    days = view.figure(ANSWERED).value
    headline = "" if days is None else f"Half answered within {counted(round(days), 'day', 'days')}"
    measure = "Median days by topic"
    rows.breakdown(view, ANSWERED, TOPIC, key="answered", headline=headline, measure=measure)


def waiting_table(view: View) -> pl.DataFrame:
    late = pl.col("overdue_from") <= view.clocks.as_at
    mark = pl.when(late).then(pl.lit("▲ overdue")).otherwise(pl.lit("due"))
    return view.behind(WAITS).sort("received_on", "enquiry_ref").select(
        **{view.words.Enquiry: "enquiry_ref"}, Topic=pl.col("topic").cast(pl.String).fill_null(TOPIC.missing),
        Received=rows.day("received_on"), Due=pl.concat_str(mark, pl.lit(" "), rows.day("due_on")),
    )  # fmt: skip


def _all_waiting(view: View) -> None:
    if view.figure(WAITS).numerator:
        rows.rows_of(view, WAITS)
    else:
        st.markdown(view.words("No {enquiry} waits for an answer on this day."))


def _by_topic(view: View) -> None:
    if rows.breakdown(view, "enquiries", TOPIC, key="by_topic", occurring=True).is_empty():
        st.markdown(view.words("No {enquiry} had arrived by this day."))


def _method(view: View) -> None:
    figure_strip.definitions(view, [*STRIP, IN_TIME])


def _offer(view: View) -> export_button.Offer:
    # It bears aggregates only, so no reason is asked.
    return export_button.of_table(view, TITLE, requests_file)


def requests(view: View) -> None:
    sentence = status.in_the_whole(view, "disclosures", disclosures(view))
    st.markdown(f"**{plain(sentence)}**")
    if not _decided(view):
        return
    if view.requests()["judged"].sum():
        _by_year(view)
    st.subheader(TITLE)
    st.warning(TRUE)
    numbers = requests_numbers(view)
    table = numbers.with_columns(
        pl.Series(name, ["none" if share is None else written_share(share) for share in numbers[name]])
        for name in map(_title, SHARES)
    )
    config = dict.fromkeys(table.select(cs.integer()).columns, rows.NUMBERS)
    st.dataframe(table, hide_index=True, height="content", column_config=config)
    st.caption(_limits(view.source.terms))
    _offer(view).link(f"{TITLE}, for requests for information")


def _decided(view: View) -> bool:
    return bool(view.loaded(["disclosed"])) and view.requests()["decided"].sum() > 0


def requests_numbers(view: View) -> pl.DataFrame:
    """Return the table with shares as parts of 1."""
    numbers = view.requests()
    if numbers["judged"].equals(numbers["disclosed"]):
        numbers = numbers.drop("judged")
    return numbers.with_columns(
        route=pl.col("route").cast(pl.String).fill_null("all routes"),
        year=pl.col("year").cast(pl.String).fill_null("all years"),
    ).rename(_title)


def _title(name: str) -> str:
    days = " days" if name.startswith("after_") else ""
    return TITLES.get(name, f"{capitalised(name.replace('_', ' '))}{days}")


def requests_file(view: View) -> Table:
    terms = view.source.terms
    limits = sorted({limit.days for limit in terms.timescales})
    figures = {column: view.metric(name) for column, name in _FIGURES.items()}
    figures |= {f"After {days} days": spoken(disclosed_after(days), terms.words) for days in limits}
    notes = [("Publication", TRUE), ("Limit", _limits(terms))]
    notes += [(column, metric.definition) for column, metric in figures.items()]
    notes += [("Longest, days", "The most days from receipt to disclosure, of the disclosures made.")]
    return Table(title=TITLE, subtitle=TRUE, rows=requests_numbers(view), notes=tuple(notes))


def _by_year(view: View) -> None:
    def shares(view: View) -> pl.DataFrame:
        return view.result(IN_TIME, by=[YEAR.name]).filter(pl.col("denominator") > 0)

    def make(view: View, colours: Palette) -> Chart:
        return bars(view.metric(IN_TIME), shares(view), YEAR, view.clocks, colours)

    file = export_button.of_figure(view, IN_TIME, by=[YEAR.name])
    chart_card.draw(view, make, key="in_time_by_year", offer=file, chosen="behind_in_time")
    st.caption(chance_of(shares(view), "the years"))
    rows.under(view, IN_TIME, shares(view), [YEAR], key="behind_in_time")


def _limits(terms: Terms) -> str:
    if not terms.timescales:
        return "The terms of reference know no limit, so no disclosure is judged by one."
    scales = sorted(terms.timescales, key=lambda scale: scale.begins)
    limits = [f"{written_count(scale.days)} days from {written_day(scale.begins)}" for scale in scales]
    judged = "Each is judged by the limit on the whole process in force on the day it was received"
    return f"{judged}: {listed_words(limits)}. The day of receipt is not counted."
