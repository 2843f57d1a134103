"""A moment asked for by the clocks of the review: a day, a time to the second, and which of two."""

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from data.publishing.moments import Which, local, moment_of, read_time, which_of

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
        """Return the moment in UTC.

        Raises:
            UserError: there is no such moment, or there are two and neither is chosen.
        """
        return moment_of(self.day, read_time(self.time), self.zone, self.which)


def ask(label: str, zone: str, usual: dt.datetime, *, key: str) -> Clock:
    """Ask for a moment; `usual` is what stands there first."""
    shown, which = local(usual, zone), which_of(usual, zone)
    columns = st.columns([2, 2, 3])
    with columns[0]:
        day = st.date_input(f"{label}: day", shown.date(), format="DD/MM/YYYY", key=f"{key}_day")
    with columns[1]:
        time = st.text_input(
            f"{label}: time",
            f"{shown:%H:%M:%S}",
            key=f"{key}_time",
            max_chars=8,
            help=f"By the clocks of {zone.replace('_', ' ')}, as 09:30 or 09:30:00.",
        )
    with columns[2]:
        words = st.selectbox(
            "If that time comes twice",
            list(WHICH),
            list(WHICH.values()).index(which),
            key=f"{key}_which",
            help="In the night when the clocks go back, one hour comes twice.",
        )
    return Clock(day, time or "", WHICH[str(words)], zone)
