"""When the detailed reviews will be finished, against the day promised, in words."""

import datetime as dt

import polars as pl

from charts.chart import Chart
from charts.fan import fan
from charts.palette import Palette
from data.formatting import counted, written_count, written_day
from metrics.as_at import Clocks
from metrics.forecast import FEWEST, Forecast, Standing, forecast, standing
from service.over_time import every_day
from service.view import View

CAME = ("population", "risk_assessed", "sent_on")
DONE = {
    "waiting": "not_assessed",
    "outstanding": "backlog",
    "allocated": "allocated",
    "completed": "completed",
}
NEEDED = (*CAME, *DONE.values())
# A chance is told in steps of five: a thousand draws from thirty days know no more.
STEP, RARE, SURE = 5, 0.05, 0.95
USUAL = 100  # the recent number of staff, in percent
EIGHT_IN_TEN = "eight chances in ten"


def finish(view: View, staff: float = 1.0) -> Forecast | None:
    """Forecast the finish from what was known on the view's clocks; None where the register cannot tell.

    staff: the recent pace is multiplied by it.
    """
    if view.told(NEEDED) != list(NEEDED):
        return None
    day = view.told_until("reviews") or view.clocks.as_at
    return view.forecast(staff, lambda: forecast(_standing(view, day), staff=staff)).on(view.clocks)


def as_said(view: View, day: dt.date) -> Forecast | None:
    """Forecast that was made on an earlier day, from what was known then."""
    return finish(View(view.source, Clocks.then(day), view.filters))


def promised_on(view: View) -> dt.date | None:
    """Day by which the body has promised to finish: the latest promise known; None if there is none."""
    promises = view.commitments("finish by a day").drop_nulls("due_on").sort("made_on", "commitment_ref")
    return promises["due_on"][-1] if promises.height else view.source.terms.promised_on


def sentence(view: View) -> str:
    """Say when the detailed reviews will be finished and how likely that is by the day promised."""
    made = finish(view)
    if made is None:
        return ""
    if not made.told:
        return when(made)
    promised = promised_on(view)
    against = against_promise(made, promised)
    return f"{when(made)} {against}".strip()


def when(made: Forecast) -> str:
    """Say when the detailed reviews will be finished, or why no day can be named."""
    if made.outcome == "finished" and made.finished_on:
        return f"The last detailed review was finished on {written_day(made.finished_on)}."
    if not made.told:
        return untold(made)
    if made.outcome == "not begun":
        return "No detailed review has been asked for yet, so there is no finish to forecast."
    if made.outcome == "too few days":
        days = counted(made.days_used, "working day is known", "working days are known")
        return (
            f"It is too early to forecast a finish: {days} since the first was recorded as sent on, "
            f"and {FEWEST} are needed."
        )
    if made.outcome == "no progress" or made.middle is None or made.low is None:
        return no_progress(made)
    latest = f"and {written_day(made.high)}" if made.high else "and a day more than a year on"
    return (
        f"At the recent pace the detailed reviews have an even chance to be finished by "
        f"{written_day(made.middle)}, and 80% between {written_day(made.low)} {latest}."
    )


def untold(made: Forecast) -> str:
    """Say why a forecast that was made tells nothing on the day of the view."""
    if made.outcome == "not known":
        return "No finish is forecast: what is known ends before the day of these figures."
    day = written_day(made.made_on)
    return f"No finish is forecast: the last extract of reviews, of {day}, is too old to tell."


def no_progress(made: Forecast) -> str:
    """Say that the work outstanding does not come to an end at the recent pace."""
    came, done = written_count(round(made.sent_on, 1)), written_count(round(made.completed, 1))
    grows = "grows" if made.sent_on > made.completed else "hardly shrinks"
    return (
        f"At the recent pace there is no finish in sight: {came} a working day are sent on and {done} are "
        f"completed, so the number outstanding {grows}."
    )


def against_promise(made: Forecast, promised: dt.date | None) -> str:
    """Set the forecast against the day promised; nothing where none was, or where nothing is forecast."""
    if promised is None:
        return ""
    day = written_day(promised)
    if made.finished_on is not None:
        return _kept(made.finished_on, promised)
    if promised < made.made_on:
        return f"The day promised, {day}, has passed."
    if made.outcome == "no progress":
        return f"The promise to finish by {day} would not be kept."
    chance = made.chance_by(promised)
    return (
        f"The promise is to finish by {day}."
        if chance is None
        else f"The chance of finishing by {day}, the day promised, is {chances(chance)}."
    )


def _kept(finished: dt.date, promised: dt.date) -> str:
    days = (promised - finished).days
    if days == 0:
        return "That was the day promised."
    apart = f"{counted(abs(days), 'day', 'days')} {'before' if days > 0 else 'after'}"
    return f"That was {apart} the day promised, {written_day(promised)}."


def chances(share: float) -> str:
    """Write a chance as "about 80 in 100", to the nearest five."""
    if share < RARE:
        return "less than 5 in 100"
    if share > SURE:
        return "more than 95 in 100"
    return f"about {round(100 * share / STEP) * STEP} in 100"


def remaining(view: View, made: Forecast) -> pl.DataFrame:
    """Detailed reviews outstanding on each day until the forecast is made: `day, numerator`."""
    day = view.clocks.as_at if made.finished_on else made.made_on
    return view.course("backlog", every_day(view, day), then=view.as_known_then).select("day", "numerator")


def _standing(view: View, told_until: dt.date) -> Standing:
    day = min(view.clocks.as_at, told_until)
    # One extract says nothing of what was known before it: each day is then as it is known now.
    then = view.as_known_then and view.source.states > 1
    came = _totals(view, {name: name for name in CAME}, day, then=then)
    return standing(came, _totals(view, DONE, day, then=False), day)


def _totals(view: View, names: dict[str, str], day: dt.date, *, then: bool) -> pl.DataFrame:
    days = every_day(view, day)
    found = [view.course(name, days, then=then)["numerator"].alias(said) for said, name in names.items()]
    return pl.DataFrame([pl.Series("day", days, pl.Date), *found])


TITLE = "What remains, and when it will be done"


def fan_chart(view: View, forecast: Forecast, colours: Palette) -> Chart:
    finishes = (forecast.middle, forecast.high) if forecast.middle else None
    unit = view.source.terms.case.many
    return fan(
        fan_title(forecast),
        remaining(view, forecast),
        forecast.band,
        colours,
        unit=f"{unit} outstanding",
        promised=promised_on(view),
        finishes=finishes,
    )


def fan_title(forecast: Forecast) -> str:
    if forecast.staff == 1:
        return TITLE
    return f"{TITLE}, with {round(forecast.staff * USUAL)}% of the recent staff"
