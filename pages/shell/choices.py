"""What a reader chooses, held to the address: read from it before a widget is drawn, written into it after.

The address is read when a session begins and when the browser goes back or forward. From then on the
widgets hold the choices, and the address follows them: what a click sends may be an address of the click
before. What an address asks for and cannot get is said, and no page is drawn in its place.
"""

import datetime as dt
from collections.abc import Container, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.framework import StopException, gone_back
from pages.shell.address import OF_PAGES, SHARED, Choice, Day, NotThereError, Number, Option, Several, Switch
from service.markdown import plain

STATE = "choices"
NOT_HERE = "is not offered here"
T = TypeVar("T")


@dataclass
class _Choices:
    """The choices of one page in one session.

    asked: what the address asks for that no widget has taken up yet. failed: what of it a widget could not.
    written: the address of the page as it is now, as far as it has been drawn in this run. address: the one
    that was read.
    """

    page: str
    address: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: dict[str, tuple[str, ...]] = field(default_factory=dict)
    failed: list[NotThereError] = field(default_factory=list)
    written: dict[str, list[str]] = field(default_factory=dict)


def begin(page: str, *, its_own: bool) -> None:
    """Read the address, where it is what the reader asked with; else go on with what was chosen before.

    its_own: whether the address is this page's, and not that of one which is not open to the reader.
    """
    held: _Choices | None = st.session_state.get(STATE)
    address = {name: tuple(st.query_params.get_all(name)) for name in st.query_params} if its_own else {}
    turned = held is not None and held.page != page
    if held is not None and turned:
        _forget(OF_PAGES.get(held.page, ()))
    if held is None or (address and gone_back() and not (held.failed and held.address == address)):
        _forget([*SHARED, *OF_PAGES.get(page, ())])
        held = _Choices(page, address, dict(address))
    elif turned:
        held = _Choices(page, asked={name: texts for name, texts in held.asked.items() if name in SHARED})
    held.written = {}
    st.session_state[STATE] = held


def asked() -> Mapping[str, tuple[str, ...]]:
    """Return what the address asks for that no widget has taken up yet."""
    return _state().asked


def turn(asked: Mapping[str, tuple[str, ...]], *, without: Sequence[str]) -> None:
    """Put what the address asks for in other words that mean the same."""
    state = _state()
    state.asked = {name: texts for name, texts in state.asked.items() if name not in without} | dict(asked)


def problems(
    may: Container[str], shared: Sequence[Choice], said: Sequence[NotThereError]
) -> list[NotThereError]:
    """Return what the address asks for and cannot get.

    may: names that this page's address may hold for this reader. shared: choices that every page has.
    said: what else was found wrong.
    """
    state = _state()
    found = [_refused(name, texts) for name, texts in state.asked.items() if name not in may]
    found += [each for each in said if each.name in may]
    told = {each.name for each in found}
    for choice in shared:
        if choice.name in state.asked and choice.name not in told:
            try:
                choice.read(state.asked[choice.name])
            except NotThereError as problem:
                found.append(problem)
    told = {each.name for each in found}
    found += [each for each in state.failed if each.name not in told]
    return found


def seed(choice: Choice, default: Any) -> None:  # noqa: ANN401  # what the choice holds
    """Give a widget that is about to be drawn its value: asked for, chosen before, or else the default."""
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
    """Note what was chosen, to be written into the address once the page is drawn."""
    if texts := [] if value is None else choice.write(value):
        _state().written[choice.name] = texts


def one(
    label: str,
    options: Sequence[T],
    *,
    key: str,
    default: T | None = None,
    place: DeltaGenerator | None = None,
    **more: Any,  # noqa: ANN401  # what Streamlit takes
) -> T:
    """Ask for one of some options by a list, whose choice the address holds.

    default: the first, if none is given.
    """
    choice = _option(key, label, options)
    seed(choice, default if default is not None else next(iter(options), None))
    value = (place or st).selectbox(label, options, key=key, **more)
    write(choice, value)
    return value


def perhaps(label: str, options: Sequence[T], *, key: str, **more: Any) -> T | None:  # noqa: ANN401
    """Ask for one of some options or none, whose choice the address holds; none at first."""
    choice = _option(key, label, options, optional=True)
    seed(choice, None)
    value = st.selectbox(label, options, index=None, key=key, **more)
    write(choice, value)
    return value


