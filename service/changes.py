"""What changed since the day compared with: one line for each figure, with the reasons."""

import polars as pl

from data.formatting import capitalised, written_day
from metrics.bridge import Bridge, Why
from service.sentences.figure import known_in_words
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


def known(view: View) -> str:
    if view.as_known_then and view.before.known_at != view.before.as_at:
        then = written_day(view.before.known_at)
        return f"both as known on {then}, because nothing had been loaded by the earlier day"
    return known_in_words(view.clocks, view.source)


def bridges_table(view: View) -> pl.DataFrame:
    """A reason that adds to a figure and takes from the same one has two columns; else it has one."""
    figures = {name: view.bridge(name) for name in view.loaded(BRIDGED)}
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
        ]
    )


def _changes(bridge: Bridge, why: Why) -> list[float]:
    return [step.change for step in bridge.steps if step.why == why]


def _cells(bridge: Bridge, why: Why, split: set[Why]) -> dict[str, float]:
    changes, title = _changes(bridge, why), capitalised(why)
    if why not in split:
        return {title: sum(changes)}
    return {
        f"{title}: added": sum(change for change in changes if change > 0),
        f"{title}: removed": sum(change for change in changes if change < 0),
    }
