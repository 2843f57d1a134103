"""What has been published and may be said, for the press: the current releases, and nothing else."""

from collections.abc import Sequence

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts.published_history import Saying
from charts.published_history import history as history_chart
from data.formatting import capitalised
from data.publishing.content import PublishedFigure
from data.publishing.states import State
from data.terms import Terms
from metrics.clauses import Kind, definition, line, rule_words, source_words, spoken, titled
from metrics.dimensions import PART
from pages.shell import choices
from pages.shell.page_start import current_source
from pages.widgets import chart_card, export_button
from service.markdown import plain
from service.releases import current_release
from service.releases.comparison import Bridged, between
from service.releases.current_release import Public, called, day_of, published_on
from service.releases.publishing import Press
from service.sentences.page_answers import precedence
from service.view import Source

# What a card that is closed says of its figure: the first that any part of it is.
CLOSED: dict[Kind, str] = {
    "uncertain": "may be unchanged (rounded)",
    "withheld": "withheld in one or both",
    "the same": "unchanged",
}
ASK = "Ask the analysts for the reason before you send this."
READ_NOTE = "The register names no reason: read the release's approved note, above, for it."
UNEXPLAINED = "The register does not say what the releases say: ask the analysts before you explain it."


def draw() -> None:
    source = current_source()
    public = Press(source).public()
    if not public:
        st.info(current_release.NOTHING)
        st.stop()
    last = current_release.last(public)
    if last is None:
        st.header(current_release.ALL_WITHDRAWN)
        warn_of_withdrawn(public, source.terms)
    else:
        heading = st.container()
        compared = ask_compared(current_release.others(public, last), source.terms)
        bridged = between(source, compared.published, last.published) if compared else []
        with heading:
            st.header(current_release.answer(last, compared, bridged, source.terms))
            st.markdown(current_release.about(last))
            warn_of_withdrawn(public, source.terms)
        figures(source, last, compared, bridged)
        if missing := current_release.missing(public, last):
            # They still stand, each as of its own day.
            st.subheader("Said earlier, and not in the last release")
        for release, figure in missing:
            copyable(line(release.published, figure))
            st.caption(about_line(source, release, figure))
        export_button.offer_release(Press(source), last.release, key="take")
    history(public, source.terms)


def ask_compared(rest: Sequence[Public], terms: Terms) -> Public | None:
    names = {called(release, terms): release for release in rest}
    about = "What was said then is put beside what is said now."
    return names[choices.one("Compared with", list(names), key="since", help=about)] if names else None


def warn_of_withdrawn(public: Sequence[Public], terms: Terms) -> None:
    for release in public:
        if release.state is State.WITHDRAWN:
            name, reason = plain(called(release, terms)), plain(release.release.steps[-1].reason)
            st.warning(f"{name}: do not repeat its figures. Reason: {reason}", icon=None)


def figures(source: Source, last: Public, compared: Public | None, bridged: Sequence[Bridged]) -> None:
    noted = bool(last.published.note)
    for figure in last.published.figures:
        own = [pair for pair in bridged if (pair.figure, pair.by) == (figure.figure, figure.by)]
        with _card(figure, own):
            left, right = st.columns(2, gap="large")
            with left:
                st.markdown("**Current line**")
                copyable(line(last.published, figure))
                st.caption(about_line(source, last, figure))
            with right:
                _comparison(source, compared, own, noted=noted)


def _card(figure: PublishedFigure, own: Sequence[Bridged]) -> DeltaGenerator:
    title, kinds = titled(figure), {pair.revision.kind for pair in own}
    if kinds and kinds <= CLOSED.keys():
        how = next(words for kind, words in CLOSED.items() if kind in kinds)
        number = "" if figure.by else f"{plain(spoken(figure.whole))}, "
        return st.expander(f"**{plain(title)}**: {number}{how}")
    card = st.container(border=True)
    card.subheader(title)
    return card


def copyable(words: str) -> None:
    st.code(words, language=None, wrap_lines=True)


