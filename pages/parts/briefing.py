"""The chief officers' briefing: what the Overview says, section by section, as it goes on paper.

Every sentence and number is asked for where the Overview asks for it, so the two cannot differ.
"""

from collections.abc import Iterator, Sequence

import polars as pl

from charts.bars import bars
from charts.palette import LIGHT
from data.formatting import listed_words, short_day, written_day
from metrics.decisions import Held
from metrics.dimensions import PART
from pages.parts.decisions import board
from pages.parts.overview.bridges import bridges, known
from pages.parts.overview.figures import ROWS, beside
from pages.parts.progress.outlook import outlook
from pages.shell import header
from pages.widgets import course, figure_card
from reports.content import Section, Table
from service import decisions, finish
from service.promises import promises
from service.sentences import lines
from service.view import View

TOLD = tuple(name for row in ROWS for name in row)


def sections(view: View) -> tuple[Section, ...]:
    """Return what a briefing says of a view, in its order, as far as the register tells."""
    if not view.told(["population"]):
        return (Section(heading="Where the review stands", said=(lines.untold("applications"),)),)
    return tuple(_sections(view))


def _sections(view: View) -> Iterator[Section]:
    yield _answer(view)
    held = promises(view)
    yield _decisions(view, held)
    if told := view.told(TOLD):
        yield Section(heading="The figures", tables=(_figures(view, told),))
    if kept := [each for each in held if not each.needs_a_decision]:
        points = tuple(_led(board.promised(each)) for each in kept)
        yield Section(heading="Other promises", points=points)
    yield from _progress(view)
    yield from _failures(view)
    yield _changes(view)
    yield Section(heading="What the figures mean", tables=(_meanings(view, told),))


def _answer(view: View) -> Section:
    said = (lines.overview(view), header.ahead(view.clocks), finish.sentence(view))
    changed = tuple(_led(each) for each in lines.then_and_now(view))
    return Section(heading="Where the review stands", said=tuple(filter(None, said)), points=changed)


def _decisions(view: View, held: Sequence[Held]) -> Section:
    waiting = [_led(board.said(view, each)) for each in decisions.decisions(view, held)]
    points = [*waiting]
    if view.clocks.ahead:
        return Section(heading="What needs a decision", said=(board.unknown(view),))
    nothing = f"Nothing waits for a decision as at {written_day(view.clocks.as_at)}."
    if missing := [matter.title.lower() for matter in decisions.untold(view)]:
        unseen = f"Not looked for, because their extracts have not been loaded: {listed_words(missing)}."
        points.append(("", unseen))
    said = () if waiting else (nothing,)
    return Section(heading="What needs a decision", said=said, points=tuple(points))


def _figures(view: View, told: list[str]) -> Table:
    more = beside(view)
    rows = [
        {
            "Figure": figure.metric.title,
            f"On {short_day(view.clocks.as_at)}": figure_card.headline(figure),
            "What it counts": f"{figure_card.small_print(figure)}{more.get(name, '')}{_whole(view, name)}",
            "Change": "" if view.not_compared else figure_card.change(view, name),
        }
        for name, figure in ((name, view.figure(name)) for name in told)
    ]
    return Table(title="", said="", rows=pl.DataFrame(rows))


def _whole(view: View, name: str) -> str:
    return "; the whole review, not narrowed" if view.whole(view.metric(name).subject) else ""


def _progress(view: View) -> Iterator[Section]:
    drawn = [course.burn_up_chart(view, LIGHT, then=view.as_known_then)]
    made = finish.finish(view)
    if made is not None and made.told:
        drawn.append(outlook(view, made, LIGHT))
    yield Section(heading="Progress", charts=tuple(drawn))


def _failures(view: View) -> Iterator[Section]:
    if not view.told(["failures"]):
        return
    parts = view.result("failures", by=["part"])
    chart = bars(view.metric("failures"), parts, PART, view.clocks, LIGHT)
    said = (header.precedence(view), lines.outside(view))
    yield Section(heading="Failures", charts=(chart,), said=tuple(filter(None, said)))


def _changes(view: View) -> Section:
    if view.not_compared:
        return Section(heading="What changed, and why", said=(view.not_compared,))
    begins, ends = written_day(view.before.as_at), written_day(view.clocks.as_at)
    said = f"From {begins} to {ends}, {known(view)}."
    table = Table(title="", said="", rows=bridges(view))
    return Section(heading=f"What changed since {begins}, and why", said=(said,), tables=(table,))


def _meanings(view: View, told: list[str]) -> Table:
    rows = [
        {"Figure": metric.title, "Definition": metric.definition, "Unit": metric.unit}
        for metric in map(view.metric, told)
    ]
    return Table(title="", said="", rows=pl.DataFrame(rows))


def _led(words: str) -> tuple[str, str]:
    _, lead, rest = words.split("**", 2)
    return lead, rest
