"""How the referrals stood over time, and how those open now are split, with the rows behind each number."""

import polars as pl
import streamlit as st

from charts.areas import areas, table
from charts.bars import bars
from data.schema import REFERRAL_STATUSES
from metrics.dimensions import DAYS_OPEN, MODE, STATUS, Dimension
from metrics.histories.oversight import ENDED
from pages.parts.referrals.timeline import COLOURED
from pages.widgets import chart_card, export_button, rows
from service.days import days_of
from service.view import View

SETTLED = "closed, discontinued or withdrawn"


def over_time(view: View) -> None:
    then = view.as_known_then
    counts, parts = _counts(view, then=then)
    if not parts:
        return
    title = f"Referrals by status, {'as known on each day' if then else 'as known on one day'}"
    chart = areas(title, counts, parts, chart_card.colours(), kinds=(*COLOURED, SETTLED), unit="referrals")
    leaving = export_button.of_table(view, title, lambda view: table(*_counts(view, then=then)))
    chart_card.show(chart, key="statuses", leaving=leaving)


def _counts(view: View, *, then: bool) -> tuple[pl.DataFrame, list[str]]:
    """Return one column of counts for each status that ever held, in order; the ended as one."""
    found = view.split_course("referrals", STATUS.name, days_of(view), then=then)
    ended = pl.col("status").is_in(ENDED)
    part = pl.when(ended).then(pl.lit(SETTLED)).otherwise(pl.col("status").cast(pl.String))
    long = found.with_columns(part=part)
    held = set(long.filter(pl.col("numerator") > 0)["part"])
    shown = [each for each in (*REFERRAL_STATUSES, SETTLED) if each in held]
    wide = long.pivot("part", index="day", values="numerator", aggregate_function="sum").sort("day")
    return wide.select("day", *shown).fill_null(0), shown


def open_now(view: View) -> None:
    """Show the open referrals by mode of investigation and by days since they were made."""
    left, right = st.columns(2, gap="large")
    with left:
        _split(view, MODE)
    with right:
        _split(view, DAYS_OPEN)


def _split(view: View, split: Dimension) -> None:
    name = "open_referrals"
    # A value that only matters outside the scope or in the past have is none of the open ones'.
    result = view.result(name, by=[split.name]).filter(pl.col("numerator") > 0)
    if result.is_empty():
        return
    chart = bars(view.metric(name), result, split, view.clocks, chart_card.colours())
    key = f"behind_{split.name}"
    leaving = export_button.of_figure(view, name, by=[split.name])
    chart_card.show_to_click(chart, key=f"open_by_{split.name}", chosen=key, leaving=leaving)
    rows.under(view, name, result, [split], key=key)
