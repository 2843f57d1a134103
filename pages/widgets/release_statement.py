"""The form of a statement that was published elsewhere: its numbers are typed, and marked so for good."""

import datetime as dt
from typing import Any, get_args

import streamlit as st

from data.errors import UserError
from data.formatting import listed_words
from data.publishing.content import LONGEST_NOTE, LONGEST_TITLE, Published, PublishedCell, Qualifier
from data.publishing.release import Release
from data.publishing.states import State
from data.releases import Number, Statement
from metrics.catalogue import metric
from metrics.dimensions import PART
from metrics.metric import AnyMetric, Metric
from pages.widgets import release_steps
from pages.widgets.release_draft import HEADLINES, STATUSES, ask_moment, checked, choose
from service.releases.publishing import Press
from service.view import Source

MOST, LONGEST_PLACE = 1_000_000_000, 300
QUALIFIERS: dict[str, Qualifier] = {word or "exactly": word for word in get_args(Qualifier)}
MISFITS = {
    "title": "Give it a title, in one line, as the statement had.",
    "where_from": "Say where the statement was published.",
    "numbers": "Choose at least one figure of the statement.",
}


def begin(press: Press) -> None:
    st.subheader("A statement made elsewhere")
    st.caption(
        "Enter what was published before Candour, or outside it, as it was published. Its numbers are typed "
        "and marked so; nothing of them is counted. It stands once a release approver has confirmed it."
    )
    _form(press, None, key="enter_new")


def correct(press: Press, loaded: Release) -> None:
    later = any(
        other.number == loaded.number
        and other.version > loaded.version
        and other.state(press.now) is not State.ABANDONED
        for other in press.releases()
    )
    if loaded.origin != "elsewhere" or later:
        return
    with st.expander("Correct what was typed, by a new version"):
        _form(press, loaded, key=f"enter_{loaded.id}")


def _form(press: Press, amends: Release | None, *, key: str) -> None:
    source = press.source
    usual = None if amends is None else press.published(amends.id)
    offered = _offered(source)
    typed = {} if usual is None else _typed_before(usual, offered)
    # Outside the form, since the form asks for a number of each.
    chosen = st.multiselect(
        "Figures of the statement",
        list(offered),
        list(typed) or [label for label in offered if offered[label].figure in HEADLINES[:1]],
        key=f"{key}_figures",
        placeholder="Choose figures",
    )
    with st.form(key):
        words = (usual.title, usual.where_from, usual.note) if usual else ("", "", "")
        title = st.text_input("Title", words[0], max_chars=LONGEST_TITLE, key=f"{key}_title")
        about: dict[str, Any] = {"help": "For example: public statement on the force's website."}
        about |= {"max_chars": LONGEST_PLACE, "key": f"{key}_place"}
        where_from = st.text_input("Where was it published?", words[1], **about)
        moment = (amends.published_at if amends else None) or press.now
        published = ask_moment("Published", source.terms.time_zone, moment, key=f"{key}_published")
        left, right = st.columns(2)
        first = usual.as_at if usual else "today"
        as_at = left.date_input("Its figures are as at", first, format="DD/MM/YYYY", key=f"{key}_as_at")
        status = usual.status if usual else next(iter(STATUSES.values()))
        status = choose(right, "Status", STATUSES, status, key=f"{key}_status")
        numbers = {label: _number(label, offered[label], typed.get(label), key) for label in chosen}
        note = st.text_area("What else is known of it", words[2], max_chars=LONGEST_NOTE, key=f"{key}_note")
        if not st.form_submit_button("Enter it", type="primary"):
            return
    written = {"title": title or "", "where_from": where_from or "", "as_at": as_at, "status": status}

    def make() -> tuple[Published, dt.datetime]:
        # One that is left out would else be there as a nought.
        if missing := [label for label, number in numbers.items() if number is None]:
            raise UserError(f"Type the number of {listed_words(missing)}, or take it out of the figures.")
        rest = {"published_at": published(), "note": note or "", "numbers": list(numbers.values())}
        entered = Statement.model_validate({**written, **rest})
        return entered.published(source.terms), entered.published_at

    if (statement := checked(make, MISFITS)) is not None:
        done = "Entered as {name}: it is to be confirmed by a release approver before it stands."
        release_steps.attempt(lambda: press.enter(*statement, amends=amends.id if amends else None), done)


def _number(label: str, number: Number, before: PublishedCell | None, key: str) -> Number | None:
    place = f"{key}_{number.figure}_{'_'.join(number.where)}"
    left, right = st.columns([2, 3])
    first = before.qualifier if before else ""
    how = choose(left, f"{label}: how it was said", QUALIFIERS, first, key=f"{place}_qualifier")
    value = int(before.number or 0) if before else None
    count = right.number_input(f"{label}: the number", 0, MOST, value, 1, key=f"{place}_number")
    return None if count is None else number.model_copy(update={"number": count, "qualifier": how})


def _offered(source: Source) -> dict[str, Number]:
    counts = [one for one in source.catalogue() if isinstance(one, Metric) and not one.share]
    failures, by = metric("failures"), PART.title.lower()
    parts = {part.title: part.name for part in source.terms.partition}
    split = {"by": (PART.name,), "titles": (PART.title,)}
    title = f"{failures.title} by {by}"
    return {count.title: _blank(count, count.title) for count in counts} | {
        f"{failures.title}, {by} {part}": _blank(failures, title, where=(name,), **split)
        for part, name in parts.items()
    }


def _blank(count: AnyMetric, title: str, **part: Any) -> Number:  # noqa: ANN401  # the fields of Number
    return Number(figure=count.name, title=title, counts=count.counts, unit=count.unit, number=0, **part)


def _typed_before(published: Published, offered: dict[str, Number]) -> dict[str, PublishedCell]:
    names = {(number.figure, number.by, number.where): label for label, number in offered.items()}
    return {
        names[key]: cell
        for figure in published.figures
        for cell in figure.cells
        if (key := (figure.figure, figure.by, cell.where)) in names
    }
