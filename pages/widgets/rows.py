"""A figure by one dimension, its parts over time, and the rows behind a number: as many as it says."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.bars import bars, labels_of, written
from charts.chart import Chart
from charts.dots import by_period, dots
from charts.palette import Palette
from data.errors import UserError
from data.formatting import capitalised, counted, listed_words, short_day, written_count
from data.schema import STILL
from data.terms import USUAL_WORDS, Nouns
from metrics.dimensions import Dimension
from metrics.metric import AnyMetric, Subject
from metrics.timelines import SEEN
from pages.shell import choices
from pages.shell.address import option
from pages.widgets import chart_card, export_button
from service.events import events
from service.markdown import plain
from service.over_time import days_of, rate_by_period
from service.results import MOST_ROWS, shown
from service.sentences.failures import groups_title, rates_by, rates_of_groups
from service.sentences.figure import spoken_clocks
from service.view import View

NOUNS: dict[Subject, tuple[str, str]] = {
    "failures": ("{failure}", "{failures}"),
    "referrals": ("{referral}", "{referrals}"),
    "investigated": ("person", "people"),
    "recommendations": ("{recommendation}", "{recommendations}"),
    "people": ("person", "people"),
    "attempts": ("attempt", "attempts"),
    "staffing": ("week of a team", "weeks of teams"),
    "second_looks": ("{second_look}", "{second_looks}"),
    "enquiries": ("{enquiry}", "{enquiries}"),
    "reviews": ("{any_review}", "{any_reviews}"),
    "findings": ("finding", "findings"),
}
"""What the rows of a subject are called; those not named are what the review calls its cases."""
Where = Sequence[tuple[str, str | None]]
MOST_LISTED, LIST_HEIGHT = 15, 260
NOT_ROWS = "The rows behind each number are shown to those who may see case rows."
# What the clocks of a view see of a fact, in words.
SPOKEN = ("known then", "corrected or removed by then", "not yet recorded then", "still to happen then")
WORDS = dict(zip(SEEN, SPOKEN, strict=True))
DAYS = st.column_config.DateColumn(format="D MMM YYYY")
NUMBERS = st.column_config.NumberColumn(format="localized")
FEWEST = 3  # values: fewer are said


def allowed(view: View) -> bool:
    may = view.source.visit.may(Permission.CASE_ROWS)
    if not may:
        st.caption(NOT_ROWS)
    return may


def under(view: View, name: str, result: pl.DataFrame, split: Sequence[Dimension], *, key: str) -> None:
    if not allowed(view):
        return
    parts = zip(*(labels_of(result, dimension) for dimension in split), strict=True)
    labelled = [" · ".join(row) for row in parts]
    options = [label for label, count in zip(labelled, result["numerator"], strict=True) if count]
    choice = option(key, "Show the rows behind", options, optional=True)
    chosen = choices.ask(choice, None, placeholder="Click a bar or cell, or choose one here")
    if chosen is None:
        return
    names = [dimension.name for dimension in split]
    values = result.select(pl.col(names).cast(pl.String)).row(labelled.index(chosen))
    where = list(zip(names, values, strict=True))
    behind = view.behind(name, where)
    st.markdown(f"**{how_many(view, name, behind.height)}** behind “{plain(chosen)}”.")
    show_cases(view, behind, key=f"{key}_{name}")
    export_button.of_rows(view, name, where).draw(key=f"{key}_{name}")


def how_many(view: View, name: str, count: int) -> str:
    one, many = NOUNS.get(view.metric(name).subject, ("{case}", "{cases}"))
    return plain(counted(count, view.words(one), view.words(many)))


def rows_of(view: View, name: str, where: Where = (), *, key: str | None = None) -> None:
    """key: tells a list from another of the same figure on the same page."""
    if allowed(view):
        key = key or f"all_{name}"
        show_cases(view, view.behind(name, where), key=key)
        export_button.of_rows(view, name, where).draw(key=key)


def show_cases(view: View, rows: pl.DataFrame, *, key: str) -> None:
    if "application_ref" not in rows.columns:
        show_rows(rows, view.words)
        return
    refs = rows["application_ref"].head(MOST_ROWS).to_list()
    chosen, table = f"{key}_case", f"{key}_rows"

    def choose_row() -> None:
        places = st.session_state[table]["selection"]["rows"]
        st.session_state[chosen] = refs[places[0]] if places else None

    show_rows(rows, view.words, key=table, on_select=choose_row, selection_mode="single-row")
    ask_case(view, refs, key=chosen)


def show_rows(rows: pl.DataFrame, words: Nouns = USUAL_WORDS, **selecting: Any) -> None:  # noqa: ANN401  # of Streamlit
    table = shown(rows.head(MOST_ROWS), words)
    days = dict.fromkeys(table.select(pl.col(pl.Date)).columns, DAYS)
    st.dataframe(table, hide_index=True, column_config=days, **selecting)
    note_rest(rows, ": narrow the view for the rest")


def longest(key: str, table: pl.DataFrame) -> None:
    """List in a card who waits, the longest first, as far as there is room. table: all of it, in order."""
    more = table.height - MOST_LISTED
    note = f"The {MOST_LISTED} longest; {written_count(more)} more below" if more > 0 else "The longest first"
    with chart_card.frame(key, "Who waits", note):
        st.dataframe(table.head(MOST_LISTED), hide_index=True, height=LIST_HEIGHT)


def note_rest(rows: pl.DataFrame, advice: str = "") -> None:
    if rows.height > MOST_ROWS:
        st.caption(f"The first {written_count(MOST_ROWS)} of {written_count(rows.height)}{advice}.")


def day(name: str) -> pl.Expr:
    return pl.col(name).map_elements(short_day, return_dtype=pl.String)


def on_demand(title: str, draw: Callable[[], object], *, key: str) -> None:
    """Draw under a title that is opened first: until then nothing is read, and no look is recorded."""
    with st.expander(title, key=key, on_change="rerun") as expander:
        if expander.open:
            draw()


def rows_on_demand(view: View, name: str, title: str, *, key: str) -> None:
    on_demand(title, lambda: rows_of(view, name), key=key)


def ask_case(view: View, refs: Sequence[str], *, key: str) -> None:
    """The choice is no part of the address: a case's reference is for the record, not for a proxy's log."""
    options = list(dict.fromkeys(refs))
    if st.session_state.get(key) not in (None, *options):
        st.session_state[key] = None
    case = view.source.terms.case
    label, about = f"What was known when, of one {case.one}", f"Choose {case.one} in the table, or here"
    chosen = st.selectbox(label, options, index=None, key=key, placeholder=about)
    if chosen is not None:
        _show_case(view, chosen)


def _show_case(view: View, application_ref: str) -> None:
    try:
        file = view.case_file(application_ref)
    except UserError as fault:
        st.error(plain(str(fault)))
        return
    with st.container(border=True):
        st.subheader(f"{capitalised(view.source.terms.case.one)} {application_ref}: what was known when")
        st.markdown(plain(case_sentence(view, file)))
        days = {"Happened on": DAYS, "Recorded on": DAYS}
        st.dataframe(
            case_table(view.words, file),
            hide_index=True,
            key=f"history_{application_ref}",
            column_config=days,
        )
        st.caption("Each row is one record of what happened, until it was corrected or removed.")


def case_sentence(view: View, file: pl.DataFrame) -> str:
    counts = {seen: file.filter(pl.col("seen") == seen).height for seen in SEEN}
    facts = [counted(counts[seen], "fact", "facts") + f" {WORDS[seen]}" for seen in SEEN if counts[seen]]
    return f"{spoken_clocks(view)}: {listed_words(facts)}."


def case_table(words: Nouns, file: pl.DataFrame) -> pl.DataFrame:
    until = pl.when(pl.col("recorded_to") != STILL).then(pl.col("recorded_to").dt.to_string("%-d %b %Y"))
    columns = {
        "Happened on": pl.col("happened_on"),
        "What": pl.col("what").map_elements(words.renamed, pl.String),
        "As recorded": pl.col("said")
        .fill_null("")
        .str.replace("detailed review", words.detailed_review, literal=True),
        "Recorded on": pl.col("recorded_from"),
        "Until": until.fill_null("still"),
        "In this view": pl.col("seen").cast(pl.String).replace_strict(WORDS),
        "Ref": pl.col("ref").fill_null(""),
        **({"By": pl.col("staff").fill_null("")} if file["staff"].count() else {}),
    }
    return file.select(**columns)


def breakdown(
    view: View,
    name: str,
    split: Dimension,
    *,
    key: str,
    behind: str = "",
    occurring: bool = False,
    **how: str | bool,
) -> pl.DataFrame:
    """behind: the widget that a click on a bar sets. occurring: whether values of no row are left out. how:
    of a chart's card."""
    result, split = view.result(name, by=[split.name]), split.worded(view.words)
    if occurring:
        result = result.filter(pl.col("numerator") > 0)
        if result.is_empty():
            return result
    metric = view.metric(name)

    def make(view: View, colours: Palette) -> Chart:
        result = view.result(name, by=[split.name])
        shown = result.filter(pl.col("numerator") > 0) if occurring else result
        return bars(metric, shown, split, view.clocks, colours)

    chart = chart_card.drawn(view, make)
    if result.height < FEWEST:
        headline, measure = str(how.get("headline") or chart.title), str(how.get("measure", ""))
        words = f"{capitalised(in_words(metric, result, split))}."
        chart_card.words(key, headline, words, measure=measure)
    else:
        offer = export_button.of_figure(view, name, by=[split.name])
        chart_card.show(chart, key=key, offer=offer, chosen=behind, **how)
    if behind:
        under(view, name, result, [split], key=behind)
    return result


