"""The table that requests for information ask for: shown, and taken away in one click."""

import polars as pl
import streamlit as st

from charts.bars import bars
from data.formatting import capitalised, listed_words, written_count, written_day, written_share
from data.terms import Terms
from metrics.catalogue.timeliness import disclosed_after
from metrics.dimensions import YEAR
from metrics.metric import AnyMetric, spoken
from pages.shell.header import TRUE
from pages.widgets import chart_card, export_button, rows
from reports.content import Table
from service.markdown import plain
from service.sentences import chance, enquiries, lines
from service.view import View

TITLE = "Disclosures by route and year"
ALL_ROUTES, ALL_YEARS = "all routes", "all years"
IN_TIME, SHARES = "disclosed_in_time", ("share_disclosed", "share_in_time")


def offer(view: View) -> None:
    """Give the table in one click; it bears aggregates only, so no reason is asked."""
    if _decided(view):
        export_button.of_table(view, TITLE, file).link(f"{TITLE}, for requests for information")


def draw(view: View) -> None:
    """Show disclosures within the limit by year, then the table, and give the file in one click."""
    if not view.told(["disclosed"]):
        return
    st.header(f"What requests for information ask of {view.source.terms.case.many}")
    disclosed = lines.in_the_whole(view, "disclosures", enquiries.disclosures(view))
    st.markdown(f"**{plain(disclosed)}**")
    if not _decided(view):
        return
    if view.requests()["judged"].sum():
        _by_year(view)
    st.subheader(TITLE)
    st.warning(TRUE)
    table = shown(view)
    counts = [name for name, dtype in table.schema.items() if dtype.is_integer()]
    grouped = st.column_config.NumberColumn(format="localized")
    config = dict.fromkeys(counts, grouped)
    st.dataframe(table, hide_index=True, height="content", column_config=config)
    st.caption(_limits(view.source.terms))


def _decided(view: View) -> bool:
    """Whether any decision is known, so that there is anything to tell."""
    return bool(view.told(["disclosed"])) and view.requests()["decided"].sum() > 0


def shown(view: View) -> pl.DataFrame:
    """Return the table as a reader sees it: shares with their sign, subtotals by name."""
    found = numbers(view)
    return found.with_columns(
        pl.Series(name, [written_share(value) if value is not None else "none" for value in found[name]])
        for name in (_NAMES[each] for each in SHARES)
    )


def numbers(view: View) -> pl.DataFrame:
    """Return the table with shares as parts of 1."""
    found = view.requests()
    if found["judged"].equals(found["disclosed"]):
        found = found.drop("judged")
    after = {name: f"After {name.removeprefix('after_')} days" for name in found.columns if "after_" in name}
    return found.with_columns(
        route=pl.col("route").cast(pl.String).fill_null(ALL_ROUTES),
        year=pl.col("year").cast(pl.String).fill_null(ALL_YEARS),
    ).select(
        pl.col(name).alias(words) for name, words in (_NAMES | after | _LAST).items() if name in found.columns
    )


def file(view: View) -> Table:
    terms = view.source.terms
    limits = sorted({each.days for each in terms.timescales})
    figures: dict[str, AnyMetric] = {
        "Received": view.metric("population"),
        "No decision": view.metric("undecided"),
        "Disclosed": view.metric("disclosed"),
        "Share disclosed": view.metric("share_disclosed"),
        "Share in time": view.metric(IN_TIME),
        **{f"After {days} days": spoken(disclosed_after(days), terms.case) for days in limits},
    }
    notes = [("Publication", TRUE), ("Limit", _limits(terms))]
    notes += [(column, metric.definition) for column, metric in figures.items()]
    notes += [("Longest, days", "The most days from receipt to disclosure, of the disclosures made.")]
    return Table(title=TITLE, said=TRUE, rows=numbers(view), notes=tuple(notes))


_NAMES = {
    "route": "Route",
    "year": "Year received",
    "received": "Received",
    "undecided": "No decision",
    "decided": "Decided",
    "disclosed": "Disclosed",
    "share_disclosed": "Share disclosed",
    "judged": "Judged",
    "in_time": "In time",
    "share_in_time": "Share in time",
}
_LAST = {"longest": "Longest, days"}


def _by_year(view: View) -> None:
    result = view.result(IN_TIME, by=[YEAR.name]).filter(pl.col("denominator") > 0)
    chart = bars(view.metric(IN_TIME), result, YEAR, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, IN_TIME, by=[YEAR.name])
    chart_card.show_to_click(chart, key="in_time_by_year", chosen="behind_in_time", leaving=leaving)
    st.caption(chance.told(result, "the years"))
    rows.under(view, IN_TIME, result, [YEAR], key="behind_in_time")


def _limits(terms: Terms) -> str:
    """Say which limit is in force from which day."""
    if not terms.timescales:
        return "The terms of reference know no limit, so no disclosure is judged by one."
    told = [
        f"{written_count(each.days)} days from {written_day(each.begins)}"
        for each in sorted(terms.timescales, key=lambda each: each.begins)
    ]
    return capitalised(
        f"each is judged by the limit on the whole process in force on the day it was received: "
        f"{listed_words(told)}. The day of receipt is not counted."
    )
