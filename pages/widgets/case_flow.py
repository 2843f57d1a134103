"""Cases received, closed and open: over time, by month against chance, and for how long."""

from collections.abc import Sequence

import polars as pl
from streamlit.delta_generator import DeltaGenerator

from charts.bars import labels_of
from charts.chart import Chart
from charts.control_chart import Subject
from charts.control_chart import control as control_chart
from charts.lines import PANELS_HEIGHT, lines_of, panels
from charts.palette import Palette
from data.formatting import capitalised, measured, written_day
from metrics.chance.control import LEAST_POINTS, Control, counts
from metrics.dimensions import Dimension
from metrics.rates import whole_periods
from pages.shell import choices
from pages.shell.address import option
from pages.widgets import chart_card
from service.cache import of_view
from service.events import events
from service.forecast import dated
from service.markdown import plain
from service.over_time import begun_days, compared, courses
from service.sentences.figure import headline
from service.view import View

AGES_OVER_TIME = {"open_age": "half", "open_age_90": "nine in ten", "open_age_longest": "the longest"}
AGES = ("open_cases", "open_age", "open_age_90", "open_age_longest", "days_to_close")
EVERY = {"Month": "1mo", "Week": "1w"}
WHOLE = "all together"
HEIGHT = 440  # of a control chart with its ranges, beside which the courses stand


def figures(view: View) -> dict[str, str]:
    """Return the short title of each figure, for `figure_strip.draw`."""
    return {
        "population": "Received",
        "closed": "{Closed}",
        "open_cases": "{Open}",
        "open_age": "Half {open} for over",
        "open_age_longest": "Longest {open}",
        **({"days_to_close": "Half {closed} within"} if dated(view) else {}),
    }


def draw(view: View, asking: DeltaGenerator, *, then: bool) -> None:
    """asking: the row in which is asked what is watched."""
    name, every = _watched(view, asking)
    chart_card.side_by_side(
        lambda: over_time(view, then=then, height=HEIGHT), lambda: _by_period(view, name, every)
    )


def over_time(view: View, *, then: bool, height: int = PANELS_HEIGHT) -> None:
    case, days = view.source.terms.case, begun_days(view, then=then)
    above = {"received": "population", case.closed: "closed"}
    title = f"{capitalised(case.many)} received, {case.closed} and {case.open}"

    def make(view: View, colours: Palette) -> Chart:
        upper, lower = (
            courses(view, some, then=then, days=days) for some in (above, {case.open: "open_cases"})
        )
        return panels(title, upper, lower, colours, unit=case.many, events=events(view), height=height)

    waiting, closed = (headline(view.figure(name)) for name in ("open_cases", "closed"))
    chart_card.show(
        chart_card.drawn(view, make), key="flow", headline=f"{waiting} {case.open}, {closed} {case.closed}",
        measure=f"{capitalised(case.many)}, to date" + ("" if dated(view) else ", as known at each extract"),
        method=_known_only(view), compact=True,
    )  # fmt: skip


def _known_only(view: View) -> str:
    if dated(view):
        return ""
    closed = view.source.terms.case.closed
    return f"The register gives no day: a case counts as {closed} from the first extract that says so."


def _watched(view: View, place: DeltaGenerator) -> tuple[str, str]:
    closed = {capitalised(view.source.terms.case.closed): "closed"} if dated(view) else {}
    named = {**closed, "Received": "population"}
    asked = option("flow_of", "Watch", list(named), widget="segmented_control")
    by = option("flow_every", "By", list(EVERY), widget="segmented_control")
    watched, every = (
        choices.ask(one, next(iter(one.texts)), place=place, required=True) for one in (asked, by)
    )
    return named[watched], every


def _by_period(view: View, name: str, every: str) -> None:
    title = f"{view.metric(name).title} by {every.lower()}"
    series = _series(view, name, EVERY[every])
    if series is None:
        words = f"Limits need {LEAST_POINTS} periods; there are fewer so far."
        chart_card.words("flow_chance", title, words)
        return
    many = view.source.terms.case.many
    subject = Subject(title=title, unit=every.lower(), what=capitalised(many), events=many)

    def make(asked: View, colours: Palette) -> Chart:
        control = chart_card.present(_series(asked, name, EVERY[every]))
        return control_chart(control, subject, asked.clocks.as_at, colours)

    verdict = subject.verdict(series, numbers=False).replace("**", "")
    chart_card.draw(view, make, key="flow_chance", headline=verdict, measure=title, compact=True)


@of_view
def _series(view: View, name: str, every: str) -> Control | None:
    result = view.result(name, every=every)
    if result.is_empty():
        return None
    return counts(whole_periods(result, result["period"][0], view.clocks.known_until, every))


def ages(view: View) -> None:
    """Draw how long cases have been open, by whatever they are split by."""
    splits = {split.title: split for split in view.dimensions("cases")}
    split = splits.get(choices.one("Ages by", [WHOLE, *splits], key="ages_by"))
    title = "How long" if split is None else f"How long, by {split.title.lower()}"
    chart_card.draw_table(view, title, lambda view: ages_table(view, split), key="ages")
    if split is None:
        chart_card.draw(view, _ages_by_month, key="ages_by_month", measure="Days, at each month's end")


def _ages_by_month(view: View, colours: Palette) -> Chart:
    long = pl.concat(compared({words: view}, name, "1mo") for name, words in AGES_OVER_TIME.items())
    title = f"{view.metric('open_age').title}, by month"
    return lines_of(title, long, colours, share=False, every="month", events=events(view))


def ages_table(view: View, split: Dimension | None) -> pl.DataFrame:
    by: Sequence[Dimension] = [] if split is None else [split]
    names = AGES if dated(view) else AGES[:-1]
    results = {name: view.result(name, by=[one.name for one in by]) for name in names}
    columns = [pl.Series(one.title, labels_of(results["open_cases"], one)) for one in by]
    open_cases = results["open_cases"].select(*(one.name for one in by), waiting="numerator")
    for name in names[1:]:
        days = pl.col("value").map_elements(lambda value: measured(value, "day", "days"), pl.String)
        shown = results[name].select(*(one.name for one in by), days.alias(view.metric(name).title))
        open_cases = _beside(open_cases, shown, [one.name for one in by])
    open_cases = open_cases.rename({"waiting": view.metric("open_cases").title})
    return pl.DataFrame([*columns, *open_cases.drop(one.name for one in by).iter_columns()])


def _beside(table: pl.DataFrame, shown: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    if not keys:
        return table.hstack(shown)
    return table.join(shown, on=keys, how="left", nulls_equal=True, maintain_order="left")


def method(view: View) -> list[str]:
    known = written_day(view.clocks.known_at)
    return [f"Ages are as known on {known}, in days since receipt.", plain(_known_only(view))]
