"""The forecast: a picture, how it is made, what more staff would change, and what earlier forecasts said."""

import datetime as dt
from collections.abc import Sequence

import polars as pl
import streamlit as st

from charts.chart import Chart
from charts.fan import fan
from charts.palette import LIGHT, Palette
from data.formatting import counted, short_day, written_count, written_day
from metrics.forecast import Forecast
from pages.shell import choices
from pages.widgets import chart_card, export_button
from service.finish import against_promise, as_said, chances, finish, promised_on, remaining, when
from service.markdown import plain
from service.view import View

LEAST, MOST, STEP, USUAL = 50, 200, 10, 100
TITLE = "What remains, and when it will be done"
WEEKS = (4, 8, 12)
EARLIER = "What earlier forecasts said"


def draw(view: View) -> None:
    made = finish(view)
    if made is None:
        return
    if view.clocks.ahead:
        return
    if made.outcome == "finished":
        _picture(view, made)
    elif made.told:
        left, right = st.columns([3, 2], gap="large")
        with right:
            asked = _what_if(view, made)
            with st.expander("How the forecast is made", expanded=made.outcome == "range"):
                st.markdown(plain(how(asked), lines=True))
        with left:
            _picture(view, asked)
    draw_record(view)


def _what_if(view: View, made: Forecast) -> Forecast:
    staff = _asked_staff()
    asked = finish(view, staff / USUAL) or made
    if staff != USUAL:
        st.markdown(what_if(view, asked, staff))
    return asked


def _picture(view: View, made: Forecast) -> None:
    staff = made.staff
    chart = fan_chart(view, made, chart_card.colours())
    leaving = export_button.of_table(view, _fan_title(made), lambda seen: _fan_table(seen, staff))
    chart_card.show(chart, key="fan", leaving=leaving)


def fan_chart(view: View, made: Forecast, colours: Palette) -> Chart:
    finishes = (made.middle, made.high) if made.middle else None
    unit = view.source.terms.case.many
    return fan(
        _fan_title(made),
        remaining(view, made),
        made.band,
        colours,
        unit=f"{unit} outstanding",
        promised=promised_on(view),
        finishes=finishes,
    )


def what_if(view: View, made: Forecast, staff: int) -> str:
    size = f"{abs(staff - USUAL)}% {'more' if staff > USUAL else 'fewer'} staff"
    said = when(made).replace("At the recent pace", f"With {size} from the next working day on", 1)
    changed = plain(f"{said} {against_promise(made, promised_on(view))}")
    return (
        f"**{changed}** It is assumed that each does as much as now: "
        "new staff are slower at first, and this does not allow for that."
    )


def how(made: Forecast) -> str:
    if made.outcome == "finished":
        return "Nothing remains, so nothing is forecast."
    days = counted(made.days_used, "working day", "working days")
    a_day = (
        f"{_rate(made.grown)} taken into the scope, {_rate(made.sent_on)} sent on and "
        f"{_rate(made.completed)} completed on each"
    )
    return (
        f"From what was known on {written_day(made.made_on)}: the last {days}, with on average {a_day}. "
        f"{written_count(made.draws)} times (seed {made.seed}), the coming working days are drawn by chance "
        "from those days, and played until nothing remains; one draw in ten is finished by the first day of "
        "the range and nine by the last.\n\n"
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


def _fan_title(made: Forecast) -> str:
    if made.staff == 1:
        return TITLE
    return f"{TITLE}, with {round(made.staff * USUAL)}% of the recent staff"


def _fan_table(view: View, staff: float) -> pl.DataFrame:
    made = finish(view, staff)
    if made is None:
        raise ValueError("a forecast was asked for of a register that cannot tell")
    return fan_chart(view, made, LIGHT).table


def _rate(number: float) -> str:
    return written_count(round(number, 1))


def draw_record(view: View) -> None:
    made = _earlier(view)
    told = _earlier_rows(view, made)
    st.subheader(EARLIER)
    if told.is_empty():
        st.caption("There is no earlier forecast: the review had not begun four weeks before.")
        return
    st.dataframe(told, hide_index=True)
    st.caption(_summary(view, made))
    export_button.of_table(view, EARLIER, earlier).draw(key="earlier")


def earlier(view: View) -> pl.DataFrame:
    """What was said 4, 8 and 12 weeks before, from what was known then, and what remains now."""
    return _earlier_rows(view, _earlier(view))


def _earlier_rows(view: View, earlier: Sequence[Forecast]) -> pl.DataFrame:
    promised, now = promised_on(view), finish(view)
    lines = [_earlier_row(view, made, promised) for made in earlier]
    if now is not None and now.outcome == "range":
        lines = [_earlier_row(view, now, promised), *lines]
    return pl.DataFrame(lines)


def summary(view: View) -> str:
    return _summary(view, _earlier(view))


def _summary(view: View, earlier: Sequence[Forecast]) -> str:
    now = finish(view)
    ranges = [made for made in earlier if made.outcome == "range" and made.low]
    if now is None or not ranges:
        return "No earlier forecast named a range."
    if now.finished_on is not None:
        held = [made for made in ranges if _covers_finish(made, now.finished_on)]
        return f"{_so_many(held, ranges)} covered the actual finish. Eight in ten should."
    held = [made for made in ranges if _covers_remaining(made, view.clocks.as_at, now.outstanding)]
    return f"{_so_many(held, ranges)} covered what remains now. Eight in ten should."


def _so_many(held: Sequence[Forecast], ranges: Sequence[Forecast]) -> str:
    if len(ranges) == 1:
        return "The one earlier forecast" if held else "The one earlier forecast has not"
    if len(held) == len(ranges):
        return f"All {len(ranges)} earlier forecasts"
    return f"{len(held) or 'None'} of {len(ranges)} earlier forecasts"


def _earlier(view: View) -> list[Forecast]:
    days = [view.clocks.as_at - dt.timedelta(weeks=weeks) for weeks in WEEKS]
    began = view.source.terms.began_on
    return [
        made
        for day in days
        if day >= began and view.source.states_by(day) and (made := as_said(view, day)) is not None
    ]


def _earlier_row(view: View, made: Forecast, promised: dt.date | None) -> dict[str, str]:
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


def _covers_remaining(made: Forecast, day: dt.date, outstanding: int) -> bool:
    said = expected(made, day)
    return said is not None and said[0] <= outstanding <= said[1]


def _covers_finish(made: Forecast, finished: dt.date) -> bool:
    return made.low is not None and made.low <= finished and (made.high is None or finished <= made.high)


def _range(made: Forecast) -> str:
    if made.outcome == "range" and made.low:
        latest = short_day(made.high) if made.high else "over a year on"
        return f"{short_day(made.low)} to {latest}"
    return "finished" if made.outcome == "finished" else made.outcome
