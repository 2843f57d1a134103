"""The forecast: a picture, what more staff would change, what earlier forecasts said, and how it is made."""

import datetime as dt
from dataclasses import replace

import polars as pl
import streamlit as st

from charts.chart import Chart
from charts.palette import Palette
from data.formatting import capitalised, counted, short_day, written_count, written_day
from metrics.as_at import Clocks
from metrics.forecast import Forecast
from pages.shell import choices
from pages.shell.address import Number
from pages.widgets import chart_card
from service import forecast as finishing
from service.events import events
from service.forecast import USUAL, fan_chart, finish, latest, near_day, promised_on
from service.markdown import plain
from service.sentences import status
from service.view import View

LEAST, MOST, STEP = 50, 200, 10
WEEKS = (4, 8, 12)
EARLIER = "Earlier forecasts"
ASSUMED = "each is assumed to do as much as today's {staff}. New {staff} are slower at first."


DRAWN = (
    "Coming days are drawn by chance from these until nothing remains.",
    "One draw in ten is finished by the first day of the range, and nine by the last.",
)


def draw(view: View) -> None:
    forecast = finish(view)
    if forecast is None or not forecast.is_current:
        return
    left, right = st.columns([3, 2], gap="small")
    with right:
        # The picture follows what is asked here.
        asked = _what_if(view, forecast)
    with left:
        picture(view, asked)


def _what_if(view: View, forecast: Forecast) -> Forecast:
    with chart_card.frame("what_if"):
        if forecast.outcome not in ("range", "no progress"):
            chart_card.head(finishing.when(view, forecast).removesuffix("."))
            st.markdown(plain(finishing.against_promise(forecast, promised_on(view))))
            return forecast
        chart_card.head(view.words("What if {staffing} changes?"), view.words("{Staff}, % of present number"))
        number = Number(
            "staff",
            view.words("What if: {staff}, % of the present number"),
            LEAST,
            MOST,
            STEP,
            widget="slider",
        )
        staff = choices.ask(number, USUAL, label_visibility="collapsed")
        asked = finish(view, staff / USUAL) or forecast
        st.markdown(f"**{plain(what_if(view, asked, staff))}**")
        if staff != USUAL:
            st.caption(capitalised(view.words(ASSUMED)))
    return asked


def picture(view: View, forecast: Forecast) -> None:
    pace = forecast.staff

    def make(view: View, colours: Palette) -> Chart:
        return fan_chart(view, chart_card.present(finish(view, pace)), colours, events(view))

    staff = round(pace * USUAL)
    words = f"The forecast with {staff}% of recent {view.words.staff}"
    if staff == USUAL:
        words = status.fan_title(view)
    chart_card.draw(view, make, key="fan", headline=words, measure="Outstanding, 80% range", compact=True)


def draw_closing(view: View) -> None:
    """Draw when no case of a register without risk assessments will be open, or say why that is not known."""
    forecast = finishing.closing(view)
    if forecast is None or forecast.outcome == "not known":
        return
    sentence = finishing.closing_sentence(view, forecast)
    if forecast.outcome != "range":
        chart_card.words("closing", view.words("When no {case} is {open}"), sentence)
        return

    def make(view: View, colours: Palette) -> Chart:
        return fan_chart(view, chart_card.present(finishing.closing(view)), colours, events(view))

    chart_card.draw(
        view,
        make,
        key="closing",
        headline=sentence.removesuffix("."),
        measure=view.words("{Cases} {open}, 80% range"),
    )


def how_closing(view: View) -> list[str]:
    forecast = finishing.closing(view)
    if forecast is None:
        return []
    received, ended = (written_count(round(pace, 1)) for pace in (forecast.sent_on, forecast.completed))
    days, ends = counted(forecast.days_used, "working day", "working days"), view.source.terms.period.ends
    return [
        f"The forecast uses the last {days} known on {written_day(forecast.made_on)}.",
        view.words(f"On average, each brought {received} {{cases}}, and {ended} were {{closed}}."),
        *DRAWN,
        view.words(f"{{Cases}} received after {written_day(ends)} are not in scope."),
        "As fewer are left than are usually done in a month, the pace is taken to fall.",
    ]


def what_if(view: View, forecast: Forecast, staff: int) -> str:
    """staff: in percent of the present number."""
    lead = f"With {abs(staff - USUAL)}% {'more' if staff > USUAL else 'fewer'} {view.words.staff}"
    if staff == USUAL:
        lead = "At the recent pace"
    if forecast.middle is None or forecast.low is None:
        return f"{lead}: {finishing.when(view, forecast)}"
    if staff == USUAL:
        return f"{lead}: 80% between {near_day(forecast.low, forecast.made_on)} and {latest(forecast)}."
    words = f"{lead}: even chance of finishing by {near_day(forecast.middle, forecast.made_on)}"
    promised = promised_on(view)
    chance = None if promised is None else forecast.chance_by(promised)
    if promised is None or chance is None:
        return f"{words}."
    return f"{words}, {finishing.chances(chance)} by {near_day(promised, forecast.made_on)}."


