"""A published figure as a line that can be copied whole: its number, its unit, its day and its status."""

from data.formatting import capitalised, written_day
from data.publishing.content import Published, PublishedCell, PublishedFigure, Treatment
from metrics.clauses import NOT_TOLD, clause, in_words, noun

_REMARKS: dict[Treatment, str] = {
    "as counted": "",
    "typed": "",
    "exact in the public interest": "exact, in the public interest",
    "exact, as it was before": "",
    "rounded": "rounded",
    "from rounded numbers": "from rounded numbers",
    "suppressed": "to protect people",
}


def line_of(public: Published, told: PublishedFigure, said: PublishedCell) -> str:
    """Write one number of a figure: "33 failures had been found as at 22 May 2024 (revised)."."""
    of = f" of {told.out_of}" if told.kind == "share" and told.out_of and said.number is not None else ""
    status = "; ".join(filter(None, (public.status, remark(said))))
    words, small = capitalised(clause(public, told, said)), in_words(told, said)
    shortly = f", {small}," if small else ""
    return f"{words}{of}{shortly} as at {written_day(public.as_at)} ({status}). {told.rule}".strip()


def lines_of(public: Published) -> list[str]:
    """Write every figure that is not split as such a line, in the order of the release."""
    return [line_of(public, each, each.whole) for each in public.figures if not each.by]


def written(said: PublishedCell) -> str:
    """Write a number without its unit, as it was published: "3,780", "more than 3,500", "not told"."""
    if said.treatment == "suppressed":
        return NOT_TOLD
    return said.shown if said.shown.startswith(said.qualifier) else f"{said.qualifier} {said.shown}"


def unit_of(told: PublishedFigure, said: PublishedCell) -> str:
    """Return what stands behind a number: what it counts, or of what it is a share."""
    if told.kind == "share":
        return f"of {told.out_of}" if told.out_of else f"of all: {told.counts}"
    return noun(told, None if said.qualifier else said.number)


def remark(said: PublishedCell) -> str:
    """Say how a number is given, where that is not as it was counted."""
    return _REMARKS[said.treatment]


def heading(told: PublishedFigure) -> str:
    """Name the column in which a figure's numbers stand, by their unit."""
    return "Share" if told.kind == "share" else capitalised(told.unit)