def rates(view: View, name: str, split: Dimension, *, narrows: bool = True, **how: Any) -> None:  # noqa: ANN401
    """Draw a share by groups. narrows: whether a click narrows the page, so that every group stays. how: of a
    chart's card."""
    filters = (split.name,) if narrows else ()

    def make(view: View, colours: Palette) -> Chart:
        whole, lit = view.without(*filters), view.chosen(split.name) if narrows else ()
        result, groups = rates_by(whole, name, split), rates_of_groups(whole, name, split)
        return dots(view.metric(name), result, groups, split, clocks=view.clocks, palette=colours, lit=lit)

    headline = groups_title(view.without(*filters), name, split)
    how = {"measure": f"{view.metric(name).title}, 95% interval", **how}
    chart_card.draw(view, make, headline=headline, filters=filters, **how)


def rates_by_month(view: View, name: str, *, key: str, measure: str, headline: str = "") -> None:
    title = f"{view.metric(name).title} by month"

    def make(view: View, colours: Palette) -> Chart:
        shares, overall = rate_by_period(view, name), view.figure(name).value
        return by_period(title, shares, overall, colours, events=events(view))

    chart_card.draw(view, make, key=key, headline=headline, measure=measure, compact=True)


def parts_over_time(
    view: View, name: str, split: Dimension, part: pl.Expr, order: Sequence[str]
) -> pl.DataFrame:
    """Return `day` and a column for each part that occurs, in the order given. part: from a value of the
    dimension to the part that it belongs to."""
    days, then = days_of(view), view.as_known_then
    long = view.split_course(name, split.name, days, then=then).with_columns(part=part)
    occurring = set(long.filter(pl.col("numerator") > 0)["part"])
    parts = [value for value in order if value in occurring]
    wide = long.pivot("part", index="day", values="numerator", aggregate_function="sum").sort("day")
    return wide.select("day", *parts).fill_null(0)


def in_words(metric: AnyMetric, result: pl.DataFrame, split: Dimension) -> str:
    pairs = zip(labels_of(result, split), written(metric, result), strict=True)
    return "; ".join(f"{label}: {number}" for label, number in pairs)
