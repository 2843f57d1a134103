"""The briefing: the Overview's sentences and numbers, from the same functions, so that none can differ."""

from collections.abc import Iterator, Sequence

import polars as pl

from charts.bars import bars
from charts.palette import LIGHT
from data.formatting import short_day, written_day
from metrics.decisions import JudgedPromise
from metrics.dimensions import PART
from reports.content import Section, Table
from service import decisions, forecast
from service.decisions import promises
from service.over_time import burn_up_chart
from service.sentences import status
from service.sentences.figure import ahead, bridge_table, change, headline, known, overview_notes, small_print
from service.view import View

FIGURES = (
    "population", "closed", "open_cases", "open_age", "open_age_longest", "days_to_close", "share_adverse",
    "findings_overturned", "share_completed", "backlog", "failures", "failures_with_harm", "failure_rate",
    "referrals", "open_referrals", "headcount", "people_waiting", "people_unable", "people_not_safe",
)  # fmt: skip
"""How far the work is, what it found, who looks at it, and who is still to be reached safely."""


def sections(view: View) -> tuple[Section, ...]:
    if not view.loaded(["population"]):
        return (Section(heading="Where the review stands", lines=(status.not_loaded(view),)),)
    all_promises, names = promises(view), view.loaded(FIGURES)
    other = [promise for promise in all_promises if not promise.needs_a_decision]
    points = tuple(_led(decisions.promise_sentence(promise)) for promise in other)
    return (
        _status(view),
        _decisions(view, all_promises),
        *([Section(heading="The figures", tables=(_figures(view, names),))] if names else []),
        *([Section(heading="Other promises", points=points)] if points else []),
        _progress(view),
        *_failures(view),
        _changes(view),
        Section(heading="What the figures mean", tables=(_meanings(view, names),)),
    )


def _status(view: View) -> Section:
    # Where there is no promise to be at risk, the status is the overview.
    lead, further = status.overview(view).words, status.overview_sentence(view)
    sentences = dict.fromkeys([lead, further, ahead(view.clocks)])
    changed = tuple(_led(sentence) for sentence in status.then_and_now(view))
    return Section(heading="Where the review stands", lines=tuple(filter(None, sentences)), points=changed)


def _decisions(view: View, all_promises: Sequence[JudgedPromise]) -> Section:
    heading = "What needs a decision"
    if view.clocks.ahead:
        return Section(heading=heading, lines=(decisions.unknown_sentence(view),))
    found = decisions.decisions(view, all_promises)
    points = [_led(decisions.decision_sentence(view, decision)) for decision in found]
    nothing = f"Nothing waits for a decision as at {written_day(view.clocks.as_at)}."
    sentences = () if any(decision.taken is None for decision in found) else (nothing,)
    return Section(heading=heading, lines=sentences, points=tuple(points))


def _figures(view: View, names: list[str]) -> Table:
    more, rows = overview_notes(view), list[dict[str, str]]()
    for name, figure in ((name, view.figure(name)) for name in names):
        whole = "; the whole review, not narrowed" if view.whole(figure.metric) else ""
        row = {"Figure": figure.metric.title, f"On {short_day(view.clocks.as_at)}": headline(figure)}
        row["What it counts"] = f"{small_print(figure)}{more.get(name, '')}{whole}"
        rows.append({**row, "Change": "" if view.not_compared else change(view, name)})
    return Table(title="", rows=pl.DataFrame(rows))


def _progress(view: View) -> Section:
    drawn = [burn_up_chart(view, LIGHT, then=view.as_known_then)]
    outlook = forecast.finish(view)
    if outlook is not None and outlook.is_current:
        drawn.append(forecast.fan_chart(view, outlook, LIGHT))
    lines = tuple(filter(None, [forecast.sentence(view)]))
    return Section(heading="Progress", lines=lines, charts=tuple(drawn))


def _failures(view: View) -> Iterator[Section]:
    if not view.loaded(["failures"]):
        return
    parts = view.result("failures", by=["part"])
    chart = bars(view.metric("failures"), parts, PART, view.clocks, LIGHT)
    sentences = (status.precedence(view.source.terms), status.outside(view))
    yield Section(heading=view.words.Failures, charts=(chart,), lines=tuple(filter(None, sentences)))


def _changes(view: View) -> Section:
    if view.not_compared:
        return Section(heading="What changed, and why", lines=(view.not_compared,))
    begins, ends = written_day(view.before.as_at), written_day(view.clocks.as_at)
    span = f"From {begins} to {ends}, {known(view)}."
    table = Table(title="", rows=bridge_table(view))
    return Section(heading=f"What changed since {begins}, and why", lines=(span,), tables=(table,))


def _meanings(view: View, names: list[str]) -> Table:
    metrics = map(view.metric, names)
    rows = [{"Figure": row.title, "Definition": row.definition, "Unit": row.unit} for row in metrics]
    return Table(title="", rows=pl.DataFrame(rows))


def _led(words: str) -> tuple[str, str]:
    _, lead, rest = words.split("**", 2)
    return lead, rest
