"""What the files of a release are made from, and the press notice."""

import datetime as dt
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from data.formatting import capitalised, named, written_day
from data.publishing.content import Published, PublishedCell, PublishedFigure, Treatment
from data.publishing.states import local
from data.review import DEMONSTRATION
from data.terms import Public
from metrics.clauses import WITHHELD, dated, meaning, noun, titled
from reports.content import Grid, Section
from reports.typesetting import Paper, set_on_paper

IssueState = Literal["published", "embargoed", "replaced", "withdrawn"]
_WORDS: dict[IssueState, str] = {
    "published": "",
    "embargoed": "EMBARGOED UNTIL {moment}: NOT FOR PUBLICATION",
    "replaced": "REPLACED BY A LATER VERSION",
    "withdrawn": "WITHDRAWN: NOT TO BE USED",
}
_STATUS = {
    "provisional": "Provisional figures: they may change as the review goes on.",
    "revised": "Revised figures: some differ from those published before, as shown below.",
    "final": "Final figures: no further change is expected.",
}
FIGURES, CHANGED, HAPPENED = "Figures", "What changed and why", "What happened"
MEANING, EDITORS, SAFETY = "What the figures mean", "Notes to editors", "Getting help"
TEMPLATE = "notice.typ"
GIVEN = "How it is given"
QUOTE = "Quote a figure with its unit, its day and its status, and this release by its number."
_REMARKS: dict[Treatment, str] = {
    "as counted": "",
    "typed": "",
    "exact in the public interest": "exact, in the public interest",
    "exact, as it was before": "",
    "rounded": "rounded",
    "from rounded numbers": "from rounded numbers",
    "suppressed": "to protect people",
}


@dataclass(frozen=True, kw_only=True)
class Issue:
    """What a file of a release is made from; a ValueError if withdrawn without a day or a reason."""

    public: Published
    published_at: dt.datetime  # in UTC, to the second
    digest: str  # of the release as approved
    state: IssueState = "published"
    figure: str = ""  # of a picture
    withdrawn_at: dt.datetime | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.state == "withdrawn" and (self.withdrawn_at is None or not self.reason):
            raise ValueError("a release that was withdrawn says when and why")
        object.__setattr__(self, "published_at", self.published_at.replace(microsecond=0))
        object.__setattr__(self, "reason", _seen(self.reason))
        # What was pasted into a note may hold signs that nobody sees and that some files cannot hold.
        public = Published.model_validate(_seen(self.public.model_dump()))
        object.__setattr__(self, "public", public)

    @property
    def help(self) -> Public:
        return self.public.help

    @property
    def marks(self) -> tuple[str, ...]:
        status = _WORDS[self.state].format(moment=self.moment.upper())
        return tuple(filter(None, (status, DEMONSTRATION if self.public.demonstration else "")))

    @property
    def short_marks(self) -> tuple[str, ...]:
        """The marks without the moment: the name of a file begins with its day."""
        return tuple(mark.replace(f" UNTIL {self.moment.upper()}", "") for mark in self.marks)

    @property
    def title(self) -> str:
        return f"{self.public.name}: {self.public.title}"

    @property
    def moment(self) -> str:
        """Such as "09:30 on Thursday 11 January 2024 (GMT)"; of a statement made elsewhere its day."""
        published = local(self.published_at, self.public.time_zone)
        return _day(published) if self.public.origin == "elsewhere" else _moment(published)

    @property
    def withdrawal(self) -> str:
        return "" if self.withdrawn_at is None else _moment(local(self.withdrawn_at, self.public.time_zone))

    @property
    def status(self) -> str:
        if self.state in ("withdrawn", "replaced"):
            return f"They were published as {self.public.status} figures."
        return _STATUS[self.public.status]

    @property
    def short(self) -> str:
        public, gone = self.public, ""
        if self.withdrawn_at is not None:
            gone = f", withdrawn on {written_day(local(self.withdrawn_at, public.time_zone).date())}"
        status = public.status.capitalize()
        return f"{public.name}{gone}. As at {written_day(public.as_at)}. {status} figures."


def _day(shown: dt.datetime) -> str:
    return f"{shown:%A} {written_day(shown.date())}"


def _moment(shown: dt.datetime) -> str:
    second = f":{shown:%S}" if shown.second else ""
    return f"{shown:%H:%M}{second} on {_day(shown)} ({shown.tzname()})"


def _seen(fields: Any, *, lines: bool = False) -> Any:  # noqa: ANN401  # as pydantic dumps it
    """Compose every text and drop what cannot be printed. lines: whether lines stay lines."""
    if isinstance(fields, dict):
        return {name: _seen(value, lines=name == "note") for name, value in fields.items()}
    if isinstance(fields, list | tuple):
        return tuple(map(_seen, fields))
    if not isinstance(fields, str):
        return fields
    split = unicodedata.normalize("NFC", fields).splitlines()
    seen = ("".join(letter for letter in line if letter.isprintable() or letter.isspace()) for line in split)
    return ("\n" if lines else " ").join(filter(None, (" ".join(line.split()) for line in seen)))


def notice_of(issue: Issue) -> Paper:
    public = issue.public
    return Paper(
        marks=issue.marks,
        body=public.body,
        title=issue.title,
        lines=tuple(_lines(issue)),
        parts=tuple(_parts(issue)),
        foot=issue.short,
    )


