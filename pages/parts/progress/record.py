"""What earlier forecasts said, against what has happened since."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
import streamlit as st

from data.formatting import short_day, written_count
from metrics.forecast import Forecast
from pages.widgets import export_button
from service.finish import as_said, chances, finish, promised_on
from service.view import View

WEEKS = (4, 8, 12)
TITLE = "What earlier forecasts said"


def draw(view: View) -> None:
    made = _made(view)
    told = _lines(view, made)
    st.subheader(TITLE)
    if told.is_empty():
        st.caption("There is no earlier forecast: the review had not begun four weeks before.")
        return
    st.dataframe(told, hide_index=True)
    st.caption(_summary(view, made))
    export_button.of_table(view, TITLE, earlier).draw(key="earlier")


def earlier(view: View) -> pl.DataFrame:
    """What was said 4, 8 and 12 weeks before, from what was known then, and what remains now."""
    return _lines(view, _made(view))


def _lines(view: View, earlier: Sequence[Forecast]) -> pl.DataFrame:
    promised, now = promised_on(view), finish(view)
    lines = [_line(view, made, promised) for made in earlier]
    if now is not None and now.outcome == "range":
        lines = [_line(view, now, promised), *lines]
    return pl.DataFrame(lines)


def summary(view: View) -> str:
    """Say in how many of the earlier forecasts what happened lay within the range."""
    return _summary(view, _made(view))


def _summary(view: View, earlier: Sequence[Forecast]) -> str:
    now = finish(view)
    ranges = [made for made in earlier if made.outcome == "range" and made.low]
    if now is None or not ranges:
        return "No earlier forecast named a range."
    if now.finished_on is not None:
        held = [made for made in ranges if _within(made, now.finished_on)]
        return f"{_so_many(held, ranges)} covered the actual finish. Eight in ten should."
    held = [made for made in ranges if _kept(made, view.clocks.as_at, now.outstanding)]
    return f"{_so_many(held, ranges)} covered what remains now. Eight in ten should."


def _so_many(held: Sequence[Forecast], ranges: Sequence[Forecast]) -> str:
    if len(ranges) == 1:
        return "The one earlier forecast" if held else "The one earlier forecast has not"
    if len(held) == len(ranges):
        return f"All {len(ranges)} earlier forecasts"
    return f"{len(held) or 'None'} of {len(ranges)} earlier forecasts"


def _made(view: View) -> list[Forecast]:
    days = [view.clocks.as_at - dt.timedelta(weeks=weeks) for weeks in WEEKS]
    began = view.source.terms.began_on
    return [
        made
        for day in days
        if day >= began and view.source.states_by(day) and (made := as_said(view, day)) is not None
    ]


def _line(view: View, made: Forecast, promised: dt.date | None) -> dict[str, str]:
    chance = made.chance_by(promised) if promised is not None else None
    line = {
        "Made on": short_day(made.made_on),
        "Finish, eight in ten": _range(made),
        "As likely as not by": short_day(made.middle) if made.middle else "-",
    }
    if promised is not None:
        line[f"Chance by {short_day(promised)}"] = "-" if chance is None else chances(chance)
    said = expected(made, view.clocks.as_at)
    remain = f"Would remain on {short_day(view.clocks.as_at)}"
    line[remain] = "-" if said is None else f"{written_count(said[0])} to {written_count(said[1])}"
    line["Remain"] = written_count(view.figure("backlog").numerator)
    return line


def expected(made: Forecast, day: dt.date) -> tuple[int, int] | None:
    """Return how many a forecast said would remain at the end of a day, eight chances in ten."""
    if made.band is None or day <= made.made_on:
        return None
    by_then = made.band.filter(pl.col("day") <= day)
    if by_then.is_empty():
        return None
    return round(by_then["low"][-1]), round(by_then["high"][-1])


def _kept(made: Forecast, day: dt.date, outstanding: int) -> bool:
    said = expected(made, day)
    return said is not None and said[0] <= outstanding <= said[1]


def _within(made: Forecast, finished: dt.date) -> bool:
    return made.low is not None and made.low <= finished and (made.high is None or finished <= made.high)


def _range(made: Forecast) -> str:
    if made.outcome == "range" and made.low:
        latest = short_day(made.high) if made.high else "over a year on"
        return f"{short_day(made.low)} to {latest}"
    return "finished" if made.outcome == "finished" else made.outcome
