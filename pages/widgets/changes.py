"""What changed since the day compared with, and why: every figure's bridge, and the rows of one."""

from functools import partial

import polars as pl
import streamlit as st

from access.roles import Permission
from charts.changes import changes, message, steps_of
from data.formatting import capitalised, counted, written_day
from metrics.bridge import Bridge, Why
from pages.shell import choices, header
from pages.widgets import chart_card, export_button
from pages.widgets import rows as drill
from service.markdown import plain
from service.view import View

BRIDGED = (
    "population",
    "risk_assessed",
    "sent_on",
    "completed",
    "backlog",
    "failures",
    "failures_with_harm",
    "referrals",
    "open_referrals",
    "headcount",
)


def draw(view: View) -> None:
    if view.not_compared:
        st.subheader("What changed, and why")
        st.caption(view.not_compared)
        return
    st.subheader(f"What changed since {written_day(view.before.as_at)}, and why")
    table = bridges_table(view)
    numbers = {name: st.column_config.NumberColumn(format="localized") for name in table.columns[1:]}
    st.dataframe(table, hide_index=True, column_config=numbers)
    st.caption(
        f"From {written_day(view.before.as_at)} to {written_day(view.clocks.as_at)}, "
        f"{known(view)}. Choose another day at the side."
    )
    names = {view.metric(name).title: name for name in view.told(BRIDGED)}
    # The first that changed; the population, if none did.
    first = next((place for place, row in enumerate(table.rows()) if row[1] != row[-1]), 0)
    titles = list(names)
    chosen = choices.one(
        "Show the change in", titles, key="change", default=titles[first] if titles else None
    )
    if chosen:
        _one(view, names[chosen])


def known(view: View) -> str:
    if view.as_known_then and view.before.known_at != view.before.as_at:
        then = written_day(view.before.known_at)
        return f"both as known on {then}, for nothing had been loaded by the earlier day"
    return header.known_in_words(view.clocks, view.source)


def bridges_table(view: View) -> pl.DataFrame:
    """Return one line for each figure: opening, every kind of step that any of them has, closing.

    A reason that adds to one figure and takes from another has one column; one that does both to the same
    figure has two.
    """
    figures = {name: view.bridge(name) for name in view.told(BRIDGED)}
    split = {why for bridge in figures.values() for why in Why if len(_changes(bridge, why)) > 1}
    reasons = [why for why in Why if any(_changes(bridge, why) for bridge in figures.values())]
    opening, closing = (written_day(day) for day in (view.before.as_at, view.clocks.as_at))
    return pl.DataFrame(
        [
            {
                "Figure": view.metric(name).title,
                opening: bridge.opening,
                **{title: number for why in reasons for title, number in _cells(bridge, why, split).items()},
                closing if closing != opening else f"{closing} again": bridge.closing,
            }
            for name, bridge in figures.items()
        ],
    )


def _changes(bridge: Bridge, why: Why) -> list[int]:
    return [change for step, change in bridge.steps if step == why]


def _cells(bridge: Bridge, why: Why, split: set[Why]) -> dict[str, int]:
    changes, title = _changes(bridge, why), capitalised(why)
    if why not in split:
        return {title: sum(changes)}
    return {
        f"{title}: added": sum(change for change in changes if change > 0),
        f"{title}: taken away": sum(change for change in changes if change < 0),
    }


def _steps(view: View, name: str) -> pl.DataFrame:
    return steps_of(view.bridge(name), view.before, view.clocks)


def _one(view: View, name: str) -> None:
    metric, bridge = view.metric(name), view.bridge(name)
    st.markdown(plain(message(metric, bridge, view.before, view.clocks)))
    if not bridge.steps:
        return
    chart = changes(metric, bridge, view.before, view.clocks, chart_card.colours())
    offer = export_button.of_table(view, f"Changes of {metric.title.lower()}", partial(_steps, name=name))
    chart_card.show(chart, key=f"change_{name}", offer=offer)
    if not view.source.visit.may(Permission.CASE_ROWS):
        st.caption(drill.NOT_ROWS)
        return
    with st.expander(f"Rows: {plain(metric.title.lower())}", key=f"moved_{name}", on_change="rerun") as rows:
        if rows.open:
            moved = view.moved(name)
            st.markdown(f"**{counted(moved.height, 'row', 'rows')}** moved.")
            drill.show_rows(moved)
