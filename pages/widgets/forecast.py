"""The forecast: a picture, how it is made, what more staff would change, and what earlier forecasts said."""

import datetime as dt

import polars as pl
import streamlit as st

from charts.chart import Chart
from charts.palette import Palette
from data.formatting import counted, short_day, written_count, written_day
from metrics.forecast import Forecast
from pages.shell import choices
from pages.shell.address import Number
from pages.widgets import chart_card, export_button
from service import forecast as finishing
from service.forecast import USUAL, fan_chart, finish, promised_on
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
    staff = choices.ask(
        Number("staff", "What if: staff, % of the recent number", LEAST, MOST, STEP, widget="slider"),
        USUAL,
        help="Moves the range in the picture; the forecast at the head of the page stays as it is.",
    )
    asked = finish(view, staff / USUAL) or forecast
    if staff != USUAL:
        st.markdown(what_if(view, asked, staff))
    return asked


def _picture(view: View, forecast: Forecast) -> None:
    def make(view: View, colours: Palette) -> Chart:
        return fan_chart(view, chart_card.present(finish(view, forecast.staff)), colours)

    chart_card.draw(view, make, key="fan")


def what_if(view: View, forecast: Forecast, staff: int) -> str:
    size = f"{abs(staff - USUAL)}% {'more' if staff > USUAL else 'fewer'} staff"
    when = f"With {size} from the next working day on: {finishing.when(forecast)}"
    changed = plain(f"{when} {finishing.against_promise(forecast, promised_on(view))}")
    return (
        f"**{changed}** It is assumed that each does as much as now: "
        "new staff are slower at first, and this does not allow for that."
    )


def how(forecast: Forecast) -> str:
    if forecast.outcome == "finished":
        return "Nothing remains, so nothing is forecast."
    days = counted(forecast.days_used, "working day", "working days")
    paces = (forecast.grown, forecast.sent_on, forecast.completed)
    grown, sent_on, completed = (written_count(round(pace, 1)) for pace in paces)
    a_day = f"{grown} taken into the scope, {sent_on} sent on and {completed} completed on each"
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


def draw_record(view: View) -> None:
    st.subheader(EARLIER)
    rows = earlier(view)
    if rows.is_empty():
        st.caption("There is no earlier forecast: the review had not begun four weeks before.")
        return
    st.dataframe(rows, hide_index=True)
    st.caption(summary(view))
    export_button.of_table(view, EARLIER, earlier).draw(key="earlier")


def earlier(view: View) -> pl.DataFrame:
    """What was said 4, 8 and 12 weeks before, from what was known then, and what remains now."""
    now, forecasts = finish(view), _earlier(view)
    if now is not None and now.outcome == "range":
        forecasts = [now, *forecasts]
    promised = promised_on(view)
    return pl.DataFrame([_earlier_row(view, forecast, promised) for forecast in forecasts])


def summary(view: View) -> str:
    now = finish(view)
    ranges = [forecast for forecast in _earlier(view) if forecast.outcome == "range" and forecast.low]
    if now is None or not ranges:
        return "No earlier forecast named a range."
    if now.finished_on is not None:
        what, right = "the actual finish", sum(_covers(forecast, now.finished_on) for forecast in ranges)
    else:
        bands = [expected(forecast, view.clocks.as_at) for forecast in ranges]
        what, right = "what remains now", sum(band[0] <= now.outstanding <= band[1] for band in bands if band)
    if len(ranges) == 1:
        many = "The one earlier forecast" if right else "The one earlier forecast has not"
    else:
        many = f"{right or 'None'} of {len(ranges)} earlier forecasts"
        many = many if right < len(ranges) else f"All {len(ranges)} earlier forecasts"
    return f"{many} covered {what}. Eight in ten should."


def _covers(forecast: Forecast, finished: dt.date) -> bool:
    after = forecast.low is not None and forecast.low <= finished
    return after and (forecast.high is None or finished <= forecast.high)


def _earlier(view: View) -> list[Forecast]:
    days = [view.clocks.as_at - dt.timedelta(weeks=weeks) for weeks in WEEKS]
    began = view.source.terms.began_on
    known = [day for day in days if day >= began and view.source.states_by(day)]
    return [forecast for day in known if (forecast := finishing.as_said(view, day)) is not None]


def _earlier_row(view: View, forecast: Forecast, promised: dt.date | None) -> dict[str, str]:
    row = {
        "Made on": short_day(forecast.made_on),
        "Finish, eight in ten": _range(forecast),
        "As likely as not by": short_day(forecast.middle) if forecast.middle else "-",
    }
    if promised is not None:
        chance = forecast.chance_by(promised)
        row[f"Chance by {short_day(promised)}"] = "-" if chance is None else finishing.chances(chance)
    band = expected(forecast, view.clocks.as_at)
    remain = f"Would remain on {short_day(view.clocks.as_at)}"
    row[remain] = "-" if band is None else f"{written_count(band[0])} to {written_count(band[1])}"
    return row | {"Remain": written_count(view.figure("backlog").numerator)}


def expected(forecast: Forecast, day: dt.date) -> tuple[int, int] | None:
    """Return how many a forecast said would remain at the end of a day, eight chances in ten."""
    if forecast.band is None or day <= forecast.made_on:
        return None
    by_then = forecast.band.filter(pl.col("day") <= day)
    if by_then.is_empty():
        return None
    return round(by_then["low"][-1]), round(by_then["high"][-1])


def _range(forecast: Forecast) -> str:
    if forecast.outcome == "range" and forecast.low:
        latest = short_day(forecast.high) if forecast.high else "over a year on"
        return f"{short_day(forecast.low)} to {latest}"
    return "finished" if forecast.outcome == "finished" else forecast.outcome
