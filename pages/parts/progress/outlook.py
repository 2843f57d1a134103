"""The forecast as a picture: what remained and will, how it was made, what more staff would change."""

import polars as pl
import streamlit as st

from charts.chart import Chart
from charts.fan import fan
from charts.palette import LIGHT, Palette
from data.formatting import counted, written_count, written_day
from metrics.forecast import Forecast
from pages.parts.progress import record
from pages.shell import choices
from pages.widgets import chart_card, export_button
from service.finish import against_promise, finish, promised_on, remaining, when
from service.markdown import plain
from service.view import View

LEAST, MOST, STEP, USUAL = 50, 200, 10, 100
TITLE = "What remains, and when it will be done"


def draw(view: View) -> None:
    """Draw the forecast with its making beside it, and its record; nothing where the register cannot tell."""
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
    record.draw(view)


def _what_if(view: View, made: Forecast) -> Forecast:
    staff = _asked_staff()
    asked = finish(view, staff / USUAL) or made
    if staff != USUAL:
        st.markdown(what_if(view, asked, staff))
    return asked


def _picture(view: View, made: Forecast) -> None:
    staff = made.staff
    chart = outlook(view, made, chart_card.colours())
    leaving = export_button.of_table(view, _title(made), lambda seen: _table(seen, staff))
    chart_card.show(chart, key="fan", leaving=leaving)


def outlook(view: View, made: Forecast, colours: Palette) -> Chart:
    """Draw what remained and what will, against the day promised."""
    finishes = (made.middle, made.high) if made.middle else None
    unit = view.source.terms.case.many
    return fan(
        _title(made),
        remaining(view, made),
        made.band,
        colours,
        unit=f"{unit} outstanding",
        promised=promised_on(view),
        finishes=finishes,
    )


def what_if(view: View, made: Forecast, staff: int) -> str:
    """Say what another number of staff would change, and what is assumed, as Markdown."""
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


def _title(made: Forecast) -> str:
    if made.staff == 1:
        return TITLE
    return f"{TITLE}, with {round(made.staff * USUAL)}% of the recent staff"


def _table(view: View, staff: float) -> pl.DataFrame:
    made = finish(view, staff)
    if made is None:
        raise ValueError("a forecast was asked for of a register that cannot tell")
    return outlook(view, made, LIGHT).table


def _rate(number: float) -> str:
    return written_count(round(number, 1))
