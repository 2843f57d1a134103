"""What a reader chooses: the address is read when a session begins, the browser goes back or forward, or a
link of `linked` is followed.

From then on the widgets hold the choices, since what a click sends may be an address of the click before.
"""

import secrets
from collections.abc import Callable, Container, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.framework import StopException, gone_back
from pages.shell import address
from pages.shell.address import OF_PAGES, SHARED, Choice, NotThereError, option
from service.markdown import plain

STATE = "choices"
FOLLOWED = "followed"
T = TypeVar("T")
# Asked for a hundred times a run, which is much for Streamlit's own state.
_here: ContextVar["_Choices | None"] = ContextVar("choices", default=None)
Address = dict[str, tuple[str, ...]]
Texts = Mapping[str, Sequence[str]]


@dataclass
class _Choices:
    """asked: what the address asks for that no widget has taken up yet. failed: what of it a widget could
    not. written: the address as it is now, as far as the page is drawn. address: the one that was read.
    link: the last that was followed, with its mark. mark: of the links drawn now. waiting: to be called with
    the address that is written at the end."""

    page: str
    address: Address = field(default_factory=dict)
    asked: Address = field(default_factory=dict)
    link: Address = field(default_factory=dict)
    failed: list[NotThereError] = field(default_factory=list)
    written: dict[str, list[str]] = field(default_factory=dict)
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    waiting: list[Callable[[Texts], None]] = field(default_factory=list)


def begin(page: str, *, its_own: bool) -> None:
    """its_own: whether the address is this page's, and not that of one which is not open to the reader."""
    state: _Choices | None = st.session_state.get(STATE)
    here = {name: tuple(st.query_params.get_all(name)) for name in st.query_params} if its_own else {}
    link = dict(here) if FOLLOWED in here else {}
    here.pop(FOLLOWED, None)
    turned = state is not None and state.page != page
    if state is not None and turned:
        _forget(OF_PAGES.get(state.page, ()))
    # A click that comes soon after may send a followed link again, with the same mark.
    followed = state is not None and link not in ({}, state.link)
    back = here and gone_back() and not (state and state.failed and state.address == here)
    if state is None or followed or back:
        _forget([*SHARED, *OF_PAGES.get(page, ())])
        state = _Choices(page, here, dict(here), link or (state.link if state else {}))
    elif turned:
        asked = {name: texts for name, texts in state.asked.items() if name in SHARED}
        state = _Choices(page, asked=asked, link=state.link)
    state.written, state.waiting = {}, []
    st.session_state[STATE] = state
    _here.set(state)


def asked() -> Mapping[str, tuple[str, ...]]:
    return _state().asked


def turn(asked: Mapping[str, tuple[str, ...]], *, without: Sequence[str]) -> None:
    state = _state()
    state.asked = {name: texts for name, texts in state.asked.items() if name not in without} | dict(asked)


def problems(
    may: Container[str], shared: Iterable[Choice], contradictions: Sequence[NotThereError]
) -> list[NotThereError]:
    """may: names that this page's address may hold for this reader. shared: choices that every page has."""
    state = _state()
    wrong = [_refused(name, texts) for name, texts in state.asked.items() if name not in may]
    wrong += [problem for problem in contradictions if problem.name in may]
    names = {problem.name for problem in wrong}
    for choice in shared:
        if choice.name in state.asked and choice.name not in names:
            try:
                choice.read(state.asked[choice.name])
            except NotThereError as problem:
                wrong.append(problem)
    names = {problem.name for problem in wrong}
    return wrong + [problem for problem in state.failed if problem.name not in names]


def seed(choice: Choice, default: Any) -> None:  # noqa: ANN401  # what the choice holds
    state, name = _state(), choice.name
    if name not in SHARED and name not in OF_PAGES.get(state.page, ()):
        raise LookupError(f"the address of {state.page} is not said to hold {name}")
    if name in state.asked:
        try:
            value = choice.read(state.asked[name])
        except NotThereError as problem:
            _fail([problem])
        else:
            del state.asked[name]
            st.session_state[name] = value
    elif name not in st.session_state or not choice.has(st.session_state[name]):
        st.session_state[name] = default


def write(choice: Choice, value: Any) -> None:  # noqa: ANN401  # what the choice holds
    if texts := [] if value is None else choice.write(value):
        _state().written[choice.name] = texts


def carry(choice: Choice, default: Any) -> Any:  # noqa: ANN401  # what the choice holds
    """Hold a choice that this page does not ask: Streamlit forgets what no widget shows."""
    value = default
    # What was never chosen need not be held.
    if choice.name in st.session_state or choice.name in _state().asked:
        seed(choice, default)
        value = st.session_state[choice.name] = st.session_state[choice.name]
    write(choice, value)
    return value


def ask(choice: Choice, default: Any, *, place: DeltaGenerator | None = None, **more: Any) -> Any:  # noqa: ANN401
    widget, own = _widget(choice)
    seed(choice, default)
    value = getattr(place or st, widget)(choice.title, key=choice.name, **own, **more)
    write(choice, value)
    return value


