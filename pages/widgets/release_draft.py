"""The forms of a release: of a draft with its checklist, and of a statement published elsewhere, typed in."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar, get_args

import streamlit as st
from pydantic import ValidationError
from streamlit.delta_generator import DeltaGenerator

from access.roles import Permission
from data.errors import UserError
from data.formatting import capitalised, counted, listed_words, written_count
from data.publishing import content
from data.publishing.content import Bound, DatedNote, Draft, Override, Published, PublishedCell, Qualifier
from data.publishing.release import Release
from data.publishing.states import State, Which, local, moment_of, read_time, which_of
from data.record import LONGEST_REASON
from data.releases import Number, Statement
from metrics import catalogue
from metrics.as_at import Clocks
from metrics.dimensions import PART, dimension
from metrics.disclosure.rule import behind, grouped
from metrics.metric import AnyMetric, Metric, spoken
from pages.widgets import release_steps
from service.markdown import plain
from service.releases.drafting import CountedDraft, countable
from service.releases.publishing import Press
from service.view import Source

T = TypeVar("T")
WHICH: dict[str, Which] = {
    "does not matter on this day": "",
    "the first, before the clocks go back": "first",
    "the second, after the clocks have gone back": "second",
}
AT_ONCE, SET = "as soon as it is approved", "at a set time (an embargo)"
USUAL_TIME = dt.time(9, 30)
HEADLINES = ("population", "risk_assessed", "failures", "failures_with_harm", "referrals")
NATURES: dict[str, content.Nature] = {
    "first release": "first release",
    "update: later figures": "update",
    "revision: planned, from new information": "revision",
    "correction: mends an error": "correction",
}
STATUSES: dict[str, content.Status] = {status: status for status in get_args(content.Status)}
MISFITS = {"title": "Give it a title, in one line.", "figures": "Choose at least one figure, and at most 60."}
LARGEST, LONGEST_PLACE = 1_000_000_000, 300
QUALIFIERS: dict[str, Qualifier] = {word or "exactly": word for word in get_args(Qualifier)}
STATEMENT_MISFITS = {
    "title": "Give it a title, in one line, as the statement had.",
    "where_from": "Say where the statement was published.",
    "numbers": "Choose at least one figure of the statement.",
}


def choose(place: DeltaGenerator, label: str, options: Mapping[str, T], first: T, **more: Any) -> T:  # noqa: ANN401
    words = place.selectbox(label, list(options), list(options.values()).index(first), **more)
    return options[str(words)]


def ask_moment(label: str, zone: str, usual: dt.datetime, *, key: str) -> Callable[[], dt.datetime]:
    """Return what gives the moment in UTC; a UserError where there is none, or two and neither is chosen."""
    shown = local(usual, zone)
    columns = st.columns([2, 2, 3])
    day = columns[0].date_input(f"{label}: day", shown.date(), format="DD/MM/YYYY", key=f"{key}_day")
    about = f"By the clocks of {zone.replace('_', ' ')}, as 09:30 or 09:30:00."
    more: dict[str, Any] = {"key": f"{key}_time", "max_chars": 8, "help": about}
    time = columns[1].text_input(f"{label}: time", f"{shown:%H:%M:%S}", **more)
    more = {"key": f"{key}_which", "help": "In the night when the clocks go back, one hour comes twice."}
    which: Which = choose(columns[2], "If that time comes twice", WHICH, which_of(usual, zone), **more)
    return lambda: moment_of(day, read_time(time or ""), zone, which)


def checked(make: Callable[[], T], misfits: Mapping[str, str]) -> T | None:
    """Return what was typed; None once it is said what does not fit. misfits: what is said, by field."""
    try:
        return make()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field, message = str(next(iter(first["loc"]), "")), first["msg"].removeprefix("Value error, ")
        st.error(plain(misfits.get(field, f"{capitalised(message)}.")))
    except UserError as fault:
        st.error(plain(str(fault)))
    return None


def begin(press: Press) -> None:
    st.subheader("A new release")
    st.caption(
        "Choose figures and a day: Candour counts them, now and again when you submit. Nothing is public "
        "until another person has approved it."
    )
    draft = _form(press, _usual(press), key="draft_new", label="Save as a draft")
    if draft is not None:
        release_steps.attempt(lambda: press.draft(draft), "{name} is saved as a draft.")


def edit(press: Press, loaded: Release) -> None:
    if loaded.draft is None:
        return
    draft = _form(press, loaded.draft, key=f"draft_{loaded.id}_{loaded.seen}", label="Save the draft")
    if draft is not None:
        done = "{name} is saved as you wrote it."
        release_steps.attempt(lambda: press.edit(loaded.id, draft, seen=loaded.seen), done)


def _usual(press: Press) -> Draft:
    day = press.source.last_day
    last = press.public()
    published = last[-1].published.figures if last else ()
    figures = [Bound(figure=figure.figure, by=figure.by) for figure in published]
    figures = figures or [Bound(figure=name) for name in HEADLINES]
    there = countable(press.source, figures) or [Bound(figure=catalogue.CATALOGUE[0].name)]
    nature: content.Nature = "update" if last else "first release"
    title, status = "Figures of the review", STATUSES["provisional"]
    return Draft(title=title, as_at=day, known_at=day, status=status, nature=nature, figures=tuple(there))


def _form(press: Press, usual: Draft, *, key: str, label: str) -> Draft | None:
    source, zone = press.source, press.source.terms.time_zone
    choices, last = _choices(source, usual), source.last_day
    days = partial(st.date_input, max_value=last, format="DD/MM/YYYY")
    with st.form(key):
        title = st.text_input("Title", usual.title, max_chars=content.LONGEST_TITLE, key=f"{key}_title")
        left, right = st.columns(2)
        with left:
            about = "The day that every figure speaks of."
            as_at = days("As at", min(usual.as_at, last), key=f"{key}_as_at", help=about)
        with right:
            about = "The last day whose records count: the day of the figures, or later."
            known_at = days("As known on", min(usual.known_at, last), key=f"{key}_known_at", help=about)
        left, right = st.columns(2)
        status = choose(left, "Status", STATUSES, usual.status, key=f"{key}_status")
        nature = choose(right, "What kind", NATURES, usual.nature, key=f"{key}_nature")
        figures = _figures(choices, usual, key)
        about = "What changed since the last release, how much and why, in words for the public"
        note = st.text_area(about, usual.note, max_chars=content.LONGEST_NOTE, key=f"{key}_note")
        dated_notes = _dated_notes(source, usual, key)
        when = st.selectbox("When is it public?", [AT_ONCE, SET], int(bool(usual.embargo)), key=f"{key}_when")
        tomorrow = local(press.now, zone).date() + dt.timedelta(days=1)
        first = usual.embargo or moment_of(tomorrow, USUAL_TIME, zone)
        moment = ask_moment("Embargo", zone, first, key=f"{key}_embargo")
        st.caption("The embargo's day and time count only if it is public at a set time.")
        if not st.form_submit_button(label, type="primary"):
            return None
    typed = {"title": title, "as_at": as_at, "known_at": known_at, "status": status, "nature": nature}
    typed |= {"note": note or "", "figures": figures, "dated_notes": dated_notes}
    return checked(
        lambda: Draft.model_validate({**typed, "embargo": moment() if when == SET else None}), MISFITS
    )


def _figures(choices: dict[str, Bound], usual: Draft, key: str) -> list[Bound]:
    labels = {bound: label for label, bound in choices.items()}

    def ask(label: str, name: str, placeholder: str, *, split: bool) -> list[str]:
        offered = [label for label, bound in choices.items() if bool(bound.by) is split]
        first = [labels[bound] for bound in usual.figures if bound in labels and bool(bound.by) is split]
        return st.multiselect(label, offered, first, key=f"{key}_{name}", placeholder=placeholder)

    whole = ask("Figures", "figures", "Choose figures", split=False)
    typing = "None is split; type a few letters to find one"
    return [choices[label] for label in whole + ask("Figures that are split", "split", typing, split=True)]


def _dated_notes(source: Source, usual: Draft, key: str) -> list[DatedNote]:
    current = (note for note in source.dated_notes() if note.recorded_to is None)
    stand = [DatedNote(day=note.happened_on, words=note.words) for note in current]
    # One that has been superseded stays chosen: the checklist says so.
    options = sorted(dict.fromkeys([*stand, *usual.dated_notes]), key=lambda note: (note.day, note.words))
    if not options:
        return []
    about = "They are part of the release: its notice, web page and workbook repeat them."
    first, most = list(usual.dated_notes), content.MOST_DATED_NOTES
    return st.multiselect(
        "Dated notes", options, first, format_func=str, key=f"{key}_notes", help=about, max_selections=most
    )


def _choices(source: Source, usual: Draft) -> dict[str, Bound]:
    offered = [Bound(figure=metric.name) for metric in catalogue.CATALOGUE]
    view = source.view(Clocks(source.last_day, source.last_day), {})
    splits = ((metric, split) for metric in catalogue.CATALOGUE for split in view.dimensions(metric.subject))
    offered += [Bound(figure=metric.name, by=(split.name,)) for metric, split in splits]
    there = countable(source, [*offered, *usual.figures])
    return {_label(source, bound): bound for bound in dict.fromkeys(there)}


def _label(source: Source, bound: Bound) -> str:
    title = spoken(catalogue.metric(bound.figure), source.words).title
    by = " and ".join(dimension(name).title.lower() for name in bound.by)
    return f"{title}, by {by}" if by else title


def checklist(drafted: CountedDraft, *, reviewing: bool = False) -> None:
    """reviewing: whether it has been submitted, and this is how the checklist stands by now."""
    of_it = "approving it, as things are now" if reviewing else "submitting it"
    errors, alarms, warnings = drafted.errors, drafted.alarms, drafted.warnings
    wrong = capitalised(counted(len(errors), "thing stands", "things stand"))
    objections = counted(len(alarms), "statement", "statements")
    doubtful = capitalised(counted(len(warnings), "thing", "things"))
    objects = (
        f"**The statement check objects to {objections} of the title or note.** "
        "You can submit it. The approver confirms or overrules each."
    )
    if not errors:
        st.success(f"Nothing stands in the way of {of_it}.")
    for box, words, sentences in (
        (st.error, f"**{wrong} in the way of {of_it}:**", errors),
        (st.warning, objects, alarms),
        (st.warning, f"**{doubtful} to look at before you do:**", warnings),
    ):
        if sentences:
            box(words + "".join(f"\n- {plain(sentence)}" for sentence in sentences))


def small_numbers(press: Press, loaded: Release, drafted: CountedDraft) -> None:
    decided = [*overrides(press, loaded, drafted), *press.own_decisions(loaded.id)]
    if not press.source.visit.may(Permission.SMALL_NUMBERS):
        return
    hidden = dict(_suppressed(drafted))
    with st.expander("Publish a small number exactly, in the public interest"):
        st.caption(
            "Small numbers are withheld, because they could identify somebody. You may decide to publish "
            "one. The approver sees your name, role and reason."
        )
        if hidden:
            _override_form(press, loaded, hidden, given=True)
        else:
            st.caption("This draft withholds no count.")
    if decided:
        with st.expander("Take such a decision back"):
            taken = {_cell_title(drafted, override): override for override in decided}
            _override_form(press, loaded, taken, given=False)


def overrides(press: Press, loaded: Release, drafted: CountedDraft) -> Sequence[Override]:
    decided = press.overrides(loaded.id)
    for override in decided:
        title, who = plain(_cell_title(drafted, override)), f"{plain(override.who)}, {override.role}"
        reason = plain(override.reason)
        st.markdown(f"- **{title}** is published exactly in the public interest: decided by {who}. {reason}")
    return decided


def _override_form(press: Press, loaded: Release, cells: dict[str, Override], *, given: bool) -> None:
    key = f"small_{loaded.id}_{given}"
    label, question = ("Tell it exactly", "Which number?") if given else ("Take it back", "Which decision?")
    with st.form(key, border=False):
        chosen = st.selectbox(question, list(cells), key=f"{key}_cell")
        reason = st.text_input("Why?", key=f"{key}_reason", max_chars=LONGEST_REASON)
        if st.form_submit_button(label):
            cell = cells[str(chosen)].model_copy(update={"reason": reason or ""})
            done = "Your decision is kept; the draft is counted with it."
            release_steps.attempt(lambda: press.override(loaded.id, cell, given=given), done)


def _suppressed(drafted: CountedDraft) -> Iterator[tuple[str, Override]]:
    for figure in drafted.published.figures:
        counted = behind(drafted.frozen, figure)
        if figure.kind != "count" or counted is None:
            continue
        for group, _, cells in grouped(counted, figure):
            if group.treatment == "suppressed" and len(cells) == 1:
                (only,) = cells
                who = dict.fromkeys(("who", "role", "reason", "at"), "")
                cell = Override(figure=figure.figure, by=figure.by, where=only.where, **who)
                true = written_count(only.numerator)
                yield f"{_cell_title(drafted, cell)}: true figure {true}, not for publication", cell


def _cell_title(drafted: CountedDraft, cell: Override) -> str:
    counted = drafted.frozen.counted(cell.figure, cell.by)
    title = cell.figure if counted is None else counted.title
    return f"{title}, {', '.join(value or 'not recorded' for value in cell.where)}" if cell.where else title


def begin_statement(press: Press) -> None:
    st.subheader("A statement made elsewhere")
    st.caption(
        "Enter what was published before Candour, or outside it, as it was published. Its numbers are typed "
        "and marked so; nothing of them is counted. It stands once a release approver has confirmed it."
    )
    _statement_form(press, None, key="enter_new")


def correct_statement(press: Press, loaded: Release) -> None:
    later = any(
        other.number == loaded.number
        and other.version > loaded.version
        and other.state(press.now) is not State.ABANDONED
        for other in press.releases()
    )
    if loaded.origin != "elsewhere" or later:
        return
    with st.expander("Correct what was typed, by a new version"):
        _statement_form(press, loaded, key=f"enter_{loaded.id}")


def _statement_form(press: Press, amends: Release | None, *, key: str) -> None:
    source = press.source
    usual = None if amends is None else press.published(amends.id)
    offered = _offered(source)
    typed = {} if usual is None else _typed_before(usual, offered)
    # Outside the form, since the form asks for a number of each.
    first = list(typed) or [label for label in offered if offered[label].figure in HEADLINES[:1]]
    about = {"key": f"{key}_figures", "placeholder": "Choose figures"}
    chosen = st.multiselect("Figures of the statement", list(offered), first, **about)
    with st.form(key):
        words = (usual.title, usual.where_from, usual.note) if usual else ("", "", "")
        title = st.text_input("Title", words[0], max_chars=content.LONGEST_TITLE, key=f"{key}_title")
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
        numbers = {label: _ask_number(label, offered[label], typed.get(label), key) for label in chosen}
        note = st.text_area(
            "What else is known of it", words[2], max_chars=content.LONGEST_NOTE, key=f"{key}_note"
        )
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

    if (statement := checked(make, STATEMENT_MISFITS)) is not None:
        done = "Entered as {name}: it is to be confirmed by a release approver before it stands."
        release_steps.attempt(lambda: press.enter(*statement, amends=amends.id if amends else None), done)


def _ask_number(label: str, number: Number, before: PublishedCell | None, key: str) -> Number | None:
    place = f"{key}_{number.figure}_{'_'.join(number.where)}"
    left, right = st.columns([2, 3])
    first = before.qualifier if before else ""
    how = choose(left, f"{label}: how it was said", QUALIFIERS, first, key=f"{place}_qualifier")
    value = int(before.number or 0) if before else None
    count = right.number_input(f"{label}: the number", 0, LARGEST, value, 1, key=f"{place}_number")
    return None if count is None else number.model_copy(update={"number": count, "qualifier": how})


def _offered(source: Source) -> dict[str, Number]:
    counted = (one for one in source.catalogue() if isinstance(one, Metric) and not one.share)
    counts = [one for one in counted if source.loaded([one.name])]
    failures, by = spoken(catalogue.metric("failures"), source.words), PART.title.lower()
    there = source.terms.partition if source.loaded(["failures"]) else ()
    parts = {part.title: part.name for part in there}
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
