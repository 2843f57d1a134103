"""Each agreed figure: a line to copy, what was said then, what is said now, why, and a sentence to send."""

from collections.abc import Sequence

import streamlit as st

from data.publishing.content import Told
from data.written import capitalised
from metrics.as_at import Clocks
from metrics.clauses import line
from metrics.dimensions import PART
from metrics.revisions import MEANS, Revision
from pages.parts import banner
from pages.parts.headlines.standing import called, published_on
from pages.parts.plain import plain
from pages.parts.press.bridging import Bridged
from pages.parts.press.service import Public
from pages.parts.source import Source

UNEXPLAINED = (
    "The register does not say what the releases say of this figure: ask the analysts before you explain it."
)


def draw(source: Source, standing: Public, compared: Public | None, bridged: Sequence[Bridged]) -> None:
    """Draw every figure of the last release beside what the one compared with said of it."""
    for told in standing.told.figures:
        own = [each for each in bridged if (each.figure, each.by) == (told.figure, told.by)]
        with st.container(border=True):
            st.subheader(plain(told.title))
            left, right = st.columns(2, gap="large")
            with left:
                st.markdown("**What we say now**, to copy whole")
                copied(line_of(source, standing, told))
            with right:
                _beside(source, compared, own)


def also(source: Source, found: Sequence[tuple[Public, Told]]) -> None:
    """Draw the figures that only an earlier release tells: they still stand, each as of its own day."""
    if not found:
        return
    st.subheader("Said earlier, and not in the last release")
    for public, told in found:
        copied(line_of(source, public, told))


def copied(words: str) -> None:
    """Draw words that are copied by one press of a button."""
    st.code(words, language=None, wrap_lines=True)


def line_of(source: Source, public: Public, told: Told) -> str:
    """Return a figure of a release as one line that can be copied whole."""
    known = {each.name: each.definition for each in source.catalogue()}
    said = line(public.told, told, published_on(public, source.terms), known.get(told.figure, ""))
    if PART.name not in told.by:
        return said
    view = source.view(Clocks.then(public.told.as_at), {})
    return f"{said} {public.told.precedence or banner.precedence(view)}"


def _beside(source: Source, compared: Public | None, own: Sequence[Bridged]) -> None:
    if compared is None:
        st.markdown("Nothing was said before it.")
        return
    if not own:
        st.markdown(f"{plain(called(compared, source.terms))}, does not tell this figure.")
        return
    for each in own:
        _then_and_now(called(compared, source.terms), each)
    st.markdown("**Ready to send**")
    changed = [each for each in own if each.revision.changed]
    copied("\n".join(each.revision.sentence for each in changed or own))
    if not all(each.revision.explained for each in own):
        st.caption(UNEXPLAINED)
    for each in own:
        if each.counted:
            st.caption(f"Not for the public, as counted: {_place(each)}{plain(each.counted)}")


def _then_and_now(then: str, each: Bridged) -> None:
    found = each.revision
    before, after = plain(found.before), plain(found.after)
    st.markdown(f"{_place(each)}**{before}** in {plain(then)}; **{after}** now{_scale(found)}.")
    if found.changed:
        st.markdown(f"Why: {plain(found.why)}.  \n{MEANS[found.kind]}")


def _scale(found: Revision) -> str:
    if not found.changed:
        return ": the same"
    return f", {found.scale}" if found.scale else ""


def _place(each: Bridged) -> str:
    return f"{plain(capitalised(', '.join(each.where)))}: " if each.where else ""
