"""What each figure counts, by one name: figures that count the same rows share it."""

from functools import cache

from metrics.catalogue import CATALOGUE
from metrics.metric import AnyMetric, Duration, Spell, Subject


def counted_by(figure: str) -> str:
    """Return what a figure's numerator counts: the name of the first count of the catalogue that counts it.

    The numerator of "share_with_harm" is "failures_with_harm"; one that no count of the catalogue counts,
    or that no entry of the catalogue is called by, is named for its figure.
    """
    return _sides().get(figure, (figure, ""))[0]


def counted_out_of(figure: str) -> str:
    """Return what a share's denominator counts, or which rows entered a median's stage; see `counted_by`."""
    return _sides().get(figure, ("", f"{figure}: out of"))[1]


def spell_of(quantity: str) -> Spell | None:
    """Return the days between which the rows of a quantity count; None if it is no quantity we know."""
    return _read()[1].get(quantity)


def _sides() -> dict[str, tuple[str, str]]:
    return _read()[0]


@cache
def _read() -> tuple[dict[str, tuple[str, str]], dict[str, Spell]]:
    known: list[tuple[str, Subject, Spell]] = []
    sides = {each.name: (_above(each, known), _below(each, known)) for each in _counts_first()}
    return sides, {name: spell for name, _, spell in known}


def _counts_first() -> list[AnyMetric]:
    # A count has the name of what it counts; shares and medians are then told apart from counts by spell.
    return sorted(CATALOGUE, key=lambda each: each.share or isinstance(each, Duration))


def _above(figure: AnyMetric, known: list[tuple[str, Subject, Spell]]) -> str:
    if isinstance(figure, Duration):
        return f"{figure.name}: left"
    own = figure.name if not figure.share else f"{figure.name}: numerator"
    return _named(own, figure.subject, figure.numerator, known)


def _below(figure: AnyMetric, known: list[tuple[str, Subject, Spell]]) -> str:
    own = f"{figure.name}: out of"
    if isinstance(figure, Duration):
        entered = Spell(begins=figure.stage.begins, where=figure.stage.where)
        return _named(own, figure.subject, entered, known)
    return own if figure.denominator is None else _named(own, figure.subject, figure.denominator, known)


def _named(own: str, subject: Subject, spell: Spell, known: list[tuple[str, Subject, Spell]]) -> str:
    for name, of, each in known:
        if of == subject and _alike(each, spell):
            return name
    known.append((own, subject, spell))
    return own


def _alike(one: Spell, other: Spell) -> bool:
    if (one.ends is None) != (other.ends is None):
        return False
    pairs = [(one.begins, other.begins), (one.where, other.where), (one.weight, other.weight)]
    if one.ends is not None and other.ends is not None:
        pairs.append((one.ends, other.ends))
    return all(mine.meta.eq(theirs) for mine, theirs in pairs)
