"""Where the people to contact stand, over time and on the day, with the rows behind each number."""

import polars as pl

from charts.areas import areas, table
from charts.bars import bars
from metrics.dimensions import STATE
from metrics.histories.contact import NOT_NEEDED, NOT_SAFE, REACHED, SETTLED, UNABLE
from pages.widgets import chart_card, export_button, rows
from service.days import days_of
from service.view import View

WAITING = "waiting to be reached"
PARTS = (*REACHED, NOT_NEEDED, WAITING, UNABLE, NOT_SAFE)
COLOURED = (*REACHED, WAITING, UNABLE, NOT_NEEDED, NOT_SAFE)


def over_time(view: View) -> None:
    then = view.as_known_then
    counts, parts = _counts(view, then=then)
    if not parts:
        return
    title = f"People to contact by state, {'as known on each day' if then else 'as known on one day'}"
    chart = areas(title, counts, parts, chart_card.colours(), kinds=COLOURED, unit="people")
    leaving = export_button.of_table(view, title, lambda view: table(*_counts(view, then=then)))
    chart_card.show(chart, key="states", leaving=leaving)


def _counts(view: View, *, then: bool) -> tuple[pl.DataFrame, list[str]]:
    found = view.split_course("people_to_contact", STATE.name, days_of(view), then=then)
    settled = pl.col("state").is_in(SETTLED)
    part = pl.when(settled).then(pl.col("state").cast(pl.String)).otherwise(pl.lit(WAITING))
    long = found.with_columns(part=part)
    held = set(long.filter(pl.col("numerator") > 0)["part"])
    shown = [each for each in PARTS if each in held]
    wide = long.pivot("part", index="day", values="numerator", aggregate_function="sum").sort("day")
    return wide.select("day", *shown).fill_null(0), shown


def on_the_day(view: View) -> None:
    """Show the people to contact by state on the day, and list those behind the one chosen."""
    name, key = "people_to_contact", "behind_state"
    result = view.result(name, by=[STATE.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        return
    chart = bars(view.metric(name), result, STATE, view.clocks, chart_card.colours())
    leaving = export_button.of_figure(view, name, by=[STATE.name])
    chart_card.show_to_click(chart, key="people_by_state", chosen=key, leaving=leaving)
    rows.under(view, name, result, [STATE], key=key)
