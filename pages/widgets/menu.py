"""A menu that is drawn once it is opened: most of what a page offers is never looked at."""

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


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


def is_open(popover: Any) -> bool:  # noqa: ANN401  # Streamlit's own kind of container
    return popover.open is True
