"""A published number in a sentence: "3,778 applications were in the review on 22 May 2024"."""

from data.publishing.content import Published, Said, Told
from data.written import named, written_day

# How a figure's number stands in a sentence; {were}, {had} and the noun follow the number.
CLAUSES = {
    "population": "{n} {noun} {were} in the review",
    "risk_assessed": "{n} {noun} {had} been risk assessed",
    "sent_on": "{n} {noun} {had} been sent on to a detailed review",
    "completed": "{n} {noun} {had} been completed",
    "failures": "{n} {noun} {had} been found",
    "failures_with_harm": "{n} {noun} {had} been found",
    "referrals": "{n} {noun} {had} been referred to {oversight}",
    "headcount": "{n} {noun} {were} in the review team",
}
NOUNS = {
    "completed": ("detailed review", "detailed reviews"),
    "failures_with_harm": ("failure with harm", "failures with harm"),
    "referrals": ("matter", "matters"),
}
ONE = {"people": "person", "enquiries": "enquiry"}
NOT_TOLD = "not told"
TYPED = "typed, not counted by Candour"


def spoken(said: Said) -> str:
    """Write a number as it is spoken: with what qualifies it, "about" where it is rounded."""
    if said.treatment == "suppressed":
        return NOT_TOLD
    qualifier = "about" if said.treatment in ("rounded", "from rounded numbers") else said.qualifier
    return said.shown if said.shown.startswith(qualifier) else f"{qualifier} {said.shown}"


def noun(told: Told, number: float | None) -> str:
    """Return what a figure counts, as one or as many: "failure with harm", "failures with harm"."""
    many = NOUNS[told.figure][1] if told.figure in NOUNS else told.unit
    if number != 1:
        return many
    return NOUNS[told.figure][0] if told.figure in NOUNS else ONE.get(many, many.removesuffix("s"))


def clause(release: Published, told: Told, said: Said) -> str:
    """Say a number as a clause: "33 failures had been found"."""
    place = f" ({', '.join(said.where)})" if said.where else ""
    if told.kind != "count" or told.figure not in CLAUSES or said.number is None:
        unit = f" {told.unit}" if told.kind == "median" and said.number is not None else ""
        return f"{told.title[:1].lower()}{told.title[1:]}{place}: {spoken(said)}{unit}"
    one = said.number == 1 and not said.qualifier
    return CLAUSES[told.figure].format(
        n=spoken(said),
        noun=f"{noun(told, said.number)}{place}",
        were="was" if one else "were",
        had="had",
        oversight=named(release.oversight_body),
    )


def line(release: Published, told: Told, published: str, definition: str) -> str:
    """Say a figure whole, to be copied: number, unit, day, release, status, definition.

    published: the day on which the release was published, as people write it. definition: the catalogue's,
    for a release that does not say its own.
    """
    elsewhere = release.origin == "elsewhere"
    where, typed = (" elsewhere", f"; {TYPED}") if elsewhere else ("", "")
    source = f"{release.name}, published{where} on {published}, {release.status}{typed}"
    means = told.definition or definition
    said = f"{_stated(release, told)} as at {written_day(release.as_at)} ({source})."
    return f"{said} Definition: {means}" if means else said


def _stated(release: Published, told: Told) -> str:
    if not told.by:
        words = clause(release, told, told.whole)
        return f"{words[:1].upper()}{words[1:]}"
    cells = ", ".join(f"{' and '.join(cell.where)} {spoken(cell)}" for cell in told.cells)
    return f"{told.title}: {cells},"
