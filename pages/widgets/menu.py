"""A menu that is drawn once it is opened: most of what a page offers is never looked at."""

from collections.abc import Callable
from typing import Literal, Protocol

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


class Popover(Protocol):
    @property
    def open(self) -> bool | None:
        """None: the browser does not say; see Streamlit's `on_change`."""
        ...


def menu(
    label: str,
    draw: Callable[[], object],
    *,
    key: str,
    place: DeltaGenerator | None = None,
    type: Literal["secondary", "tertiary"] = "tertiary",  # noqa: A002  # as Streamlit calls it
) -> None:
    popover = (place or st).popover(label, type=type, key=key, on_change="rerun")
    if is_open(popover):
        with popover:
            draw()


def is_open(popover: Popover) -> bool:
    return popover.open is True