def _lines(issue: Issue) -> Iterator[str]:
    public, published = issue.public, "To be published" if issue.state == "embargoed" else "Published"
    if issue.withdrawal:
        yield f"Withdrawn: {issue.withdrawal}. None of its figures may be used."
        yield f"Why it was withdrawn: {issue.reason}"
        published = "It had been published"
    if issue.state == "replaced":
        published = "A later version has replaced it. It was published"
    yield f"{published}: {issue.moment}."
    known = f", as known on {written_day(public.known_at)}" if public.origin == "candour" else ""
    yield f"Figures as at {written_day(public.as_at)}{known}."
    yield issue.status
    if public.where_from:
        yield f"A statement made before releases were kept; its figures were read in: {public.where_from}."


def _parts(issue: Issue) -> Iterator[Section]:
    public = issue.public
    split = tuple(grid_of(public, figure) for figure in public.figures if figure.by)
    points = tuple(("", line) for line in lines_of(public))
    yield Section(heading=FIGURES, points=points, grids=split)
    if public.note or public.changes:
        yield _changed(public)
    if public.dated_notes:
        points = tuple((f"{written_day(note.day)}: ", note.words) for note in public.dated_notes)
        yield Section(heading=HAPPENED, points=points)
    rules = tuple(filter(None, (public.precedence, public.rule)))
    meanings = tuple((f"{title}: ", definition) for title, definition in meanings_of(public))
    undefined = () if meanings else ("No definitions were published with these figures.",)
    yield Section(heading=MEANING, lines=(*rules, *undefined), points=meanings)
    yield Section(heading=EDITORS, lines=tuple(_for_editors(issue)))
    yield Section(heading=SAFETY, lines=tuple(helping(issue)))


def grid_of(public: Published, figure: PublishedFigure) -> Grid:
    remarked = any(map(remark, figure.cells))
    remarks = [(remark(cell) or cell.treatment,) if remarked else () for cell in figure.cells]
    rows = ((*cell.where, written(cell), *words) for cell, words in zip(figure.cells, remarks, strict=True))
    rule = f". {figure.rule}" if figure.rule else ""
    return Grid(
        caption=f"{titled(figure)}, as at {written_day(public.as_at)}{rule}",
        columns=(*figure.titles, heading(figure), *((GIVEN,) if remarked else ())),
        rows=tuple(rows),
        numbers=(*(False for _ in figure.titles), True, *((False,) if remarked else ())),
    )


def _changed(public: Published) -> Section:
    grid = changes_of(public)
    return Section(
        heading=f"{CHANGED}, since {public.compared_with}" if public.compared_with else CHANGED,
        lines=(*public.note.splitlines(), f"Nature of this release: {public.nature}."),
        points=tuple(("", change.sentence) for change in public.changes),
        grids=(grid,) if grid.rows else (),
    )


def changes_of(public: Published) -> Grid:
    titles = {figure.figure: figure.title for figure in public.figures}
    rows = ((titles.get(new.figure, new.figure), new.before, new.after) for new in public.changes)
    columns = ("Figure", public.compared_with or "Before", public.name)
    numbers = (False, True, True)
    return Grid(caption="Figures before and now", columns=columns, rows=tuple(rows), numbers=numbers)


def meanings_of(public: Published) -> list[tuple[str, str]]:
    """Return each figure's title and definition once, in whatever ways it is split."""
    meanings = dict[str, tuple[str, str]]()
    for figure in public.figures:
        if figure.definition:
            meanings.setdefault(figure.figure, (figure.title, meaning(figure.definition)))
    return list(meanings.values())


def _for_editors(issue: Issue) -> Iterator[str]:
    public = issue.public
    scheme = f" It is a review of cases under {named(public.scheme)}." if public.scheme else ""
    yield f"The review: {public.review}, by {public.body}.{scheme}"
    yield f"It is overseen by {named(public.oversight_body)}."
    yield QUOTE
    if issue.help.contact:
        yield f"Contact: {issue.help.contact}"
    if issue.help.website:
        yield f"Website: {issue.help.website}"
    yield f"Digest of this release (SHA-256), by which a copy can be checked: {issue.digest}"


def helping(issue: Issue) -> Iterator[str]:
    """Yield what whoever may be in danger must know, on every file."""
    yield from filter(None, (issue.help.emergency, issue.help.how_to_apply))


def line_of(public: Published, figure: PublishedFigure, cell: PublishedCell) -> str:
    """Write one number of a figure: "33 failures had been found by 22 May 2024 (revised)."."""
    return f"{dated(public, figure, cell, public.status, remark(cell))}. {figure.rule}".strip()


def lines_of(public: Published) -> list[str]:
    return [line_of(public, figure, figure.whole) for figure in public.figures if not figure.by]


def written(cell: PublishedCell) -> str:
    """Write a number without its unit: "3,780", "more than 3,500", "withheld"."""
    if cell.treatment == "suppressed":
        return WITHHELD
    return cell.shown if cell.shown.startswith(cell.qualifier) else f"{cell.qualifier} {cell.shown}"


def unit_of(figure: PublishedFigure, cell: PublishedCell) -> str:
    if figure.kind == "share":
        return f"of {figure.out_of}" if figure.out_of else f"of all: {figure.counts}"
    return noun(figure, None if cell.qualifier else cell.number)


def remark(cell: PublishedCell) -> str:
    return _REMARKS[cell.treatment]


def heading(figure: PublishedFigure) -> str:
    return "Share" if figure.kind == "share" else capitalised(figure.unit)


def pdf(issue: Issue) -> bytes:
    """Write a tagged PDF (PDF/UA-1); a UserError where the fonts on paper lack a letter."""
    instead = "take it as a Word document instead"
    return set_on_paper(notice_of(issue), TEMPLATE, issue.published_at, "The press notice", instead)
