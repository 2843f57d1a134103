"""What disclosure control has found, in sentences for the person who must decide.

They speak of true counts, and are for those who may see them.
"""

from collections.abc import Sequence

from data.formatting import capitalised, listed_words, short_day, written_count
from data.publishing.content import PublishedFigure, ReleaseInputs
from metrics.catalogue import CATALOGUE
from metrics.dimensions import dimension
from metrics.disclosure.audit import Finding
from metrics.disclosure.counts import Key
from metrics.labels import labelled_texts

CONTRADICTION = (
    "What was published before contradicts itself or these figures, so that it cannot be said what could be "
    "concluded from them: a person must look at the statements entered as published elsewhere."
)
MOST_SENTENCES = 20


def flags(told: PublishedFigure) -> list[str]:
    """Return a sentence for each share of a figure that is 0% or 100%: it says something of everybody."""
    if told.kind != "share":
        return []
    return [
        f"{told.title}{_where(told.titles, cell.where)}: {cell.shown} says something of every one of them."
        for cell in told.cells
        if cell.number in (0, 1)
    ]


def sentences(found: Sequence[Finding], frozen: ReleaseInputs, seconds: float) -> list[str]:
    """Return a sentence for each small number that could be concluded, the first twenty of them."""
    titles = {each.figure: each.title for each in frozen.figures}
    said = list(dict.fromkeys(_sentence(each, titles, seconds) for each in found))
    more = len(said) - MOST_SENTENCES
    rest = [f"So could {more} more." if more > 1 else "So could one more."] if more > 0 else []
    return [*said[:MOST_SENTENCES], *rest]


def _sentence(found: Finding, titles: dict[str, str], seconds: float) -> str:
    first, last = found.target.keys[0], found.target.keys[-1]
    day = short_day(last.moment.as_at)
    name = f"{_title(last.quantity, titles)}{_cell(last)} on {day}"
    if found.target.change:
        since = short_day(first.moment.as_at)
        name = f"{_title(last.quantity, titles)}{_cell(last)}: the change from {since} to {day}"
    if found.low is None or found.high is None:
        return f"{name}: it was not decided in {seconds:.0f} seconds whether it could be concluded."
    if found.low == found.high:
        return f"{name} could be concluded to be exactly {_written(found.low)}."
    return f"{name} could be concluded to be {_written(found.low)} to {_written(found.high)}."


def _written(number: float) -> str:
    return f"\N{MINUS SIGN}{written_count(-number)}" if number < 0 else written_count(number)


def _title(quantity: str, titles: dict[str, str]) -> str:
    figure, _, side = quantity.partition(": ")
    if figure in titles and not side:
        return titles[figure]
    for each in CATALOGUE:
        if each.name == figure:
            sides = {"": each.title, "numerator": each.counts, "out of": each.out_of or each.counts}
            return capitalised(sides.get(side, each.title).format(case="case", cases="cases", Cases="Cases"))
    return capitalised(figure.replace("_", " "))


def _cell(key: Key) -> str:
    named = [(dimension(name), value) for name, value in key.place]
    labels = [labelled_texts(each, [value])[0] for each, value in named]
    return _where([each.title for each, _ in named], labels)


def _where(titles: Sequence[str], labels: Sequence[str]) -> str:
    pairs = [f"{title.lower()} {label}" for title, label in zip(titles, labels, strict=True)]
    return f" ({listed_words(pairs)})" if pairs else ""
