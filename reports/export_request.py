import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl

from access.audit import extract
from data.errors import UserError
from data.formatting import listed_words, written_day
from data.publishing.states import State
from data.review import marked
from metrics.as_at import Clocks
from metrics.dimensions import dimension, named
from reports import figures
from reports.briefing_sections import sections
from reports.content import Content, Table
from reports.exports import Format, export
from reports.press.notice import Issue, IssueState
from service.over_time import days_of, known_on
from service.releases.publishing import Press
from service.results import Filters, occurring, shown
from service.sentences.figure import TRUE
from service.view import Source, View

RECORDED = {
    "number": "Number", "at": "At (UTC)", "kind": "Kind", "who": "Who", "role": "Role", "scope": "What",
    "reason": "Why", "outcome": "Outcome", "key_id": "Key", "digest": "Digest"
}  # fmt: skip
NOT_REAL = "Demonstration data: nothing here is about a real person or a real case."


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One file, asked for: nothing of it is computed until it is fetched."""

    export: str
    format: Format = Format.XLSX
    reason: str = ""
    figures: tuple[str, ...] = ()
    clocks: Clocks | None = None
    filters: Filters = ()
    against: dt.date | None = None
    by: tuple[str, ...] = ()
    every: str | None = None
    then: bool | None = None  # over time, as known on each day or on the one day; None: not over time
    occurring: bool = False  # whether groups in which nothing counts are left out
    where: tuple[tuple[str, str | None], ...] = ()  # the values that rows have; None: not recorded
    days: tuple[dt.date, dt.date] | None = None  # the first and the last of the record's entries
    # A table of a page.
    title: str = ""
    make: Callable[[View], pl.DataFrame | Table] | None = None

    def scope(self, source: Source) -> str:
        if self.days is not None:
            subject = f"the record from {self.days[0]} to {self.days[1]}"
        else:
            named = self.title or ", ".join(self.figures) or "every figure"
            subject = self._view(source).scope(named, self.where)
        return f"export of {export(self.export).title.lower()}: {subject}"

    def content(self, source: Source) -> Content:
        session = source.visit.session
        return Content(
            review=source.terms.name,
            marking=marked(source.marking, demonstration=source.terms.demonstration),
            created_at=dt.datetime.now(dt.UTC).replace(microsecond=0),
            created_by=f"{session.who}, {session.role}",
            reason=self.reason or None,
            caution="" if self.export == "record" else TRUE,
            **self._tables(source),
        )

    def _view(self, source: Source) -> View:
        if self.clocks is None:
            raise ValueError("figures and rows are asked for on two clocks")
        return View(source, self.clocks, self.filters, self.against)

    def _tables(self, source: Source) -> dict[str, Any]:
        if self.export == "record":
            return {"tables": (self._record(source),)}
        view = self._view(source)
        days = _days(view)
        if self.export == "briefing":
            body = f"{source.terms.body}. {NOT_REAL}" if source.terms.demonstration else source.terms.body
            return {"body": body, "days": days, "sections": sections(view)}
        if self.export == "workbook":
            return {"days": days, "tables": figures.workbook_tables(view, days)}
        return {"tables": (self._rows(view, days) if self.export == "cases" else self._figures(view, days),)}

    def _figures(self, view: View, days: str) -> Table:
        if self.make is not None:
            table = self.make(view)
            if not isinstance(table, Table):
                table = Table(title=self.title, rows=table)
            subtitle = f"{days} {table.subtitle}".strip()
            return replace(table, named=table.named or self.title, subtitle=subtitle)
        metrics = [view.metric(name) for name in self.figures]
        if self.then is None:
            (name,) = self.figures
            split = [dimension(chosen).worded(view.words) for chosen in self.by]
            result = view.result(name, by=self.by, every=self.every)
            result = occurring(result, self.by) if self.occurring else result
            return figures.broken_down(metrics[0], result, split, self.every, days)
        courses = [view.course(name, days_of(view), then=self.then) for name in self.figures]
        titles, known = [metric.title for metric in metrics], known_on(view, then=self.then)
        subtitle = f"Until {written_day(view.clocks.as_at)}, {known}{_narrowing(view)}."
        return figures.over_time(metrics, courses, f"{listed_words(titles)} over time", subtitle)

    def _rows(self, view: View, days: str) -> Table:
        (name,) = self.figures
        metric = view.metric(name)
        values = [
            f"{dimension(name).worded(view.words).title.lower()} {value or 'not recorded'}"
            for name, value in self.where
        ]
        title = f"Rows behind {metric.title.lower()}{': ' + ', '.join(values) if values else ''}"
        notes = (("Counted in", metric.title), ("Definition", metric.definition))
        rows = shown(view.behind(name, self.where), view.words)
        # The values that were asked for stay out of the file's name.
        return Table(title=title, named=f"Rows behind {metric.title}", subtitle=days, rows=rows, notes=notes)

    def _record(self, source: Source) -> Table:
        if self.days is None:
            raise ValueError("the record is asked for from one day to another")
        begins, ends = self.days
        entries = extract(source.visit.record, begins, ends).rename(RECORDED)
        subtitle = f"From {written_day(begins)} to {written_day(ends)}, in UTC."
        notes = (("Key and digest", "sign each entry and the one before it; python -m access checks them"),)
        return Table(title="The record of who did what", subtitle=subtitle, rows=entries, notes=notes)


ISSUE_STATES: Final[dict[State, IssueState]] = {
    State.APPROVED: "embargoed", State.PUBLISHED: "published", State.AMENDED: "replaced",
    State.WITHDRAWN: "withdrawn",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AskedRelease:
    export: str
    release: int
    format: Format
    figure: str = ""
    reason: str = ""

    def scope(self, _source: Source) -> str:
        figure = f", {self.figure}" if self.figure else ""
        return f"export of {export(self.export).title.lower()}: release {self.release}{figure}"

    def content(self, source: Source) -> Issue:
        return issue_of(Press(source), self.release, self.figure)


def _days(view: View) -> str:
    as_at, known_at = written_day(view.clocks.as_at), written_day(view.clocks.known_at)
    nation, words = view.source.nation, view.words
    counted = "" if nation is None else f" {nation.spoken(view.source.place.forces, words)}."
    return f"As at {as_at}, as known on {known_at}{_narrowing(view)}.{counted}"


def _narrowing(view: View) -> str:
    parts = (
        f"{dimension(name).worded(view.words).title.lower()} {', '.join(named(name, to))}"
        for name, to in view.filters
    )
    return f", narrowed to {'; '.join(parts)}" if view.filters else ""


def issue_of(press: Press, release: int, figure: str = "") -> Issue:
    """Return what a release's files are made from; a UserError where nobody has approved it."""
    stored = press.release(release)
    status = ISSUE_STATES.get(stored.state(press.now))
    if status is None or stored.published_at is None or stored.approved is None:
        raise UserError(f"{stored.name} has not been approved: files are made of it once it is.")
    gone = stored.steps[-1] if status == "withdrawn" else None
    return Issue(
        public=press.published(release),
        published_at=stored.published_at,
        digest=stored.approved,
        state=status,
        figure=figure,
        withdrawn_at=None if gone is None else dt.datetime.fromisoformat(gone.at),
        reason="" if gone is None else gone.reason,
    )
