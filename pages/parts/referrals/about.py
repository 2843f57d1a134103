"""What referrals are about: failures that have one, failures that have none, referrals about none."""

import streamlit as st

from data.formatting import written_count
from pages.widgets import rows
from service.markdown import plain
from service.view import View


def draw(view: View) -> None:
    """Say how failures and referrals are linked, and list the rows on either side that have no link."""
    names = ["failures_referred", "failures_not_referred", "referrals_without_failure"]
    if view.told(names) != names:
        return
    st.subheader("Failures and referrals")
    st.markdown(plain(sentence(view)))
    _rows(view, "failures_referred", "Failures with a referral")
    _rows(view, "failures_not_referred", "Failures without a referral")
    _rows(view, "referrals_without_failure", "Referrals about no single failure")


def sentence(view: View) -> str:
    return f"{_failures(view)} {_referrals(view)}"


def _failures(view: View) -> str:
    found, referred = view.figure("failures").numerator, view.figure("failures_referred").numerator
    if found == 0:
        return "No failure has been found."
    if found == 1:
        said = f"The one failure found has {'a' if referred else 'no'} referral"
    else:
        have = f"{written_count(referred) if referred else 'none'} {'have' if referred > 1 else 'has'}"
        said = f"Of {written_count(found)} failures found, {have} a referral"
    return f"{said}{_harm(view)}."


def _harm(view: View) -> str:
    """Say how many failures with harm have no referral; nothing where none did harm."""
    if not view.figure("failures_with_harm").numerator:
        return ""
    harmed = view.figure("harm_not_referred").numerator
    if harmed == 0:
        return "; every failure with harm has one"
    return f"; {written_count(harmed)} with harm {'has' if harmed == 1 else 'have'} none"


def _referrals(view: View) -> str:
    """Say how many referrals are about no single failure; they belong to no area, so are never narrowed."""
    made, alone = view.figure("referrals").numerator, view.figure("referrals_without_failure").numerator
    where = " in the whole review" if view.whole("referrals") else ""
    if made == 0:
        return f"No referral has been made{where}."
    if alone == 0:
        return f"{_each_of(made)}{where} is about a failure."
    about = "about no single failure, but about a person or the body itself"
    if made == 1:
        return f"The one referral{where} is {about}."
    return (
        f"Of {written_count(made)} referrals{where}, "
        f"{written_count(alone)} {'is' if alone == 1 else 'are'} {about}."
    )


def _each_of(made: int) -> str:
    return "The one referral" if made == 1 else f"Each of {written_count(made)} referrals"


def _rows(view: View, name: str, title: str) -> None:
    count = view.figure(name).numerator
    where = " in the whole review" if view.whole(view.metric(name).subject) else ""
    shown = st.expander(f"{title}{where}: {written_count(count)}", key=f"rows_{name}", on_change="rerun")
    if shown.open:
        with shown:
            rows.rows_of(view, name)
