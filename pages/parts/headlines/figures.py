"""Each agreed figure: a line to copy, what was said then, what is said now, why, and a sentence to send."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.formatting import capitalised
from data.publishing.content import PublishedFigure
from data.publishing.states import State
from metrics.as_at import Clocks
from metrics.bridge import Kind
from metrics.clauses import MEANS, NOT_WITH_IT, Revision, line, spoken, titled
from metrics.dimensions import PART
from pages.shell import header
from service.markdown import plain
from service.releases.comparison import Bridged
from service.releases.current_release import called, published_on
from service.releases.publishing import Public
from service.view import Source

# What a card that is closed says of its figure: the first that any part of it is.
CLOSED: dict[Kind, str] = {
    "told otherwise": "told otherwise (one of the two is rounded)",
    "not told": "not told in both",
    "the same": "unchanged",
}
ASK = "Ask the analysts for the reason before you send this."
READ_NOTE = "The register names no reason: read the release's approved note, above, for it."
UNEXPLAINED = (
    "The register does not say what the releases say of this figure: ask the analysts before you explain it."
)


def draw(source: Source, standing: Public, compared: Public | None, bridged: Sequence[Bridged]) -> None:
    """Draw every figure of the last release beside what the one compared with said of it."""
    for told in standing.told.figures:
        own = [each for each in bridged if (each.figure, each.by) == (told.figure, told.by)]
        with _card(told, own):
            left, right = st.columns(2, gap="large")
            with left:
                st.markdown("**Current line**")
                copied(line_of(source, standing, told))
            with right:
                _beside(source, compared, own, noted=bool(standing.told.note))


def _card(told: PublishedFigure, own: Sequence[Bridged]) -> DeltaGenerator:
    """Return where a figure is drawn: open if it changed or is new; else closed, under a word on it."""
    title = titled(told)
    kinds = {each.revision.kind for each in own}
    if kinds and kinds <= CLOSED.keys():
        how = next(words for kind, words in CLOSED.items() if kind in kinds)
        said = "" if told.by else f"{plain(spoken(told.whole))}, "
        return st.expander(f"**{plain(title)}**: {said}{how}")
    drawn = st.container(border=True)
    drawn.subheader(title)
    return drawn


def also(source: Source, found: Sequence[tuple[Public, PublishedFigure]]) -> None:
    """Draw the figures that only an earlier release tells: they still stand, each as of its own day."""
    if not found:
        return
    st.subheader("Said earlier, and not in the last release")
    for public, told in found:
        copied(line_of(source, public, told))


def copied(words: str) -> None:
    st.code(words, language=None, wrap_lines=True)


def line_of(source: Source, public: Public, told: PublishedFigure) -> str:
    known = {each.name: each.definition for each in source.catalogue()}
    said = line(public.told, told, published_on(public, source.terms), known.get(told.figure, ""))
    said = f"{said} {told.rule}".strip()
    if PART.name not in told.by:
        return said
    if public.told.precedence:
        return f"{said} {public.told.precedence}"
    view = source.view(Clocks.then(public.told.as_at), {})
    lead = NOT_WITH_IT if public.told.origin == "elsewhere" else ""
    return f"{said} {lead}{header.precedence(view)}"


def _beside(source: Source, compared: Public | None, own: Sequence[Bridged], *, noted: bool) -> None:
    if compared is None:
        st.markdown("Nothing was said before it.")
        return
    if not own:
        st.markdown(f"{plain(called(compared, source.terms))}, does not tell this figure.")
        return
    for each in own:
        _then_and_now(called(compared, source.terms), each)
    changed = [each for each in own if each.revision.changed] or own
    _to_send(source, compared, changed, noted=noted)
    if not all(each.revision.explained for each in own):
        st.caption(UNEXPLAINED)
    for each in own:
        if each.counted:
            st.caption(f"Not for the public, as counted: {_place(each)}{each.counted}")


def _to_send(source: Source, compared: Public, own: Sequence[Bridged], *, noted: bool) -> None:
    """Draw the sentences that may be sent, apart from those for which a reason has to be found first.

    noted: whether the approved note of the last release says what changed.
    """
    if compared.state is State.WITHDRAWN:
        st.markdown("**Ready to send**")
        copied(f"{called(compared, source.terms)}: its figures are no longer to be used.")
        return
    unready = f"**Not ready to send.** {READ_NOTE if noted else ASK}"
    for reasoned, heading in ((True, "**Ready to send**"), (False, unready)):
        sentences = [each.revision.sentence for each in own if each.revision.reasoned is reasoned]
        if sentences:
            st.markdown(heading)
            copied("\n".join(sentences))


def _then_and_now(then: str, each: Bridged) -> None:
    found = each.revision
    before, after = plain(found.before), plain(found.after)
    st.markdown(f"{_place(each)}**{before}** in {plain(then)}; **{after}** now{_scale(found)}.")
    if found.changed and found.reasoned:
        st.markdown(f"Why: {plain(found.why)}.  \n{MEANS[found.kind]}")


def _scale(found: Revision) -> str:
    if not found.changed:
        return ": the same"
    return f", {found.scale}" if found.scale else ""


def _place(each: Bridged) -> str:
    return f"{plain(capitalised(', '.join(each.where)))}: " if each.where else ""
