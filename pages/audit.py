"""Who looked at what, and whether the record of it is whole."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from access.audit import Verdict, extract, looked_at, verify
from access.roles import Permission
from charts.bars import counts
from data.formatting import capitalised, counted, written_count, written_day
from data.record import Kind, Outcome
from metrics.unusual_days import LEAST_DAYS, unusual_days
from pages.shell import choices
from pages.shell.address import Day, Several
from pages.shell.page_start import current_source, offer
from pages.widgets import chart_card, rows
from pages.widgets.export_button import Offer
from reports.export_request import Asked
from service import cache
from service.markdown import plain
from service.results import MOST_ROWS
from service.view import Source

MOST_FINDINGS = 20
FIRST_DAY = dt.date(2000, 1, 1)  # before any record
FIRST_SPAN = dt.timedelta(days=6)
ADVICE = ": choose fewer days, or take them all out with python -m access extract"
HISTORY = dt.timedelta(weeks=8)
WATCHED = {Kind.CONSULTATION: "views", Kind.DISCLOSURE: "exports"}
NARROWED_BY = {"who": "Who", "kind": "Kind", "outcome": "Outcome"}


class Span(NamedTuple):
    """Days in UTC, both of them included."""

    begins: dt.date
    ends: dt.date


def draw() -> None:
    source = current_source()
    heading, controls = st.empty(), st.columns([2, 2, 3, 3, 3], gap="small")
    span = asked_days(controls)
    every = entries_of(source, span)
    odd = unusual(every, span)
    chosen = narrow(every.filter(pl.col("at") >= span.begins.isoformat()), controls)
    refused = chosen.filter(pl.col("outcome") == Outcome.REFUSED).height
    attention = bool(refused or odd.height)
    with heading.container(key="status_alert" if attention else "status"):
        st.header(f"{'▲ ' if attention else ''}{summary(chosen, odd.height, span)}", anchor=False)
    verdict(*checked_record(source))
    chart_card.side_by_side(lambda: by_day(chosen, span), lambda: by_reader(chosen))
    parts = {"Entries": lambda: entries_table(chosen), "Unusual days": lambda: unusual_table(odd)}
    choices.tabs("audit_list", {**parts, "Who did what": lambda: who_did_what(chosen)})
    hits, misses, *sizes = cache.usage()
    limit, size = (written_count(amount // cache.MEGABYTE) for amount in sizes)
    used = f"{counted(hits, 'result', 'results')} used again, {written_count(misses)} computed"
    in_all = cache.resident()
    server = "" if in_all is None else f" The server takes {written_count(in_all // cache.MEGABYTE)} MB."
    st.caption(f"Results in memory on this server: {size} of {limit} MB; {used}.{server}")
    offer("Record", Offer(source.visit, Asked(export="record", days=span)))


def asked_days(places: Sequence[DeltaGenerator]) -> Span:
    """Return the days chosen; the page stops where they are the wrong way round."""
    today = dt.datetime.now(dt.UTC).date()
    begins = choices.ask(Day("audit_from", "From", FIRST_DAY, today), today - FIRST_SPAN, place=places[0])
    ends = choices.ask(Day("audit_to", "To", FIRST_DAY, today), today, place=places[1])
    if ends < begins:
        st.error(f"{written_day(ends)} is before {written_day(begins)}: choose the earlier day first.")
        st.stop()
    return Span(begins, ends)


def entries_of(source: Source, span: Span) -> pl.DataFrame:
    """Return the entries of some days and of the weeks before, once the record says that they are read."""
    first = max(FIRST_DAY, span.begins - HISTORY) if span.begins > FIRST_DAY else span.begins
    scope = f"the record from {span.begins} to {span.ends}; counts from {first}"
    source.visit.consult(Permission.RECORD, scope)
    return extract(source.visit.record, first, span.ends)


def unusual(entries: pl.DataFrame, span: Span) -> pl.DataFrame:
    watched = looked_at(entries).filter(pl.col("kind").is_in(list(WATCHED))).drop_nulls("day")
    days = unusual_days(watched.group_by("day", "who", "kind").agg(pl.col("entries").sum()))
    return days.filter(pl.col("day") >= span.begins)


def checked_record(source: Source) -> tuple[Verdict, dt.datetime]:
    """Return whether the record is whole, checked once in ten minutes: a long one takes seconds."""
    source.visit.require(Permission.RECORD, "whether the record is whole")
    moment = dt.datetime.now(dt.UTC)
    tenth = moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)
    with st.spinner("Verifying the record …"):
        key, record = ("verified", source.place.folder, tenth), source.visit.record
        return cache.once(key, lambda: (verify(record), dt.datetime.now(dt.UTC)))


def narrow(entries: pl.DataFrame, places: Sequence[DeltaGenerator]) -> pl.DataFrame:
    for place, (name, title) in zip(places[2:], NARROWED_BY.items(), strict=True):
        # Who has no entry on other days than before stays chosen: nobody's entries are then nobody's.
        chosen: list[str] = st.session_state.get(f"audit_{name}", [])
        options = sorted({*entries[name], *chosen})
        wanted = choices.ask(Several(f"audit_{name}", title, options), [], place=place)
        entries = entries.filter(pl.col(name).is_in(wanted)) if wanted else entries
    return entries


def summary(entries: pl.DataFrame, odd: int, span: Span) -> str:
    spoken = f"from {written_day(span.begins)} to {written_day(span.ends)}"
    if entries.is_empty():
        return f"The record has no entry {spoken} that fits."
    refused = entries.filter(pl.col("outcome") == Outcome.REFUSED).height
    requests = capitalised(counted(refused, "refused request", "refused requests"))
    return f"{requests} and {counted(odd, 'unusual day', 'unusual days')}, {spoken}."


def verdict(verdict: Verdict, at: dt.datetime) -> None:
    sentence = plain(f"{verdict} Checked at {at:%H:%M} UTC.")
    if verdict.whole:
        st.caption(sentence)
    else:
        findings = "".join(f"\n- {plain(finding)}" for finding in verdict.findings[:MOST_FINDINGS])
        st.error(f"{sentence}\n{findings}")


def by_day(chosen: pl.DataFrame, span: Span) -> None:
    days = pl.DataFrame({"day": pl.date_range(span.begins, span.ends, eager=True)})
    entries = days.join(_parted(chosen, "day"), on="day", how="left", maintain_order="left").fill_null(0)
    entries = entries.select("count", "marked", label=rows.day("day"))
    colours = chart_card.colours()
    chart = counts("Entries by day", entries, colours, named="day", unit="entries", word="refused")
    chart_card.show(chart, key="audit_days", measure="Refused requests in orange")


def by_reader(chosen: pl.DataFrame) -> None:
    entries = _parted(chosen, "who").sort("marked", "count", "who", descending=[True, True, False])
    entries, colours = entries.rename({"who": "label"}), chart_card.colours()
    how: dict[str, Any] = {"named": "reader", "unit": "entries", "word": "refused"}
    chart = counts("Entries by reader", entries, colours, level=True, **how)
    chart_card.show(chart, key="audit_readers", measure="Refused requests first")


def _parted(chosen: pl.DataFrame, by: str) -> pl.DataFrame:
    refused = pl.col("entries").filter(pl.col("outcome") == Outcome.REFUSED).sum()
    return looked_at(chosen).drop_nulls(by).group_by(by).agg(count=pl.col("entries").sum(), marked=refused)


def unusual_table(odd: pl.DataFrame) -> None:
    if odd.is_empty():
        st.caption("No reader had far more views or exports than usual for that reader.")
    else:
        kinds = pl.col("kind").replace_strict(WATCHED, default="")
        usual = pl.col("usual").round(0).cast(pl.Int64)
        shown = odd.select(Day=rows.day("day"), Reader="who", What=kinds, Entries="entries", Usually=usual)
        st.dataframe(shown, hide_index=True)
    st.caption(f"A day is compared with the reader's other days, of which there must be {LEAST_DAYS}.")


def who_did_what(chosen: pl.DataFrame) -> None:
    listed = looked_at(chosen).sort("day", "who", "kind", "outcome", descending=[True, False, False, False])
    columns = {title: pl.col(name) for name, title in NARROWED_BY.items()}
    day = rows.day("day").fill_null("no day")
    st.dataframe(listed.head(MOST_ROWS).select(Day=day, **columns, Entries="entries"), hide_index=True)
    rows.note_rest(listed, ADVICE)


def entries_table(chosen: pl.DataFrame) -> None:
    at = pl.col("at").str.slice(0, 19).str.replace("T", " ")
    columns = {"Number": "number", "At (UTC)": at, "Who": "who", "Role": "role", "Kind": "kind"}
    columns |= {"What": "scope", "Why": "reason", "Outcome": "outcome"}
    first = pl.col("outcome") == Outcome.REFUSED
    latest = chosen.sort(first, "number", descending=True).head(MOST_ROWS)
    st.dataframe(latest.select(**columns), hide_index=True)
    rows.note_rest(chosen, ADVICE)