def segment(label: str, options: Sequence[T], *, key: str, default: T, **more: Any) -> T:  # noqa: ANN401
    """Ask for one of a few options side by side, whose choice the address holds."""
    choice = _option(key, label, options)
    seed(choice, default)
    value = st.segmented_control(label, options, key=key, required=True, **more)
    write(choice, value)
    return value


def switch(label: str, *, key: str) -> bool:
    choice = Switch(key, label)
    seed(choice, default=False)
    value = st.toggle(label, key=key)
    write(choice, value)
    return value


def slider(label: str, least: int, most: int, step: int, *, key: str, default: int, **more: Any) -> int:  # noqa: ANN401
    choice = Number(key, label, least, most, step)
    seed(choice, default)
    value: int = st.slider(label, least, most, step=step, key=key, **more)
    write(choice, value)
    return value


def number(label: str, least: int, most: int, *, key: str, default: int, **more: Any) -> int:  # noqa: ANN401
    choice = Number(key, label, least, most)
    seed(choice, default)
    value: int = st.number_input(label, min_value=least, max_value=most, step=1, key=key, **more)
    write(choice, value)
    return value


def day(label: str, first: dt.date, last: dt.date, *, key: str, default: dt.date, **more: Any) -> dt.date:  # noqa: ANN401
    """Ask for a day from the first to the last, which the address holds."""
    choice = Day(key, label, first, last)
    seed(choice, default)
    value = st.date_input(label, min_value=first, max_value=last, format="DD/MM/YYYY", key=key, **more)
    write(choice, value)
    return value


def several(label: str, options: Sequence[str], *, key: str) -> list[str]:
    """Ask for any number of options, which the address holds; none of them is all."""
    choice = Several(key, label, options)
    seed(choice, [])
    value = st.multiselect(label, options, key=key, placeholder="All")
    write(choice, value)
    return value


def shared() -> dict[str, list[str]]:
    """Return what the address of any other page would hold of the choices made here."""
    return {name: texts for name, texts in _state().written.items() if name in SHARED}


@contextmanager
def written() -> Generator[None]:
    """Write the address once the page has been drawn, with every choice that it offered."""
    try:
        yield
    except StopException:
        # The page has no more to show: what it did not come to stays as it was asked for.
        _write()
        raise
    state = _state()
    if state.asked:
        _fail([_refused(name, texts, NOT_HERE) for name, texts in state.asked.items()])
    _write()


def _write() -> None:
    state = _state()
    order = [*SHARED, *OF_PAGES.get(state.page, ())]
    address = {**{name: list(texts) for name, texts in state.asked.items()}, **state.written}
    address = {name: address[name] for name in order if name in address}
    if {name: st.query_params.get_all(name) for name in st.query_params} != address:
        st.query_params.from_dict(address)


def _option(name: str, title: str, options: Sequence[Any], *, optional: bool = False) -> Option:
    return Option(name, title, {str(each): each for each in options}, optional=optional)


def _fail(found: list[NotThereError]) -> None:
    state = _state()
    state.asked = {name: tuple(texts) for name, texts in state.written.items()} | state.asked
    state.failed = found
    st.rerun()


def _refused(name: str, texts: Sequence[str], why: str = "") -> NotThereError:
    known = name in SHARED or any(name in names for names in OF_PAGES.values())
    why = why or ("is not a choice of this page, or not one of your role" if known else "is no choice here")
    return NotThereError(name, name, ", ".join(texts), why)


def tell(found: Sequence[NotThereError]) -> None:
    """Say what the address asks for and cannot get, with a way on."""
    said = [f"{plain(each.title)} “{plain(each.asked)}” {each.why}" for each in found]
    st.error(f"This link asks for what cannot be shown: {'; '.join(said)}. No figure is shown in its place.")
    st.button("Show without it", key="show_without", on_click=_without, args=(list(found),))


def _without(found: Sequence[NotThereError]) -> None:
    state = _state()
    for each in found:
        state.asked.pop(each.name, None)
        if each.rest:
            state.asked[each.name] = each.rest
    state.failed = []


def _forget(names: Sequence[str]) -> None:
    for name in names:
        st.session_state.pop(name, None)


def _state() -> _Choices:
    return st.session_state[STATE]
