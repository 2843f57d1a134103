"""The forecast: a picture, how it is made, what more staff would change, and what earlier forecasts said."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
import streamlit as st

from charts.palette import LIGHT
from data.formatting import counted, short_day, written_count, written_day
from metrics.forecast import Forecast
from pages.shell import choices
from pages.widgets import chart_card, export_button
from service.forecast import (
    USUAL,
    against_promise,
    as_said,
    chances,
    fan_chart,
    fan_title,
    finish,
    promised_on,
    when,
)
from service.markdown import plain
from service.view import View

LEAST, MOST, STEP = 50, 200, 10
WEEKS = (4, 8, 12)
EARLIER = "What earlier forecasts said"


def draw(view: View) -> None:
    forecast = finish(view)
    if forecast is None or view.clocks.ahead:
        return
    if forecast.outcome == "finished":
        _picture(view, forecast)
    elif forecast.told:
        left, right = st.columns([3, 2], gap="large")
        with right:
            asked = _what_if(view, forecast)
            with st.expander("How the forecast is made", expanded=forecast.outcome == "range"):
                st.markdown(plain(how(asked), lines=True))
        with left:
            _picture(view, asked)
    draw_record(view)


def _what_if(view: View, forecast: Forecast) -> Forecast:
    staff = _asked_staff()
    asked = finish(view, staff / USUAL) or forecast
    if staff != USUAL:
        st.markdown(what_if(view, asked, staff))
    return asked


def _picture(view: View, forecast: Forecast) -> None:
    staff = forecast.staff
    chart = fan_chart(view, forecast, chart_card.colours())
    offer = export_button.of_table(view, fan_title(forecast), lambda seen: _fan_table(seen, staff))
    chart_card.show(chart, key="fan", offer=offer)


def what_if(view: View, forecast: Forecast, staff: int) -> str:
    size = f"{abs(staff - USUAL)}% {'more' if staff > USUAL else 'fewer'} staff"
    sentence = when(forecast).replace("At the recent pace", f"With {size} from the next working day on", 1)
    changed = plain(f"{sentence} {against_promise(forecast, promised_on(view))}")
    return (
        f"**{changed}** It is assumed that each does as much as now: "
        "new staff are slower at first, and this does not allow for that."
    )


def how(forecast: Forecast) -> str:
    if forecast.outcome == "finished":
        return "Nothing remains, so nothing is forecast."
    days = counted(forecast.days_used, "working day", "working days")
    a_day = (
        f"{_rate(forecast.grown)} taken into the scope, {_rate(forecast.sent_on)} sent on and "
        f"{_rate(forecast.completed)} completed on each"
    )
    return (
        f"From what was known on {written_day(forecast.made_on)}: the last {days}, with on average {a_day}. "
        f"{written_count(forecast.draws)} times (seed {forecast.seed}), the coming working days are drawn by "
        "chance from those days, and played until nothing remains; one draw in ten is finished by the first "
        "day of the range and nine by the last.\n\n"
        "Assumed: the recent days are like those to come, the scope goes on growing as it did, and what is "
        "sent on ends with the risk assessments. The last reviews cannot be shared out anew: once fewer "
        "remain than are usually in hand, the pace falls, by how much is not known, so the draws differ in "
        "it. Working days are Monday to Friday without the bank holidays of England and Wales."
    )


def _asked_staff() -> int:
    return choices.slider(
        "What if: staff, % of the recent number",
        LEAST,
        MOST,
        STEP,
        key="staff",
        default=USUAL,
        help="Moves the range in the picture; the forecast at the head of the page stays as it is.",
    )


def _fan_table(view: View, staff: float) -> pl.DataFrame:
    forecast = finish(view, staff)
    if forecast is None:
        raise ValueError("a forecast was asked for of a register that cannot tell")
    return fan_chart(view, forecast, LIGHT).table


def _rate(number: float) -> str:
    return written_count(round(number, 1))


def draw_record(view: View) -> None:
    forecasts = _earlier(view)
    rows = _earlier_rows(view, forecasts)
    st.subheader(EARLIER)
    if rows.is_empty():
        st.caption("There is no earlier forecast: the review had not begun four weeks before.")
        return
    st.dataframe(rows, hide_index=True)
    st.caption(_summary(view, forecasts))
    export_button.of_table(view, EARLIER, earlier).draw(key="earlier")


def earlier(view: View) -> pl.DataFrame:
    """What was said 4, 8 and 12 weeks before, from what was known then, and what remains now."""
    return _earlier_rows(view, _earlier(view))


def _earlier_rows(view: View, earlier: Sequence[Forecast]) -> pl.DataFrame:
    promised, now = promised_on(view), finish(view)
    lines = [_earlier_row(view, forecast, promised) for forecast in earlier]
    if now is not None and now.outcome == "range":
        lines = [_earlier_row(view, now, promised), *lines]
    return pl.DataFrame(lines)


def summary(view: View) -> str:
    return _summary(view, _earlier(view))


def _summary(view: View, earlier: Sequence[Forecast]) -> str:
    now = finish(view)
    ranges = [forecast for forecast in earlier if forecast.outcome == "range" and forecast.low]
    if now is None or not ranges:
        return "No earlier forecast named a range."
    if now.finished_on is not None:
        covering = [forecast for forecast in ranges if _covers_finish(forecast, now.finished_on)]
        return f"{_so_many(covering, ranges)} covered the actual finish. Eight in ten should."
    covering = [
        forecast for forecast in ranges if _covers_remaining(forecast, view.clocks.as_at, now.outstanding)
    ]
    return f"{_so_many(covering, ranges)} covered what remains now. Eight in ten should."


def _so_many(covering: Sequence[Forecast], ranges: Sequence[Forecast]) -> str:
    if len(ranges) == 1:
        return "The one earlier forecast" if covering else "The one earlier forecast has not"
    if len(covering) == len(ranges):
        return f"All {len(ranges)} earlier forecasts"
    return f"{len(covering) or 'None'} of {len(ranges)} earlier forecasts"


def _earlier(view: View) -> list[Forecast]:
    days = [view.clocks.as_at - dt.timedelta(weeks=weeks) for weeks in WEEKS]
    began = view.source.terms.began_on
    return [
        forecast
        for day in days
        if day >= began and view.source.states_by(day) and (forecast := as_said(view, day)) is not None
    ]


def _earlier_row(view: View, forecast: Forecast, promised: dt.date | None) -> dict[str, str]:
    chance = forecast.chance_by(promised) if promised is not None else None
    line = {
        "Made on": short_day(forecast.made_on),
        "Finish, eight in ten": _range(forecast),
        "As likely as not by": short_day(forecast.middle) if forecast.middle else "-",
    }
    if promised is not None:
        line[f"Chance by {short_day(promised)}"] = "-" if chance is None else chances(chance)
    band = expected(forecast, view.clocks.as_at)
    remain = f"Would remain on {short_day(view.clocks.as_at)}"
    line[remain] = "-" if band is None else f"{written_count(band[0])} to {written_count(band[1])}"
    line["Remain"] = written_count(view.figure("backlog").numerator)
    return line


def expected(forecast: Forecast, day: dt.date) -> tuple[int, int] | None:
    """Return how many a forecast said would remain at the end of a day, eight chances in ten."""
    if forecast.band is None or day <= forecast.made_on:
        return None
    by_then = forecast.band.filter(pl.col("day") <= day)
    if by_then.is_empty():
        return None
    return round(by_then["low"][-1]), round(by_then["high"][-1])


def _covers_remaining(forecast: Forecast, day: dt.date, outstanding: int) -> bool:
    band = expected(forecast, day)
    return band is not None and band[0] <= outstanding <= band[1]


def _covers_finish(forecast: Forecast, finished: dt.date) -> bool:
    return (
        forecast.low is not None
        and forecast.low <= finished
        and (forecast.high is None or finished <= forecast.high)
    )


def _range(forecast: Forecast) -> str:
    if forecast.outcome == "range" and forecast.low:
        latest = short_day(forecast.high) if forecast.high else "over a year on"
        return f"{short_day(forecast.low)} to {latest}"
    return "finished" if forecast.outcome == "finished" else forecast.outcome