def about_line(source: Source, public: Public, figure: PublishedFigure) -> str:
    release, known = public.published, {metric.name: metric.definition for metric in source.catalogue()}
    words = [
        definition(release, figure, known.get(figure.figure, "")),
        rule_words(release, figure),
        release.precedence or precedence(source.terms) if PART.name in figure.by else "",
        source_words(release, published_on(public, source.terms)),
    ]
    return plain(" ".join(filter(None, words)))


def _comparison(source: Source, compared: Public | None, own: Sequence[Bridged], *, noted: bool) -> None:
    if compared is None:
        st.markdown("Nothing was said before it.")
        return
    then = called(compared, source.terms)
    if not own:
        st.markdown(f"{plain(then)}, does not tell this figure.")
        return
    for pair in own:
        _then_and_now(then, pair)
    changed = [pair for pair in own if pair.revision.changed] or own
    _to_send(source, compared, changed, noted=noted)
    if not all(pair.revision.explained for pair in own):
        st.caption(UNEXPLAINED)
    for pair in own:
        if pair.counted:
            st.caption(f"Not for the public, as counted: {_where(pair)}{pair.counted}")


def _to_send(source: Source, compared: Public, own: Sequence[Bridged], *, noted: bool) -> None:
    """noted: whether the approved note of the last release says what changed."""
    if compared.state is State.WITHDRAWN:
        st.markdown("**Ready to send**")
        copyable(f"{called(compared, source.terms)}: its figures are no longer to be used.")
        return
    unready = f"**Not ready to send.** {READ_NOTE if noted else ASK}"
    for reasoned, heading in ((True, "**Ready to send**"), (False, unready)):
        sentences = [pair.revision.sentence for pair in own if pair.revision.reasoned is reasoned]
        if sentences:
            st.markdown(heading)
            copyable("\n".join(sentences))


def _then_and_now(then: str, number: Bridged) -> None:
    revision = number.revision
    before, after = plain(revision.before), plain(revision.after)
    scale = f", {revision.scale}" if revision.scale else ""
    scale = scale if revision.changed else ": the same"
    st.markdown(f"{_where(number)}**{before}** in {plain(then)}; **{after}** now{scale}.")
    if revision.changed and revision.reasoned:
        st.markdown(f"Why: {plain(revision.why)}.  \n{revision.means}")


def _where(number: Bridged) -> str:
    return f"{plain(capitalised(', '.join(number.where)))}: " if number.where else ""


def history(public: Sequence[Public], terms: Terms) -> None:
    st.header("What did we say when?")
    titles = {
        (figure.figure, figure.by, cell.where): ", ".join(
            filter(None, (figure.title, " and ".join(cell.where)))
        )
        for release in public
        for figure in release.published.figures
        for cell in figure.cells
    }
    names = {capitalised(title): key for key, title in titles.items()}
    chosen = choices.one("Of", list(names), key="of")
    if not chosen:
        return
    values = sayings(public, terms, *names[chosen])
    chart = history_chart(chosen, values, chart_card.colours())
    st.plotly_chart(chart.figure, theme=None, config=chart_card.CONFIG, key="said", alt=chart.alt)
    # A table draws Markdown in its cells.
    written = chart.table.with_columns(pl.all().map_elements(plain, return_dtype=pl.String))
    st.table(written, border="horizontal", hide_index=True)


def sayings(
    public: Sequence[Public], terms: Terms, figure: str, by: tuple[str, ...], where: tuple[str, ...]
) -> list[Saying]:
    return [
        Saying(
            day=day_of(release, terms),
            release=release.published.name,
            words=spoken(cell),
            number=cell.number,
            stands=release.state is State.PUBLISHED,
            standing=release.published.status if release.state is State.PUBLISHED else str(release.state),
            as_at=release.published.as_at,
        )
        for release in public
        if (published := release.published.told(figure, by)) is not None
        for cell in published.cells
        if cell.where == where
    ]
