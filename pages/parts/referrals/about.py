"""What referrals are about: failures that have one, failures that have none, referrals about none."""

import streamlit as st

from data.written import counted, written_count
from pages.parts import drill
from pages.parts.source import View


def draw(view: View) -> None:
    """Say how failures and referrals are linked, and list the rows on either side that have no link."""
    names = ["failures_referred", "failures_not_referred", "referrals_without_failure"]
    if view.told(names) != names:
        return
    st.subheader("Failures and referrals")
    st.markdown(sentence(view))
    _rows(view, "failures_referred", "Failures with a referral")
    _rows(view, "failures_not_referred", "Failures without a referral")
    _rows(view, "referrals_without_failure", "Referrals about no single failure")


def sentence(view: View) -> str:
    """Say both ways how many have a link and how many have none."""
    found, referred = view.figure("failures").numerator, view.figure("failures_referred").numerator
    harmed = view.figure("harm_not_referred").numerator
    made, alone = view.figure("referrals").numerator, view.figure("referrals_without_failure").numerator
    harm = (
        "every failure with harm has one" if harmed == 0 else f"{written_count(harmed)} with harm have none"
    )
    failures, referrals = counted(found, "failure", "failures"), counted(made, "referral", "referrals")
    have, are = "has" if referred == 1 else "have", "is" if alone == 1 else "are"
    return (
        f"Of {failures} found, {written_count(referred)} {have} a referral; {harm}. Of {referrals}, "
        f"{written_count(alone)} {are} about no single failure, but about a person or the body itself."
    )


def _rows(view: View, name: str, title: str) -> None:
    count = view.figure(name).numerator
    shown = st.expander(f"{title}: {written_count(count)}", key=f"rows_{name}", on_change="rerun")
    if shown.open:
        with shown:
            drill.rows_of(view, name)
