"""Lines over time of how far the review has come."""

from collections.abc import Sequence

import polars as pl

from charts.chart import Chart
from charts.columns import pace
from charts.events import Event
from charts.lines import lines, panels
from charts.palette import Palette
from data.formatting import capitalised, written_count, written_day
from metrics.workdays import weekly_rate
from pages.shell import choices
from pages.shell.address import option
from pages.widgets import chart_card, export_button
from service.over_time import courses, every_day, known_on, last_extract
from service.sentences.figure import headline
from service.view import View

EACH_DAY, ONE_DAY = "on each day", "on one day"
PACE = "Detailed reviews completed on a working day, by week"
CASES = {"assessed": "risk_assessed", "in review": "population"}
REVIEWS = {"reviewed": "completed", "sent for review": "sent_on"}
IN_PROGRESS = {"Waiting to be allocated": "not_allocated", "With a team": "in_hand"}


def drawn_then(view: View) -> bool:
    """Ask whether lines are drawn as known on each day; only then does each end at the view's own figure."""
    if not view.many_states:
        return False
    words = {EACH_DAY: "Known each day", ONE_DAY: f"Known on {written_day(view.clocks.known_at)}"}
    known = choices.ask(
        option("lines", "Lines as known", list(words), widget="segmented_control"),
        EACH_DAY if view.as_known_then else ONE_DAY,
        required=True,
        label_visibility="collapsed",
        format_func=words.__getitem__,
        help="On each day: what that day's own extract said. On one day: with all recorded by then.",
    )
    return known == EACH_DAY


def draw(view: View, events: Sequence[Event], *, then: bool) -> None:
    drawings = [lambda: _burn_up(view, events, then=then)]
    if view.loaded(["completed"]):
        drawings += [lambda: _in_progress(view, events, then=then), lambda: _weekly(view, events)]
    chart_card.side_by_side(*drawings)


def _burn_up(view: View, events: Sequence[Event], *, then: bool) -> None:
    many, colours = view.source.terms.case.many, chart_card.colours()
    title = f"{capitalised(many)} over time, {known_on(view, then=then)}"
    above, below = (
        {words: name for words, name in figures.items() if view.loaded([name])}
        for figures in (CASES, REVIEWS)
    )
    if below:
        cases, reviews = (courses(view, figures, then=then) for figures in (above, below))
        chart = panels(title, cases, reviews, colours, unit=many, events=events)
    else:
        chart = lines(title, courses(view, above, then=then), many, colours, events)
    offer = export_button.of_course(view, [*above.values(), *below.values()], then=then)
    shares = {"share_assessed": "assessed", "share_completed": "reviewed"}
    done = ", ".join(f"{headline(view.figure(name))} {shares[name]}" for name in view.loaded(list(shares)))
    chart_card.show(
        chart,
        key="burn_up",
        offer=offer,
        headline=done,
        measure=f"{capitalised(many)}, to date",
        compact=True,
    )


def _in_progress(view: View, events: Sequence[Event], *, then: bool) -> None:
    title = f"Detailed reviews outstanding, {known_on(view, then=then)}"
    drawn, many = courses(view, IN_PROGRESS, then=then), view.source.terms.case.many
    chart = lines(title, drawn, many, chart_card.colours(), events)
    offer = export_button.of_course(view, list(IN_PROGRESS.values()), then=then)
    waiting, with_team = (written_count(view.figure(name).numerator) for name in IN_PROGRESS.values())
    words = f"{with_team} with a team, {waiting} not allocated"
    chart_card.show(
        chart, key="in_progress", offer=offer, headline=words, measure="Outstanding", compact=True
    )


def _weekly(view: View, events: Sequence[Event]) -> None:
    day = written_day(last_extract(view))
    none = f"No working day of the review was over by {day}: choose a later day to see a pace."
    rates = weeks_of(view)["rate"].drop_nulls()
    words = f"Latest week: {rates[-1]:.1f} reviews a working day" if len(rates) else ""

    def make(view: View, colours: Palette) -> Chart:
        called = {"done": "Detailed reviews completed", "days": "Working days"}
        unit = "completed a working day"
        return pace(PACE, weeks_of(view), colours, unit=unit, columns=called, events=events)

    chart_card.draw(view, make, key="weekly", empty=none, headline=words, measure="By week", compact=True)


def weeks_of(view: View) -> pl.DataFrame:
    last = last_extract(view)
    days = every_day(view, last)
    totals = view.course("completed", days, then=False).select("day", total="numerator")
    return weekly_rate(totals, days[0], last)
