"""A published number in a sentence: "3,778 applications were in the review on 22 May 2024"."""

from data.formatting import named, written_day
from data.publishing.content import Published, PublishedCell, PublishedFigure, Treatment

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
ONE = {"people": "person"}
NOT_TOLD = "not told"
TYPED = "typed, not counted by Candour"
NOT_WITH_IT = "Candour's definition, not published with it: "
_UP_TO = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_RULED: tuple[Treatment, ...] = ("rounded", "from rounded numbers", "suppressed")
_METHOD = " (Kaplan-Meier)"


def spoken(said: PublishedCell) -> str:
    """Write a number as it is spoken: with what qualifies it, "about" where it is rounded."""
    if said.treatment == "suppressed":
        return NOT_TOLD
    qualifier = "about" if said.treatment in ("rounded", "from rounded numbers") else said.qualifier
    return said.shown if said.shown.startswith(qualifier) else f"{qualifier} {said.shown}"


def noun(told: PublishedFigure, number: float | None) -> str:
    """Return what a figure counts, as one or as many: "failure with harm", "failures with harm"."""
    if told.figure in NOUNS:
        return NOUNS[told.figure][number != 1]
    return unit_of(told, number)


def unit_of(told: PublishedFigure, number: float | None) -> str:
    many = told.unit
    if number != 1:
        return many
    return ONE.get(many) or (f"{many[:-3]}y" if many.endswith("ies") else many.removesuffix("s"))


def titled(told: PublishedFigure) -> str:
    """Return the title of a figure with what it is split by, said once."""
    split = f" by {' and '.join(each.lower() for each in told.titles)}"
    return told.title if not told.titles or told.title.lower().endswith(split) else f"{told.title}{split}"


def has_clause(told: PublishedFigure, said: PublishedCell) -> bool:
    return told.kind == "count" and told.figure in CLAUSES and said.number is not None


def worth(told: PublishedFigure, said: PublishedCell) -> str:
    """Write a number as it stands behind its title: of a median, within how long half of them ended."""
    if told.kind == "median" and said.number is not None:
        return f"half of them within {spoken(said)} {told.unit}"
    return spoken(said)


def in_words(told: PublishedFigure, said: PublishedCell) -> str:
    """Write a small share as words that can be repeated, "less than one per cent"; empty for any other."""
    most = said.number if said.high is None else said.high
    if told.kind != "share" or said.number is None or most is None:
        return ""
    return next((f"less than {word} per cent" for n, word in enumerate(_UP_TO, 1) if 100 * most < n), "")


def meaning(definition: str) -> str:
    """Return a definition as the public reads it: without the name of a method."""
    return definition.replace(_METHOD, "")


def clause(release: Published, told: PublishedFigure, said: PublishedCell) -> str:
    """Say a number as a clause: "33 failures had been found"."""
    place = f" ({', '.join(said.where)})" if said.where else ""
    if not has_clause(told, said):
        return f"{told.title[:1].lower()}{told.title[1:]}{place}: {worth(told, said)}"
    one = said.number == 1 and not said.qualifier
    return CLAUSES[told.figure].format(
        n=spoken(said),
        noun=_things(told, said),
        were="was" if one else "were",
        had="had",
        oversight=named(release.oversight_body),
    )


def _things(told: PublishedFigure, said: PublishedCell) -> str:
    things = noun(told, said.number)
    if told.by != ("part",):
        return f"{things} ({', '.join(said.where)})" if said.where else things
    (part,) = said.where
    if part == "harm" or part.startswith("with "):
        return f"{things} with {part.removeprefix('with ')}"
    return f"{part} {things}"


def line(release: Published, told: PublishedFigure, published: str, definition: str) -> str:
    """Say a figure whole, to be copied: number, unit, day, release, status, how it is rounded, definition.

    published: the day on which the release was published, as people write it. definition: the catalogue's,
    for a release that does not say its own.
    """
    elsewhere = release.origin == "elsewhere"
    where, typed = (" elsewhere", f"; {TYPED}") if elsewhere else ("", "")
    source = f"{release.name}, published{where} on {published}, {release.status}{typed}"
    lead = NOT_WITH_IT if elsewhere and not told.definition else "Definition: "
    means = told.definition or definition
    said = [f"{_stated(release, told)} as at {written_day(release.as_at)} ({source})."]
    if any(cell.treatment in _RULED for cell in told.cells):
        said.append(told.rule or release.rule)
    if means:
        said.append(f"{lead}{meaning(means)}")
    return " ".join(filter(None, said))


def _stated(release: Published, told: PublishedFigure) -> str:
    if told.by:
        return f"{titled(told)}: {_cells(told)},"
    words = clause(release, told, told.whole)
    of = (
        f" of {told.out_of}" if told.kind == "share" and told.out_of and told.whole.number is not None else ""
    )
    small = in_words(told, told.whole)
    return f"{words[:1].upper()}{words[1:]}{of}{f', {small},' if small else ''}"


def _cells(told: PublishedFigure) -> str:
    given = [
        f"{' and '.join(cell.where)} {worth(told, cell)}"
        for cell in told.cells
        if cell.treatment != "suppressed"
    ]
    kept = [" and ".join(cell.where) for cell in told.cells if cell.treatment == "suppressed"]
    return "; ".join([*given, *([f"not told: {', '.join(kept)}"] if kept else [])])
