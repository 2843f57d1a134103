"""What a reader explores: a figure, what it is split by, and the period; each choice is in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from data.formatting import capitalised
from metrics.dimensions import PERIODS, Dimension, period
from metrics.metric import AnyMetric, Metric, Subject
from pages.shell import choices
from service.view import View

NOTHING, WHOLE = "nothing", "all together"
# Who was in the team in a week is a figure of its own on each day: its weeks do not add up.
WITHOUT_PERIODS: tuple[Subject, ...] = ("staffing",)


@dataclass(frozen=True, eq=False)
class Choice:
    """A figure, in this review's words, and what it is split by; `period` is one of `PERIODS`, or None."""

    metric: AnyMetric
    split: tuple[Dimension, ...]
    period: str | None

    @property
    def every(self) -> str | None:
        return PERIODS[self.period][0] if self.period else None

    @property
    def keys(self) -> tuple[Dimension, ...]:
        when = (period(self.metric.dated_by, self.period),) if self.period else ()
        return (*when, *self.split)


def ask(view: View) -> Choice:
    """Ask for a figure and what to split it by, and offer only what it has."""
    metrics = {each.title: each for each in view.source.catalogue() if view.told([each.name])}
    metric = metrics[_asked("Figure", list(metrics), "figure")]
    dimensions = {each.title: each for each in view.dimensions(metric.subject)}
    columns = st.columns(3)
    with columns[0]:
        first = _dimension("Split by", dimensions, "by", index=min(len(dimensions), 1))
    others = {title: each for title, each in dimensions.items() if each is not first}
    with columns[1]:
        second = _dimension("and by", others, "and") if first else None
    with columns[2]:
        every = _period(metric)
    return Choice(metric, tuple(each for each in (first, second) if each), every)


def _dimension(label: str, splits: Mapping[str, Dimension], key: str, index: int = 0) -> Dimension | None:
    title = _asked(label, [NOTHING, *splits], key, index)
    return splits.get(title)


def _period(metric: AnyMetric) -> str | None:
    if not isinstance(metric, Metric) or metric.subject in WITHOUT_PERIODS:
        why = "has no periods" if isinstance(metric, Metric) else "is a median, which has no periods"
        st.caption(f"{metric.title} {why}.")
        return None
    titles = {WHOLE: None, **{capitalised(word): word for word in PERIODS}}
    return titles[_asked("Period", list(titles), "period")]


def _asked(label: str, options: Sequence[str], key: str, index: int = 0) -> str:
    return choices.one(label, options, key=key, default=options[index])
