"""Offer a file under what it would hold: the reader says why and as what, and gets a link to fetch it by."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import polars as pl
import streamlit as st

from access.visit import Visit
from data.errors import UserError
from data.publishing.release import Release
from data.record import LONGEST_REASON, fitting
from pages.shell.current_user import services
from pages.widgets.menu import menu
from reports.content import Table
from reports.export_request import ISSUE_STATES, Asked, AskedRelease, issue_of
from reports.exports import Export, Format, export
from reports.press.image import alternative
from service.markdown import plain
from service.releases.publishing import Press
from service.view import View

EXPORT_ROUTE = "/export/"


class Offer(NamedTuple):
    visit: Visit
    asked: Asked | AskedRelease

    @property
    def allowed(self) -> bool:
        return self.visit.may(export(self.asked.export).needs)

    def draw(self, *, key: str) -> None:
        self.button(f"Download {export(self.asked.export).title.lower()}", key=key)

    def button(self, label: str, *, key: str) -> None:
        if self.allowed:
            menu(label, lambda: self.form(key=key), key=f"{key}_download", type="secondary")

    def form(self, *, key: str) -> None:
        wanted = export(self.asked.export)
        if not self.allowed:
            return
        with st.form(f"{key}_export", border=False):
            if wanted.holds:
                st.markdown(plain(wanted.holds))
            chosen, *others = wanted.formats
            if others:
                chosen = Format(st.selectbox("As", wanted.formats, key=f"{key}_format"))
            reason = ""
            if wanted.reason_asked:
                about = "One sentence. It is kept in the record and written into the file. Name nobody in it."
                how: dict[str, Any] = {"max_chars": LONGEST_REASON, "help": about, "key": f"{key}_reason"}
                typed = st.text_input("Why do you need these rows outside Candour?", "", **how)
                reason = " ".join(typed.split())
            if st.form_submit_button("Make a link"):
                self._give_link(wanted, replace(self.asked, format=chosen, reason=reason))

    def link(self, label: str) -> None:
        wanted = export(self.asked.export)
        if wanted.reason_asked:
            raise ValueError(f"{wanted.id} does not leave without a reason")
        if self.visit.may(wanted.needs):
            ticket = services().tickets.issue(self.visit.digest, replace(self.asked, format=Format.XLSX))
            st.link_button(label, f"{EXPORT_ROUTE}{ticket}")
            st.caption("The link is yours alone and good for ten minutes: load the page again for a new one.")

    def _give_link(self, wanted: Export, asked: Asked | AskedRelease) -> None:
        if wanted.reason_asked:
            try:
                fitting(asked.reason)
            except UserError as fault:
                st.error(plain(str(fault)))
                return
        self.visit.require(wanted.needs, f"link to an export of {wanted.title.lower()}")
        ticket = services().tickets.issue(self.visit.digest, asked)
        st.link_button("Fetch the file", f"{EXPORT_ROUTE}{ticket}")
        st.caption("The link is yours alone and good for ten minutes. Fetching the file is recorded.")


NOTICE, WORKBOOK, WEB_PAGE = "Press notice", "Release workbook", "Web page"
RELEASE_FILES = {NOTICE: "notice", WORKBOOK: "release_workbook", WEB_PAGE: "web_page"}


def of_figure(
    view: View, name: str, *, by: Sequence[str] = (), every: str | None = None, occurring: bool = False
) -> Offer:
    return of_view(view, "figures", figures=(name,), by=tuple(by), every=every, occurring=occurring)


def of_table(view: View, title: str, make: Callable[[View], pl.DataFrame | Table]) -> Offer:
    """make: returns its rows, or the whole of it where more is to be said than its days."""
    return of_view(view, "figures", title=title, make=make)


def of_rows(view: View, name: str, where: Sequence[tuple[str, str | None]] = ()) -> Offer:
    return of_view(view, "cases", figures=(name,), where=tuple(where))


def of_view(view: View, name: str, **asked: Any) -> Offer:  # noqa: ANN401  # the fields of Asked
    days = {"clocks": view.clocks, "filters": view.filters, "against": view.against}
    return Offer(view.source.visit, Asked(export=name, format=export(name).formats[0], **days, **asked))


def release_files(press: Press, release: Release) -> dict[str, Offer]:
    """Return the files of a public release by what they are called; none of one that is not public."""
    if release.state(press.now) not in ISSUE_STATES:
        return {}
    return {words: _release_file(press, name, release) for words, name in RELEASE_FILES.items()}


def offer_release(press: Press, release: Release, *, key: str, figure: str | None = None) -> None:
    """figure: of which a picture is offered; None: the reader chooses."""
    if not (files := release_files(press, release)):
        return
    with st.container(horizontal=True, gap="small"):
        files[NOTICE].button(NOTICE, key=f"{key}_notice")
        _offer_picture(press, release, key, figure)
        files[WORKBOOK].button(WORKBOOK if figure is None else "Workbook", key=f"{key}_release_workbook")
        if figure is None:
            files[WEB_PAGE].button(WEB_PAGE, key=f"{key}_web_page")


def _release_file(press: Press, name: str, release: Release, figure: str = "") -> Offer:
    format_ = export(name).formats[0]
    asked = AskedRelease(export=name, release=release.id, format=format_, figure=figure)
    return Offer(press.source.visit, asked)


def _offer_picture(press: Press, release: Release, key: str, figure: str | None) -> None:
    issue = issue_of(press, release.id)
    whole = [one for one in issue.public.figures if not one.by and one.whole.number is not None]
    titles = {one.figure: one.title for one in whole if figure in (None, one.figure)}
    if not titles:
        return

    def draw() -> None:
        titled = titles.__getitem__
        chosen = figure or st.selectbox("Of", list(titles), format_func=titled, key=f"{key}_figure")
        st.markdown("Post this text alternative with it:")
        st.code(alternative(replace(issue, figure=chosen)), language=None, wrap_lines=True)
        _release_file(press, "social_image", release, chosen).form(key=f"{key}_social_image")

    menu("Chart image", draw, key=f"{key}_picture", type="secondary")