def how(view: View) -> list[str]:
    forecast = finish(view)
    if forecast is None:
        return []
    if forecast.outcome == "finished":
        return ["Nothing remains, so nothing is forecast."]
    days = counted(forecast.days_used, "working day", "working days")
    grown, sent_on, done = (
        written_count(round(pace, 1)) for pace in (forecast.grown, forecast.sent_on, forecast.completed)
    )
    draws = f"{written_count(forecast.draws)} times (seed {forecast.seed})"
    return [
        f"The forecast uses the last {days} known on {written_day(forecast.made_on)}.",
        f"Each day added {grown} to the scope, sent {sent_on} on and completed {done}, on average.",
        f"Those days are drawn by chance {draws}, until nothing remains.",
        DRAWN[1],
        "Coming days are assumed to be like the recent ones, and the scope to grow as it did.",
        view.words("Once all are assessed, no more {any_reviews} are added."),
        view.words("The last reviews are slower: once few remain, not all {staff} have one."),
        "How much slower is unknown, so it differs between the draws.",
        "Working days are Monday to Friday without the bank holidays of England and Wales.",
        view.words(f"With more or fewer {{staff}}: {ASSUMED}"),
        "A good 80% range covers the finish in eight of ten forecasts.",
    ]


def draw_record(view: View) -> None:
    if earlier(view).is_empty():
        st.caption("There is no earlier forecast: the review had not begun four weeks before.")
        return
    st.markdown(summary(view))
    chart_card.draw_table(view, EARLIER, earlier, key="earlier")


def earlier(view: View) -> pl.DataFrame:
    """What was said 4, 8 and 12 weeks before, from what was known then, and what remains now."""
    now, forecasts = finish(view), _earlier(view)
    if now is not None and now.outcome == "range":
        forecasts = [now, *forecasts]
    return pl.DataFrame([_earlier_row(view, forecast) for forecast in forecasts])


def summary(view: View) -> str:
    now = finish(view)
    ranges = [forecast for forecast in _earlier(view) if forecast.outcome == "range" and forecast.low]
    if now is None or not ranges:
        return "No earlier forecast named a range."
    if (day := now.finished_on) is not None:
        what = "the actual finish"
        right = sum((span.low or day) <= day <= (span.high or day) for span in ranges)
    else:
        bands = [expected(forecast, view.clocks.as_at) for forecast in ranges]
        what, right = "what remains now", sum(band[0] <= now.outstanding <= band[1] for band in bands if band)
    if len(ranges) == 1:
        return f"The one earlier forecast {'covered' if right else 'missed'} {what}."
    many = "All" if right == len(ranges) else f"{right or 'None'} of"
    return f"{many} {len(ranges)} forecasts covered {what}."


def _earlier(view: View) -> list[Forecast]:
    days = [view.clocks.as_at - dt.timedelta(weeks=weeks) for weeks in WEEKS]
    began = view.source.terms.began_on
    known = [day for day in days if day >= began and view.source.states_by(day)]
    forecasts = (finish(replace(view, clocks=Clocks.then(day))) for day in known)
    return [forecast for forecast in forecasts if forecast is not None]


def _earlier_row(view: View, forecast: Forecast) -> dict[str, str]:
    day, promised = view.clocks.as_at, promised_on(view)
    row = {
        "Made on": short_day(forecast.made_on),
        "80% range": _range(forecast),
        "Even chance by": short_day(forecast.middle) if forecast.middle else "-",
    }
    if promised is not None:
        chance = forecast.chance_by(promised)
        row[f"Chance by {short_day(promised)}"] = "-" if chance is None else finishing.chances(chance)
    band = expected(forecast, day)
    remain = "-" if band is None else f"{written_count(band[0])} to {written_count(band[1])}"
    row[f"Would remain on {short_day(day)}"] = remain
    return row | {"Remain": written_count(view.figure("backlog").numerator)}


def expected(forecast: Forecast, day: dt.date) -> tuple[int, int] | None:
    """Return how many a forecast said would remain at the end of a day, eight chances in ten."""
    if forecast.band is None or day <= forecast.made_on:
        return None
    by_then = forecast.band.filter(pl.col("day") <= day)
    return None if by_then.is_empty() else (round(by_then["low"][-1]), round(by_then["high"][-1]))


def _range(forecast: Forecast) -> str:
    if forecast.outcome != "range" or not forecast.low:
        return forecast.outcome
    return f"{short_day(forecast.low)} to {short_day(forecast.high) if forecast.high else 'over a year on'}"
