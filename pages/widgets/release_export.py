"""Offer the files of a release: the notice, the workbook, the web page, and a picture of one figure."""

from dataclasses import replace

import streamlit as st

from data.publishing.release import Release
from pages.shell.release_export_request import STANDINGS, AskedRelease, issue_of
from pages.widgets.export_button import Offer
from reports.exports import export
from reports.press.image import alternative
from service.releases.publishing import Press

WHOLE = ("notice", "release_workbook", "web_page")


def offer_release(press: Press, release: Release, *, key: str) -> None:
    """Offer every file of a release that somebody has approved; nothing of one that nobody has."""
    if release.state(press.now) not in STANDINGS:
        return
    st.subheader("Take it away")
    with st.container(horizontal=True, gap="small"):
        for each in WHOLE:
            offer(press, each, release).draw(key=f"{key}_{each}")
    _offer_picture(press, release, key)


def offer(press: Press, export_: str, release: Release, figure: str = "") -> Offer:
    format_ = export(export_).formats[0]
    asked = AskedRelease(export=export_, release=release.id, format=format_, figure=figure)
    return Offer(press.source.visit, asked)


def _offer_picture(press: Press, release: Release, key: str) -> None:
    issue = issue_of(press, release.id)
    whole = [each for each in issue.public.figures if not each.by]
    titles = {each.figure: each.title for each in whole if each.whole.number is not None}
    if not titles:
        return
    with st.expander("A picture of one figure, for social media"):
        chosen = st.selectbox("Of", list(titles), format_func=titles.__getitem__, key=f"{key}_figure")
        if chosen:
            st.markdown("Post this text alternative with it:")
            st.code(alternative(replace(issue, figure=chosen)), language=None, wrap_lines=True)
            offer(press, "social_image", release, chosen).draw(key=f"{key}_social_image")
