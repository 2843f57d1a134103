"""Offer a file under what it would hold: the reader says why and as what, and gets a link to fetch it by."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import polars as pl
import streamlit as st

from access.visit import Visit
from data.faults import Fault
from data.reason import LONGEST, fitting
from pages.parts.leaving import EACH_DAY, ONE_DAY, Asked
from pages.parts.source import View
from pages.parts.visitor import desk
from reports.exports import Export, Format, export

DOOR = "/export/"


class Offer(NamedTuple):
    """A file that a reader may ask for."""

    visit: Visit
    asked: Asked

    def draw(self, *, key: str) -> None:
        """Offer it to a reader who may have it; its link is good for ten minutes, and for this visit."""
        wanted = export(self.asked.export)
        if not self.visit.may(wanted.needs):
            return
        with st.popover(f"Take away: {wanted.title.lower()}"), st.form(f"{key}_export", border=False):
            chosen = st.selectbox("As", wanted.formats, key=f"{key}_format")
            reason = _asked_reason(wanted, key)
            if st.form_submit_button("Make a link"):
                _give_link(self.visit, wanted, replace(self.asked, format=Format(chosen), reason=reason))


def of_figure(view: View, name: str, *, by: Sequence[str] = (), every: str | None = None) -> Offer:
    """Return the offer of a figure broken down by dimensions or by period."""
    return _of(view, "figures", figures=(name,), by=tuple(by), every=every)


def of_course(view: View, names: Sequence[str], *, then: bool) -> Offer:
    """Return the offer of figures over time, as known on each day or on the view's own."""
    return _of(view, "figures", figures=tuple(names), course=EACH_DAY if then else ONE_DAY)


def of_table(view: View, title: str, make: Callable[[View], pl.DataFrame]) -> Offer:
    """Return the offer of a table that a page draws; it is made anew when it is fetched."""
    return _of(view, "figures", title=title, make=make)


def offer_rows(view: View, name: str, where: Sequence[tuple[str, str | None]], *, key: str) -> None:
    """Offer the rows that a figure counts, where dimensions have these values."""
    _of(view, "cases", figures=(name,), where=tuple(where)).draw(key=key)


def of_record(visit: Visit, begins: dt.date, ends: dt.date) -> Offer:
    """Return the offer of the record's entries from one day to another."""
    return Offer(visit, Asked(export="record", days=(begins, ends)))


def _of(view: View, id_: str, **asked: Any) -> Offer:  # noqa: ANN401  # the fields of Asked
    return Offer(
        view.source.visit,
        Asked(export=id_, clocks=view.clocks, kept=view.kept, against=view.against, **asked),
    )


def _asked_reason(wanted: Export, key: str) -> str:
    if not wanted.reason_asked:
        return ""
    said = st.text_input(
        "Why do you need these rows outside Candour?",
        key=f"{key}_reason",
        max_chars=LONGEST,
        help="One sentence. It is kept in the record and written into the file. Name nobody in it.",
    )
    return " ".join((said or "").split())


def _give_link(visit: Visit, wanted: Export, asked: Asked) -> None:
    if wanted.reason_asked:
        try:
            fitting(asked.reason)
        except Fault as fault:
            st.error(str(fault))
            return
    visit.require(wanted.needs, f"link to an export of {wanted.title.lower()}")
    ticket = desk().tickets.issue(visit.digest, asked)
    st.link_button("Fetch the file", f"{DOOR}{ticket}")
    st.caption("The link is yours alone and good for ten minutes. Fetching the file is recorded.")
