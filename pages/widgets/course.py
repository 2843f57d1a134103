"""Lines over time that more than one page shows."""

from charts.chart import Chart
from charts.lines import lines, pace
from charts.palette import Palette
from data.formatting import written_day
from metrics.workdays import weekly_rate
from pages.shell import choices
from pages.shell.address import option
from pages.widgets import chart_card, export_button
from service.over_time import burn_up_chart, burn_up_figures, courses, every_day, known_on, last_extract
from service.view import View

EACH_DAY, ONE_DAY = "on each day", "on one day"
PACE = "Detailed reviews completed on a working day, by week"
IN_PROGRESS = {"Waiting to be allocated": "not_allocated", "With a team": "in_hand"}


def burn_up(view: View, *, then: bool) -> None:
    offer = export_button.of_course(view, list(burn_up_figures(view).values()), then=then)
    chart_card.show(burn_up_chart(view, chart_card.colours(), then=then), key="burn_up", offer=offer)


def throughput(view: View, colours: Palette) -> Chart:
    last = last_extract(view)
    days = every_day(view, last)
    totals = view.course("completed", days, then=False).select("day", total="numerator")
    weeks = weekly_rate(totals, days[0], last)
    called = {"done": "Detailed reviews completed", "days": "Working days"}
    return pace(PACE, weeks, colours, unit="completed a working day", columns=called)


def drawn_then(view: View) -> bool:
    """Ask whether lines are drawn as known on each day; only then does each end at the view's own figure."""
    if not view.many_states:
        return False
    words = {EACH_DAY: EACH_DAY, ONE_DAY: f"on {written_day(view.clocks.known_at)}"}
    known = choices.ask(
        option("lines", "Lines as known", list(words), widget="segmented_control"),
        EACH_DAY if view.as_known_then else ONE_DAY,
        required=True,
        format_func=words.__getitem__,
        help="On each day: what that day's own extract said. On one day: with all recorded by then.",
    )
    return known == EACH_DAY


def flow(view: View, *, then: bool) -> None:
    chart_card.side_by_side(lambda: _in_progress(view, then=then), lambda: _weekly(view))


def _in_progress(view: View, *, then: bool) -> None:
    title = f"Detailed reviews outstanding, {known_on(view, then=then)}"
    drawn, many = courses(view, IN_PROGRESS, then=then), view.source.terms.case.many
    chart = lines(title, drawn, many, chart_card.colours(), labelled="legend")
    offer = export_button.of_course(view, list(IN_PROGRESS.values()), then=then)
    chart_card.show(chart, key="in_progress", offer=offer)


def _weekly(view: View) -> None:
    day = written_day(last_extract(view))
    none = f"No working day of the review was over by {day}: choose a later day to see a pace."
    chart_card.draw(view, throughput, key="weekly", empty=none)
