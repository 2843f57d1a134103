"""The form of a statement that was published elsewhere: its numbers are typed, and marked so for good."""

from typing import get_args

import streamlit as st
from pydantic import ValidationError

from data.errors import UserError
from data.formatting import listed_words
from data.publishing.content import LONGEST_NOTE, LONGEST_TITLE, Published, Qualifier, Status
from data.publishing.external_statements import Number, Statement
from data.publishing.release import Release
from data.publishing.states import State
from metrics.catalogue import metric
from metrics.dimensions import PART
from metrics.metric import Metric
from pages.widgets import release_steps
from pages.widgets.release_draft import ask_moment
from service.markdown import plain
from service.releases.publishing import Press
from service.view import Source

MOST, LONGEST_PLACE = 1_000_000_000, 300
HEADLINES = ("population", "risk_assessed", "failures", "failures_with_harm", "referrals")
QUALIFIERS: dict[str, Qualifier] = {word or "exactly": word for word in get_args(Qualifier)}


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
    usual = None if amends is None else press.told(amends.id)
    offered = _offered(source)
    typed = [] if usual is None else _typed_before(usual, offered)
    # Outside the form, since the form asks for a number of each.
    chosen = st.multiselect(
        "Figures of the statement",
        list(offered),
        [label for label, _, _ in typed]
        or [label for label in offered if offered[label].figure in HEADLINES[:1]],
        key=f"{key}_figures",
        placeholder="Choose figures",
    )
    with st.form(key):
        title = st.text_input(
            "Title", usual.title if usual else "", max_chars=LONGEST_TITLE, key=f"{key}_title"
        )
        where_from = st.text_input(
            "Where was it published?",
            usual.where_from if usual else "",
            max_chars=LONGEST_PLACE,
            key=f"{key}_place",
            help="For example: public statement on the force's website.",
        )
        moment = (amends.published_at if amends else None) or press.now
        published = ask_moment("Published", source.terms.time_zone, moment, key=f"{key}_published")
        columns = st.columns(2)
        as_at = columns[0].date_input(
            "Its figures are as at",
            usual.as_at if usual else "today",
            format="DD/MM/YYYY",
            key=f"{key}_as_at",
        )
        statuses = list(get_args(Status))
        status = columns[1].selectbox(
            "Status", statuses, statuses.index(usual.status) if usual else 0, key=f"{key}_status"
        )
        numbers = _numbers(chosen, offered, {label: (q, n) for label, q, n in typed}, key)
        note = st.text_area(
            "What else is known of it", usual.note if usual else "", max_chars=LONGEST_NOTE, key=f"{key}_note"
        )
        if not st.form_submit_button("Enter it", type="primary"):
            return
    try:
        entered = Statement.model_validate(
            {
                "title": title or "", "published_at": published.moment(), "where_from": where_from or "",
                "as_at": as_at, "status": status, "note": note or "", "numbers": _all_typed(numbers),
            }
        )  # fmt: skip
        statement = entered.published(source.terms)
    except ValidationError as error:
        st.error(plain(_misfit(error)))
        return
    except UserError as fault:
        st.error(plain(str(fault)))
        return
    release_steps.attempt(
        lambda: press.enter(statement, entered.published_at, amends=amends.id if amends else None),
        "Entered as {name}: it is to be confirmed by a release approver before it stands.",
    )


def _numbers(
    chosen: list[str], offered: dict[str, Number], before: dict[str, tuple[str, int]], key: str
) -> dict[str, Number | None]:
    numbers: dict[str, Number | None] = {}
    for label in chosen:
        number, (qualifier, typed) = offered[label], before.get(label, ("exactly", None))
        place = f"{key}_{number.figure}_{'_'.join(number.where)}"
        columns = st.columns([2, 3])
        words = columns[0].selectbox(
            f"{label}: how it was said",
            list(QUALIFIERS),
            list(QUALIFIERS).index(qualifier),
            key=f"{place}_qualifier",
        )
        count = columns[1].number_input(
            f"{label}: the number",
            min_value=0,
            max_value=MOST,
            value=typed,
            step=1,
            key=f"{place}_number",
        )
        typed_now = {"number": count, "qualifier": QUALIFIERS[str(words)]}
        numbers[label] = None if count is None else number.model_copy(update=typed_now)
    return numbers


def _all_typed(numbers: dict[str, Number | None]) -> list[Number]:
    """Return the numbers once all are typed: one left out would else stand there as a nought."""
    if missing := [label for label, number in numbers.items() if number is None]:
        raise UserError(f"Type the number of {listed_words(missing)}, or take it out of the figures.")
    return [number for number in numbers.values() if number is not None]


def _offered(source: Source) -> dict[str, Number]:
    counts = [
        counted_metric
        for counted_metric in source.catalogue()
        if isinstance(counted_metric, Metric) and not counted_metric.share
    ]
    whole = {
        counted_metric.title: Number(
            figure=counted_metric.name,
            title=counted_metric.title,
            counts=counted_metric.counts,
            unit=counted_metric.unit,
            number=0,
        )
        for counted_metric in counts
    }
    failures = metric("failures")
    parted = {
        f"{failures.title}, {PART.title.lower()} {part.title}": Number(
            figure=failures.name,
            title=f"{failures.title} by {PART.title.lower()}",
            counts=failures.counts,
            unit=failures.unit,
            number=0,
            by=(PART.name,),
            titles=(PART.title,),
            where=(part.name,),
        )
        for part in source.terms.partition
    }
    return whole | parted


def _typed_before(published: Published, offered: dict[str, Number]) -> list[tuple[str, str, int]]:
    names = {(number.figure, number.by, number.where): label for label, number in offered.items()}
    return [
        (names[key], cell.qualifier or "exactly", int(cell.number or 0))
        for figure in published.figures
        for cell in figure.cells
        if (key := (figure.figure, figure.by, cell.where)) in names
    ]


def _misfit(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    words = {
        "title": "Give it a title, in one line, as the statement had.",
        "where_from": "Say where the statement was published.",
        "numbers": "Choose at least one figure of the statement.",
    }
    message = first["msg"].removeprefix("Value error, ")
    return words.get(str(first["loc"][0]) if first["loc"] else "", f"{message[:1].upper()}{message[1:]}.")
