"""The draft with its marks in place, and the list of what was found; every word of it is escaped."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from data.formatting import capitalised
from metrics.statement.verdicts import Checked, Claim, Mark

# Each mark has a symbol and words, so that none is told by its colour alone.
SYMBOLS = {
    Mark.MATCHES: "\N{CHECK MARK}",
    Mark.ANOTHER_DAY: "\N{ANTICLOCKWISE OPEN CIRCLE ARROW}",
    Mark.DIFFERS: "\N{NOT EQUAL TO}",
    Mark.UNPUBLISHED: "\N{EMPTY SET}",
    Mark.SMALL: "<",
    Mark.UNCLEAR: "?",
    Mark.NO_FIGURE: "\N{MIDDLE DOT}",
    Mark.SUM: "\N{N-ARY SUMMATION}",
    Mark.OPPOSITE: "\N{UP DOWN ARROW}",
}
WORDS = {
    Mark.MATCHES: "as published",
    Mark.ANOTHER_DAY: "published, but for another day",
    Mark.DIFFERS: "differs from what was published",
    Mark.UNPUBLISHED: "not published",
    Mark.SMALL: "a small number, not published exactly",
    Mark.UNCLEAR: "cannot tell",
    Mark.NO_FIGURE: "not a figure of this review",
    Mark.SUM: "does not add up",
    Mark.OPPOSITE: "says the opposite of what was meant",
}
TONES = {Mark.MATCHES: "right", Mark.UNCLEAR: "unclear", Mark.NO_FIGURE: "none"}


def draw(checked: Checked) -> None:
    """Draw the draft with its marks; beside it what is wrong and what could not be told, then the rest."""
    numbers = {id(each): place for place, each in enumerate((*checked.claims, *checked.beside), start=1)}
    draft, found = st.columns([3, 2], gap="large")
    with draft:
        st.subheader("The draft")
        st.html(f'<div class="candour-draft">{marked(checked, numbers)}</div>')
        st.caption(_key(checked))
    everything = [*checked.claims, *checked.beside]
    with found:
        _listed("To be put right", [each for each in everything if each.wrong], numbers)
        _listed("Could not be told", [each for each in everything if each.mark is Mark.UNCLEAR], numbers)
    right = [each for each in everything if each.mark is Mark.MATCHES]
    others = [each for each in everything if each.mark is Mark.NO_FIGURE]
    with st.expander("What matches, and what is no figure of this review"):
        _listed("As published", right, numbers)
        _listed("Not figures of this review", others, numbers)


def marked(checked: Checked, numbers: dict[int, int]) -> str:
    written: list[str] = []
    place = 0
    for claim in sorted([*checked.claims, *_turns(checked)], key=lambda each: each.start):
        written += [escape(checked.draft[place : claim.start]), _mark(claim, numbers[id(claim)])]
        place = claim.end
    return "".join([*written, escape(checked.draft[place:])])


def _turns(checked: Checked) -> list[Claim]:
    return [
        each
        for each in checked.beside
        if not any(each.start < claim.end and claim.start < each.end for claim in checked.claims)
    ]


def listed(claims: Iterable[Claim], numbers: dict[int, int]) -> str:
    """Return what was found as an HTML list: where, which mark, why, and what to say instead."""
    return "".join(_item(each, numbers[id(each)]) for each in claims)


def _listed(title: str, claims: list[Claim], numbers: dict[int, int]) -> None:
    st.subheader(title)
    if claims:
        st.html(f'<ul class="candour-found">{listed(claims, numbers)}</ul>')
    else:
        st.markdown("Nothing.")


def _mark(claim: Claim, number: int) -> str:
    tone = TONES.get(claim.mark, "wrong")
    told = f"{WORDS[claim.mark]}, finding {number}"
    return (
        f'<mark class="candour-{tone}" title="{escape(told)}">{escape(claim.text)}'
        f'<sup aria-hidden="true">{escape(SYMBOLS[claim.mark])}{number}</sup>'
        f'<span class="candour-spoken"> ({escape(told)})</span></mark>'
    )


def _item(claim: Claim, number: int) -> str:
    symbol, words = escape(SYMBOLS[claim.mark]), escape(capitalised(WORDS[claim.mark]))
    instead = f"<br>Say instead: <strong>{escape(claim.instead)}</strong>" if claim.instead else ""
    said = f"<strong>{escape(claim.text)}</strong>: {words}. {escape(claim.sentence)}"
    return f"<li>{symbol}{number} {said}{instead}</li>"


def _key(checked: Checked) -> str:
    used = [mark for mark in Mark if checked.count(mark)]
    return " \N{MIDDLE DOT} ".join(f"{_plain(SYMBOLS[mark])} {WORDS[mark]}" for mark in used)


def _plain(symbol: str) -> str:
    return f"\\{symbol}" if symbol == "<" else symbol
