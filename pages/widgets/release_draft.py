"""A draft release: its form, its checklist, and the small numbers told exactly."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

import streamlit as st
from pydantic import ValidationError

from access.roles import Permission
from data.errors import UserError
from data.formatting import capitalised, counted, written_count
from data.publishing.content import LONGEST_NOTE, LONGEST_TITLE, Bound, Draft, Nature, Override, Status
from data.publishing.moments import Which, local, moment_of, read_time, which_of
from data.publishing.release import Release
from data.record import LONGEST_REASON
from metrics import catalogue
from metrics.dimensions import dimension, dimensions_of
from metrics.disclosure.rule import behind, grouped
from metrics.metric import spoken
from pages.widgets import release_steps
from service.markdown import plain
from service.releases.checklist import told_of
from service.releases.drafting import Made
from service.releases.publishing import Press
from service.view import Source

WHICH: dict[str, Which] = {
    "does not matter on this day": "",
    "the first, before the clocks go back": "first",
    "the second, after the clocks have gone back": "second",
}


@dataclass(frozen=True)
class Clock:
    day: dt.date
    time: str
    which: Which
    zone: str

    def moment(self) -> dt.datetime:
        """Return the moment in UTC; a UserError where there is none, or two and neither is chosen."""
        return moment_of(self.day, read_time(self.time), self.zone, self.which)


AT_ONCE, SET = "as soon as it is approved", "at a set time (an embargo)"
USUAL_TIME = dt.time(9, 30)
HEADLINES = ("population", "risk_assessed", "failures", "failures_with_harm", "referrals")
NATURES: dict[Nature, str] = {
    "first release": "first release",
    "update": "update: later figures",
    "revision": "revision: planned, from new information",
    "correction": "correction: mends an error",
}


def ask_moment(label: str, zone: str, usual: dt.datetime, *, key: str) -> Clock:
    shown, which = local(usual, zone), which_of(usual, zone)
    columns = st.columns([2, 2, 3])
    day = columns[0].date_input(f"{label}: day", shown.date(), format="DD/MM/YYYY", key=f"{key}_day")
    time = columns[1].text_input(
        f"{label}: time",
        f"{shown:%H:%M:%S}",
        key=f"{key}_time",
        max_chars=8,
        help=f"By the clocks of {zone.replace('_', ' ')}, as 09:30 or 09:30:00.",
    )
    words = columns[2].selectbox(
        "If that time comes twice",
        list(WHICH),
        list(WHICH.values()).index(which),
        key=f"{key}_which",
        help="In the night when the clocks go back, one hour comes twice.",
    )
    return Clock(day, time or "", WHICH[str(words)], zone)


def begin(press: Press) -> None:
    st.subheader("A new release")
    st.caption(
        "Choose figures and a day: Candour counts them, now and again when you submit. Nothing is public "
        "until another person has approved it."
    )
    usual = _usual(press)
    draft = _form(press, usual, key="draft_new", label="Save as a draft")
    if draft is not None:
        release_steps.attempt(lambda: press.draft(draft), "{name} is saved as a draft.")


def edit(press: Press, loaded: Release) -> None:
    if loaded.draft is None:
        return
    with st.expander("Write the draft anew", expanded=False):
        draft = _form(press, loaded.draft, key=f"draft_{loaded.id}_{loaded.seen}", label="Save the draft")
        if draft is not None:
            release_steps.attempt(
                lambda: press.edit(loaded.id, draft, seen=loaded.seen), "{name} is saved as you wrote it."
            )


def _usual(press: Press) -> Draft:
    day = press.source.last_day
    last = press.public()
    figures = [Bound(figure=figure.figure, by=figure.by) for figure in last[-1].told.figures] if last else []
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
        asked = ask_moment("Embargo", source.terms.time_zone, first, key=f"{key}_embargo")
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
    as_at = columns[0].date_input(
        "As at",
        min(usual.as_at, source.last_day),
        key=f"{key}_as_at",
        help="The day that every figure speaks of.",
        max_value=source.last_day,
        format="DD/MM/YYYY",
    )
    known_at = columns[1].date_input(
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
    status = columns[0].selectbox("Status", statuses, statuses.index(usual.status), key=f"{key}_status")
    words = list(NATURES.values())
    nature = columns[1].selectbox("What kind", words, natures.index(usual.nature), key=f"{key}_nature")
    return status, natures[words.index(str(nature))]


def _figures(choices: dict[str, Bound], usual: Draft, key: str) -> list[Bound]:
    labels = {bound: label for label, bound in choices.items()}
    wanted = [labels[bound] for bound in usual.figures if bound in labels]
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
    offered = [Bound(figure=metric.name) for metric in catalogue.CATALOGUE]
    offered += [
        Bound(figure=metric.name, by=(split.name,))
        for metric in catalogue.CATALOGUE
        for split in dimensions_of(metric.subject)
    ]
    there = told_of(source, [*offered, *usual.figures])
    return {_label(source, bound): bound for bound in dict.fromkeys(there)}


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
    message = first["msg"].removeprefix("Value error, ")
    return f"{message[:1].upper()}{message[1:]}."


def checklist(drafted: Made, *, reviewing: bool = False) -> None:
    """Say what stands in the way of a draft, and what a person should look at.

    reviewing: whether it has been submitted, and this is how the checklist stands by now.
    """
    of_it = "approving it, as things are now" if reviewing else "submitting it"
    if drafted.errors:
        count = counted(len(drafted.errors), "thing stands", "things stand")
        st.error(f"**{capitalised(count)} in the way of {of_it}:**{_bullets(drafted.errors)}")
    else:
        st.success(f"Nothing stands in the way of {of_it}.")
    if drafted.alarms:
        count = counted(len(drafted.alarms), "statement", "statements")
        st.warning(
            f"**The statement check objects to {count} of the title or note.** "
            f"You can submit it; the approver confirms or overrules each.{_bullets(drafted.alarms)}"
        )
    if drafted.warnings:
        count = counted(len(drafted.warnings), "thing", "things")
        st.warning(f"**{capitalised(count)} to look at before you do:**{_bullets(drafted.warnings)}")


def _bullets(sentences: tuple[str, ...]) -> str:
    return "".join(f"\n- {plain(sentence)}" for sentence in sentences)


def small_numbers(press: Press, loaded: Release, drafted: Made) -> None:
    decided = [*overrides(press, loaded, drafted), *press.own_decisions(loaded.id)]
    if not press.source.visit.may(Permission.SMALL_NUMBERS):
        return
    hidden = dict(_suppressed(drafted))
    with st.expander("Tell a small number exactly, in the public interest"):
        st.caption(
            "Small numbers are not told, because somebody could be recognised by them. You may decide that "
            "one is told all the same; your name, role and reason are kept and shown to the approver."
        )
        if hidden:
            _override_form(press, loaded, hidden, "Tell it exactly", "Which number?", given=True)
        else:
            st.caption("No count of this draft is held back.")
    if decided:
        with st.expander("Take such a decision back"):
            taken = {_cell_title(drafted, override): override for override in decided}
            _override_form(press, loaded, taken, "Take it back", "Which decision?", given=False)


def overrides(press: Press, loaded: Release, drafted: Made) -> Sequence[Override]:
    decided = press.overrides(loaded.id)
    for override in decided:
        title, who = plain(_cell_title(drafted, override)), f"{plain(override.who)}, {override.role}"
        reason = plain(override.reason)
        st.markdown(f"- **{title}** is told exactly in the public interest: decided by {who}. {reason}")
    return decided


def _override_form(
    press: Press, loaded: Release, cells: dict[str, Override], label: str, question: str, *, given: bool
) -> None:
    key = f"small_{loaded.id}_{given}"
    with st.form(key, border=False):
        chosen = st.selectbox(question, list(cells), key=f"{key}_cell")
        reason = st.text_input("Why?", key=f"{key}_reason", max_chars=LONGEST_REASON)
        if st.form_submit_button(label):
            cell = cells[str(chosen)].model_copy(update={"reason": reason or ""})

            def act() -> None:
                press.override(loaded.id, cell, given=given)

            release_steps.attempt(act, "Your decision is kept; the draft is counted with it.")


def _suppressed(drafted: Made) -> Iterator[tuple[str, Override]]:
    for figure in drafted.told.figures:
        counted = behind(drafted.frozen, figure)
        if figure.kind != "count" or counted is None:
            continue
        for group, _, cells in grouped(counted, figure):
            if group.treatment != "suppressed" or len(cells) != 1:
                continue
            only = next(iter(cells))
            cell = Override(
                figure=figure.figure, by=figure.by, where=only.where, who="", role="", reason="", at=""
            )
            true = written_count(only.numerator)
            yield f"{_cell_title(drafted, cell)}: true figure {true}, not for publication", cell


def _cell_title(drafted: Made, cell: Override) -> str:
    counted = drafted.frozen.counted(cell.figure, cell.by)
    title = cell.figure if counted is None else counted.title
    return f"{title}, {', '.join(value or 'not recorded' for value in cell.where)}" if cell.where else title
