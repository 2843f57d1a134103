"""The form of a draft: which figures, of which day, and why; no number is typed anywhere."""

import datetime as dt
from typing import get_args

import streamlit as st
from pydantic import ValidationError

from data.errors import UserError
from data.publishing.content import LONGEST_NOTE, LONGEST_TITLE, Bound, Draft, Nature, Status
from data.publishing.moments import local, moment_of
from data.publishing.release import Release
from metrics import catalogue
from metrics.dimensions import dimension, dimensions_of
from metrics.metric import spoken
from pages.parts.releases import clock, memory
from service.markdown import plain
from service.releases.checklist import told_of
from service.releases.publishing import Press
from service.view import Source

AT_ONCE, SET = "as soon as it is approved", "at a set time (an embargo)"
USUAL_TIME = dt.time(9, 30)
HEADLINES = ("population", "risk_assessed", "failures", "failures_with_harm", "referrals")
NATURES: dict[Nature, str] = {
    "first release": "first release",
    "update": "update: later figures",
    "revision": "revision: planned, from new information",
    "correction": "correction: mends an error",
}


def begin(press: Press) -> None:
    st.subheader("A new release")
    st.caption(
        "Choose figures and a day: Candour counts them, now and again when you submit. Nothing is public "
        "until another person has approved it."
    )
    usual = _usual(press)
    draft = _form(press, usual, key="draft_new", label="Save as a draft")
    if draft is not None:
        memory.attempt(lambda: press.draft(draft), "{name} is saved as a draft.")


def edit(press: Press, loaded: Release) -> None:
    if loaded.draft is None:
        return
    with st.expander("Write the draft anew", expanded=False):
        draft = _form(press, loaded.draft, key=f"draft_{loaded.id}_{loaded.seen}", label="Save the draft")
        if draft is not None:
            memory.attempt(
                lambda: press.edit(loaded.id, draft, seen=loaded.seen), "{name} is saved as you wrote it."
            )


def _usual(press: Press) -> Draft:
    """What stands in the form of a new release: the figures of the last one, on the last day loaded."""
    day = press.source.last_day
    last = press.public()
    figures = [Bound(figure=each.figure, by=each.by) for each in last[-1].told.figures] if last else []
    figures = figures or [Bound(figure=name) for name in HEADLINES]
    there = told_of(press.source, figures) or [Bound(figure=catalogue.CATALOGUE[0].name)]
    return Draft(
        title="Figures of the review",
        as_at=day,
        known_at=day,
        status="provisional",
        nature="update" if last else "first release",
        figures=tuple(there),
    )


def _form(press: Press, usual: Draft, *, key: str, label: str) -> Draft | None:
    """Ask for a draft; None until it is saved, or where something is wrong, which is then said."""
    source = press.source
    choices = _choices(source, usual)
    with st.form(key):
        title = st.text_input("Title", usual.title, max_chars=LONGEST_TITLE, key=f"{key}_title")
        as_at, known_at = _days(source, usual, key)
        status, nature = _kinds(usual, key)
        figures = _figures(choices, usual, key)
        note = st.text_area(
            "What changed since the last release, how much and why, in words for the public",
            usual.note,
            max_chars=LONGEST_NOTE,
            key=f"{key}_note",
        )
        when = st.selectbox(
            "When is it public?", [AT_ONCE, SET], 0 if usual.embargo is None else 1, key=f"{key}_when"
        )
        first = usual.embargo or _tomorrow(press)
        asked = clock.ask("Embargo", source.terms.time_zone, first, key=f"{key}_embargo")
        st.caption("The embargo's day and time count only if it is public at a set time.")
        if not st.form_submit_button(label, type="primary"):
            return None
    try:
        embargo = asked.moment() if when == SET else None
        return Draft.model_validate(
            {
                "title": title, "as_at": as_at, "known_at": known_at, "status": status, "nature": nature,
                "note": note or "", "embargo": embargo, "figures": figures,
            }
        )  # fmt: skip
    except ValidationError as error:
        st.error(plain(_misfit(error)))
    except UserError as fault:
        st.error(plain(str(fault)))
    return None


def _days(source: Source, usual: Draft, key: str) -> tuple[dt.date, dt.date]:
    columns = st.columns(2)
    with columns[0]:
        as_at = st.date_input(
            "As at",
            min(usual.as_at, source.last_day),
            key=f"{key}_as_at",
            help="The day that every figure speaks of.",
            max_value=source.last_day,
            format="DD/MM/YYYY",
        )
    with columns[1]:
        known_at = st.date_input(
            "As known on",
            min(usual.known_at, source.last_day),
            key=f"{key}_known_at",
            help="The last day whose records count: the day of the figures, or later.",
            max_value=source.last_day,
            format="DD/MM/YYYY",
        )
    return as_at, known_at


def _kinds(usual: Draft, key: str) -> tuple[str | None, str | None]:
    columns = st.columns(2)
    statuses, natures = list(get_args(Status)), list(NATURES)
    with columns[0]:
        status = st.selectbox("Status", statuses, statuses.index(usual.status), key=f"{key}_status")
    with columns[1]:
        words = list(NATURES.values())
        nature = st.selectbox("What kind", words, natures.index(usual.nature), key=f"{key}_nature")
    return status, natures[words.index(str(nature))]


def _figures(choices: dict[str, Bound], usual: Draft, key: str) -> list[Bound]:
    labels = {bound: label for label, bound in choices.items()}
    wanted = [labels[each] for each in usual.figures if each in labels]
    whole = st.multiselect(
        "Figures",
        [label for label, bound in choices.items() if not bound.by],
        [label for label in wanted if not choices[label].by],
        key=f"{key}_figures",
        placeholder="Choose figures",
    )
    split = st.multiselect(
        "Figures that are split",
        [label for label, bound in choices.items() if bound.by],
        [label for label in wanted if choices[label].by],
        key=f"{key}_split",
        placeholder="None is split; type a few letters to find one",
    )
    return [choices[label] for label in [*whole, *split]]


def _choices(source: Source, usual: Draft) -> dict[str, Bound]:
    offered = [Bound(figure=each.name) for each in catalogue.CATALOGUE]
    offered += [
        Bound(figure=each.name, by=(split.name,))
        for each in catalogue.CATALOGUE
        for split in dimensions_of(each.subject)
    ]
    there = told_of(source, [*offered, *usual.figures])
    return {_label(source, each): each for each in dict.fromkeys(there)}


def _label(source: Source, bound: Bound) -> str:
    title = spoken(catalogue.metric(bound.figure), source.terms.case).title
    by = " and ".join(dimension(name).title.lower() for name in bound.by)
    return f"{title}, by {by}" if by else title


def _tomorrow(press: Press) -> dt.datetime:
    zone = press.source.terms.time_zone
    return moment_of(local(press.now, zone).date() + dt.timedelta(days=1), USUAL_TIME, zone)


def _misfit(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = str(first["loc"][0]) if first["loc"] else ""
    words = {
        "title": "Give it a title, in one line.",
        "figures": "Choose at least one figure, and at most 60.",
    }
    if where in words and first["type"] != "value_error":
        return words[where]
    said = first["msg"].removeprefix("Value error, ")
    return f"{said[:1].upper()}{said[1:]}."