def _widget(choice: Choice) -> tuple[str, dict[str, Any]]:
    match choice:
        case address.Option():
            options = {"options": list(choice.texts.values())}
            return choice.widget, {**options, "index": None} if choice.optional else options
        case address.Several():
            return "multiselect", {"options": choice.options, "placeholder": "All"}
        case address.Search():
            return "text_input", {"max_chars": address.LONGEST_ASKED, "type": "search"}
        case address.Day():
            return "date_input", {"min_value": choice.first, "max_value": choice.last, "format": "DD/MM/YYYY"}
        case address.Number():
            return choice.widget, {"min_value": choice.least, "max_value": choice.most, "step": choice.step}


def one(label: str, options: Sequence[T], *, key: str, default: T | None = None, **more: Any) -> T:  # noqa: ANN401
    default = default if default is not None else next(iter(options), None)
    return ask(option(key, label, options), default, **more)


def clear(names: Iterable[str], value: Sequence[str] | None = ()) -> None:
    for name in names:
        st.session_state[name] = None if value is None else list(value)


def choose(name: str, value: Any) -> None:  # noqa: ANN401  # what the choice holds
    st.session_state[name] = value


def chosen(name: str) -> Any:  # noqa: ANN401  # what the choice or the widget holds
    return st.session_state.get(name)


def tabs(
    name: str, parts: Mapping[str, Callable[..., object]], *of: object, owns: Texts | None = None
) -> None:
    """Draw parts of a page in tabs: only the open one, which the address holds. of: what each is drawn of.
    owns: the names of choices that a part asks; an address that asks for one opens its tab."""
    asked = (tab for tab, names in (owns or {}).items() if not _state().asked.keys().isdisjoint(names))
    choice = option(name, "Tab", list(parts))
    seed(choice, next((tab for tab in asked if tab in parts), next(iter(parts))))
    opened = st.tabs(list(parts), key=name, on_change="rerun")
    write(choice, st.session_state[name])
    for tab, part in zip(opened, parts.values(), strict=True):
        if tab.open:
            with tab:
                part(*of)


def of_page() -> dict[str, list[str]]:
    state = _state()
    names = [*SHARED, *OF_PAGES.get(state.page, ())]
    return {name: texts for name in names if (texts := state.written.get(name))}


def shared() -> dict[str, list[str]]:
    return {name: texts for name, texts in _state().written.items() if name in SHARED}


def linked(query: Texts) -> dict[str, Sequence[str]]:
    """Return what a page link must ask for so that a click on it is told from any other, on any page."""
    return {**query, FOLLOWED: [_state().mark]}


def when_written(call: Callable[[Texts], None]) -> None:
    """Call with the address once this run has drawn the whole page; a run that is cut short forgets it."""
    _state().waiting.append(call)


@contextmanager
def written() -> Generator[None]:
    try:
        yield
    except StopException:
        # The page has no more to show: what it did not come to stays as it was asked for.
        _write()
        raise
    state = _state()
    if state.asked:
        _fail([_refused(name, texts, "is not offered here") for name, texts in state.asked.items()])
    _write()


def _write() -> None:
    state = _state()
    order = [*SHARED, *OF_PAGES.get(state.page, ())]
    every = {**{name: list(texts) for name, texts in state.asked.items()}, **state.written}
    wanted = {name: every[name] for name in order if name in every}
    if {name: st.query_params.get_all(name) for name in st.query_params} != wanted:
        st.query_params.from_dict(wanted)
    for call in state.waiting:
        call(wanted)


def _fail(unread: list[NotThereError]) -> None:
    state = _state()
    state.asked = {name: tuple(texts) for name, texts in state.written.items()} | state.asked
    state.failed = unread
    st.rerun()


def _refused(name: str, texts: Sequence[str], why: str = "") -> NotThereError:
    known = name in SHARED or any(name in names for names in OF_PAGES.values())
    why = why or ("is not a choice of this page, or not one of your role" if known else "is no choice here")
    return NotThereError(name, name, ", ".join(texts), why)


def tell(wrong: Sequence[NotThereError]) -> None:
    texts = [f"{plain(problem.title)} “{plain(problem.asked)}” {problem.why}" for problem in wrong]
    st.error(f"This link asks for what cannot be shown: {'; '.join(texts)}. No figure is shown in its place.")
    st.button("Show without it", key="show_without", on_click=_without, args=(list(wrong),))


def _without(wrong: Sequence[NotThereError]) -> None:
    state = _state()
    for problem in wrong:
        state.asked.pop(problem.name, None)
        if problem.rest:
            state.asked[problem.name] = problem.rest
    state.failed = []


def _forget(names: Sequence[str]) -> None:
    for name in names:
        st.session_state.pop(name, None)


def _state() -> _Choices:
    return _here.get() or st.session_state[STATE]
