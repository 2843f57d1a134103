"""Who looked at what, and whether the record of it is whole."""

import datetime as dt
from typing import NamedTuple

import polars as pl
import streamlit as st

from access.audit import extract, looked_at
from access.roles import Permission
from charts.stacks import stacks
from data.formatting import capitalised, counted, written_count, written_day
from data.kinds import Kind
from pages.shell import choices
from pages.shell.address import Day, Several
from pages.shell.page_start import current_source
from pages.widgets import chart_card, export_button, rows
from service import cache, results
from service.markdown import plain
from service.results import Verified
from service.rows import MOST_ROWS
from service.view import Source

MOST_FINDINGS = 20
FIRST_DAY = dt.date(2000, 1, 1)  # before any record
FIRST_SPAN = dt.timedelta(days=6)
ADVICE = ": choose fewer days, or take them all out with python -m access extract"
NARROWED_BY = {"who": "Who", "kind": "Kind", "outcome": "Outcome"}


class Span(NamedTuple):
    """Days in UTC, both of them included."""

    begins: dt.date
    ends: dt.date


def draw() -> None:
    source = current_source()
    span = asked_days()
    entries = entries_of(source, span)
    chosen = narrow(entries)
    st.header(summary(chosen, span))
    verdict(verify(source))
    entries_chart(chosen, entries, span)
    who_did_what(chosen)
    entries_table(chosen)
    cache_usage()
    export_button.of_record(source.visit, *span).draw(key="record")


def asked_days() -> Span:
    """Return the days chosen; the page stops where they are the wrong way round."""
    today = dt.datetime.now(dt.UTC).date()
    with st.sidebar:
        begins = choices.ask(Day("audit_from", "From", FIRST_DAY, today), today - FIRST_SPAN)
        ends = choices.ask(Day("audit_to", "To", FIRST_DAY, today), today)
    if ends < begins:
        st.error(f"{written_day(ends)} is before {written_day(begins)}: choose the earlier day first.")
        st.stop()
    return Span(begins, ends)


def entries_of(source: Source, span: Span) -> pl.DataFrame:
    """Return the entries of some days, first to last, once the record has it that they were looked at."""
    source.visit.consult(Permission.RECORD, f"the record from {span.begins} to {span.ends}")
    return extract(source.visit.record, *span)


def verify(source: Source) -> Verified:
    source.visit.require(Permission.RECORD, "whether the record is whole")
    moment = dt.datetime.now(dt.UTC)
    tenth = moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)
    with st.spinner("Verifying the record …"):
        return results.verified(source.place.folder, tenth, source.visit.record)


def narrow(entries: pl.DataFrame) -> pl.DataFrame:
    for name, title in NARROWED_BY.items():
        # Who has no entry on other days than before stays chosen: nobody's entries are then nobody's.
        chosen: list[str] = st.session_state.get(f"audit_{name}", [])
        options = sorted({*entries[name], *chosen})
        with st.sidebar:
            wanted = choices.ask(Several(f"audit_{name}", title, options), [])
        entries = entries.filter(pl.col(name).is_in(wanted)) if wanted else entries
    return entries


def summary(entries: pl.DataFrame, span: Span) -> str:
    spoken = f"from {written_day(span.begins)} to {written_day(span.ends)}"
    if entries.is_empty():
        return f"The record has no entry {spoken} that fits."
    people = counted(entries["who"].n_unique(), "reader or account", "readers and accounts")
    total = counted(entries.height, "entry", "entries")
    refused = entries.filter(pl.col("outcome") == "refused").height
    refusals, were = counted(refused, "request", "requests"), "was" if refused == 1 else "were"
    return f"{capitalised(people)} made {total} {spoken}. {capitalised(refusals)} {were} refused."


def cache_usage() -> None:
    usage = cache.usage()
    size, limit = (written_count(amount // cache.MEGABYTE) for amount in (usage.size, usage.limit))
    used = f"{counted(usage.hits, 'result', 'results')} used again, {written_count(usage.misses)} computed"
    st.caption(f"Results in memory on this server: {size} of {limit} MB; {used}.")


def verdict(verified: Verified) -> None:
    sentence = plain(f"{verified.verdict} Checked at {verified.at:%H:%M} UTC.")
    if verified.verdict.whole:
        st.markdown(sentence)
    else:
        findings = "".join(f"\n- {plain(finding)}" for finding in verified.verdict.findings[:MOST_FINDINGS])
        st.error(f"{sentence}\n{findings}")


def entries_chart(chosen: pl.DataFrame, entries: pl.DataFrame, span: Span) -> None:
    counts = looked_at(chosen).group_by("day", part="kind").agg(count=pl.col("entries").sum())
    counts = counts.drop_nulls("day").sort("day", "part")
    there = set(entries["kind"])
    parts = [*(kind for kind in Kind if kind in there), *sorted(there - set(Kind))]
    title = "Entries in the record by day and kind"
    chart = stacks(title, counts, parts, span, chart_card.colours(), unit="entries")
    chart_card.show(chart, key="audit_chart")


def who_did_what(chosen: pl.DataFrame) -> None:
    counts = looked_at(chosen).sort("day", "who", "kind", "outcome", descending=[True, False, False, False])
    columns = {title: pl.col(name) for name, title in NARROWED_BY.items()}
    day = rows.day("day").fill_null("no day")
    st.subheader("Who did what")
    st.dataframe(counts.head(MOST_ROWS).select(Day=day, **columns, Entries="entries"), hide_index=True)
    rows.note_rest(counts, ADVICE)


def entries_table(chosen: pl.DataFrame) -> None:
    columns = {"number": "Number", "at": "At (UTC)", "who": "Who", "role": "Role", "kind": "Kind"}
    columns |= {"scope": "What", "reason": "Why", "outcome": "Outcome"}
    at = pl.col("at").str.slice(0, 19).str.replace("T", " ")
    st.subheader("Entries")
    latest = chosen.reverse().head(MOST_ROWS).with_columns(at)
    st.dataframe(latest.select(*columns).rename(columns), hide_index=True)
    rows.note_rest(chosen, ADVICE)
