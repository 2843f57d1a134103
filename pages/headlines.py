"""What has been published and may be said, for the press: the current releases, and nothing else."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from charts.releases import Publication, Slope, slopes
from charts.releases import history as history_chart
from data.formatting import capitalised
from data.publishing.states import State
from data.terms import Terms
from metrics.clauses import Revision, definition, rule_words, source_words, spoken
from metrics.dimensions import PART
from pages.shell import choices, page_start
from pages.shell.address import option
from pages.shell.page_start import current_source
from pages.widgets import chart_card, export_button, rows
from pages.widgets.chart_card import Card
from service.markdown import plain
from service.releases import current_release
from service.releases.comparison import Bridged, between
from service.releases.current_release import Number, Public, called, compared, numbers, published_on
from service.releases.publishing import Press
from service.sentences.status import precedence
from service.view import Source

MOST_BUTTONS = 10
SLOPES = "Each number is drawn from zero, relative to the larger of the two."
NO_LINE = "A number that is withheld, or only a bound, has no line."
HOLLOW = "A hollow mark is a number that was withdrawn or replaced."
ASK = "Ask the analysts for the reason before you send this."
READ_NOTE = "The register names no reason. Read the approved note under About."
UNEXPLAINED = "The register does not explain the published numbers. Ask the analysts first."
UP_TO = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
UNKNOWN = "Reason not known"
SHORT = {"update", "revision", "correction", "the same"}
NOT_CURRENT = "Do not quote this number. No current release has it."


def draw() -> None:
    source = current_source()
    press = Press(source)
    public = press.public()
    if not public:
        if not press.unverified():
            st.info(current_release.NOTHING)
        st.stop()
    last = current_release.last(public)
    every = numbers(public, last)
    if last is None:
        st.header(current_release.ALL_WITHDRAWN, anchor=False)
        warn_of_withdrawn(public, source.terms)
        history(source, public, choose(every))
        return
    heading = st.container()
    earlier, bridged = then_and_now(source, public, last, every)
    with heading:
        with st.container(horizontal=True, key="status", vertical_alignment="center"):
            st.header(current_release.title(last, source.terms), anchor=False, width="content")
            st.caption(current_release.changes(last, earlier, bridged, source.terms), width="content")
            with st.popover("About", type="tertiary", key="menu_about"):
                st.markdown(current_release.about(last))
        warn_of_withdrawn(public, source.terms)
    chosen = choose(every)
    drawings = lambda: history(source, public, chosen), lambda: send(press, last, earlier, chosen, bridged)
    chart_card.side_by_side(*drawings, widths=[5, 4])
    for words, file in export_button.release_files(press, last.release).items():
        page_start.offer(words, file)


def warn_of_withdrawn(public: Sequence[Public], terms: Terms) -> None:
    for release in public:
        if release.state is State.WITHDRAWN:
            name, reason = plain(called(release, terms)), plain(release.release.steps[-1].reason)
            st.warning(f"{name}: do not repeat its figures. Reason: {reason}", icon=":material/warning:")


def then_and_now(
    source: Source, public: Sequence[Public], last: Public, every: Sequence[Number]
) -> tuple[Public | None, list[Bridged]]:
    with chart_card.frame("slopes"):
        line = st.container(horizontal=True, gap="xsmall", vertical_alignment="top")
        title = line.container(width=420)
        line.space("stretch")
        names = {called(release, source.terms): release for release in current_release.others(public, last)}
        how: dict[str, Any] = {"key": "since", "label_visibility": "collapsed", "width": 300}
        with line:
            earlier = names[choices.one("Compared with", list(names), **how)] if names else None
        bridged = between(source, earlier.published, last.published) if earlier else []
        pairs = compared(every, last, earlier, bridged)
        headline = slopes_title(pairs)
        ends = (earlier.published.name if earlier else "Before", last.published.name)
        with title:
            chart_card.head(headline, " to ".join(ends) if earlier else last.published.name)
        if len(pairs) < rows.FEWEST:
            for pair in pairs:
                st.markdown(plain(f"{pair.name}: {' to '.join(filter(None, (pair.before, pair.after)))}."))
            return earlier, bridged
        card = Card(method=f"{SLOPES} {NO_LINE}", compact=True)
        with line:
            form = chart_card.form_of(headline, card, "slopes")
        chart = slopes("Published numbers", pairs, chart_card.colours(), ends)
        with st.container(key="slopes_box"):
            chart_card.picture(chart, card, "slopes", form)
    return earlier, bridged


def choose(every: Sequence[Number]) -> Number:
    names = {number.name: number for number in every}
    many = len(names) > MOST_BUTTONS
    choice = option("of", "Figure", list(names), widget="selectbox" if many else "segmented_control")
    how: dict[str, Any] = {} if many else {"required": True}
    first = next(iter(names))
    chosen = choices.ask(choice, first, label_visibility="collapsed", format_func=plain, **how)
    return names[chosen or first]


def history(source: Source, public: Sequence[Public], number: Number) -> None:
    values = publications(public, source.terms, *number.key)
    chart = history_chart(number.name, values, chart_card.colours())
    headline = history_title(number.name, values)
    if sum(saying.number is not None for saying in values) >= rows.FEWEST:
        chart_card.show(chart, key="said", headline=headline, measure="By day published", method=HOLLOW)
        return
    with chart_card.frame("said", headline, "By day published"):
        st.dataframe(chart.table, hide_index=True)


def send(
    press: Press, last: Public, earlier: Public | None, number: Number, bridged: Sequence[Bridged]
) -> None:
    with chart_card.frame("send", "Line to send"):
        if not number.quoted:
            st.warning(NOT_CURRENT, icon=":material/warning:")
            return
        copyable(number.line)
        pair = next((pair for pair in bridged if (pair.figure, pair.by, pair.where) == number.key), None)
        if number.public is last and earlier is not None:
            _why(press.source, earlier, pair, noted=bool(last.published.note))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            with st.popover("Source", type="tertiary", icon=":material/info:", key="source"):
                about(press.source, number, pair)
            _badge(last, earlier, number, pair)
        # A picture shows one number: a part of a figure has none.
        picture = "" if number.figure.by else number.figure.figure
        export_button.offer_release(press, number.public.release, key="take", figure=picture)


def copyable(words: str) -> None:
    st.code(words, language=None, wrap_lines=True)


def _why(source: Source, earlier: Public, pair: Bridged | None, *, noted: bool) -> None:
    """noted: whether the approved note of the last release says what changed."""
    if earlier.state is State.WITHDRAWN:
        st.markdown("**If asked about the withdrawn release**")
        copyable(f"{called(earlier, source.terms)}: its figures are no longer to be used.")
    elif pair is None:
        st.caption(f"{called(earlier, source.terms)}, did not have this figure.")
    elif pair.revision.changed and not pair.revision.reasoned:
        st.markdown(f"**Not ready to send.** {READ_NOTE if noted else ASK}")
        copyable(pair.revision.sentence)
    else:
        st.markdown("**If asked why it changed**" if pair.revision.changed else "**If asked what changed**")
        copyable(pair.revision.sentence)
    if pair is not None and not pair.revision.explained:
        st.caption(UNEXPLAINED)


def _badge(last: Public, earlier: Public | None, number: Number, pair: Bridged | None) -> None:
    if number.public is not last:
        st.badge(f"Not in {last.published.name}", icon=":material/history:", color="orange")
    elif earlier is not None and earlier.state is State.WITHDRAWN:
        st.badge(f"{earlier.published.name} withdrawn", icon=":material/block:", color="orange")
    elif pair is not None:
        revision, words = pair.revision, badge(pair.revision)
        if revision.changed and (revision.kind == "correction" or not revision.reasoned):
            st.badge(words, icon=":material/warning:", color="orange")
        else:
            icon = ":material/edit:" if revision.kind == "revision" else ":material/check:"
            st.badge(words, icon=icon, color="gray")


def about(source: Source, number: Number, pair: Bridged | None) -> None:
    release, figure = number.public.published, number.figure
    known = {metric.name: metric.definition for metric in source.catalogue()}
    words = [
        definition(release, figure, known.get(figure.figure, "")),
        rule_words(release, figure),
        release.precedence or precedence(source.terms) if PART.name in figure.by else "",
        source_words(release, published_on(number.public, source.terms)),
    ]
    st.caption(" ".join(filter(None, words)))
    if pair is not None and pair.counted:
        st.caption(f"Not for the public, as counted: {pair.counted}")


def publications(
    public: Sequence[Public], terms: Terms, figure: str, by: tuple[str, ...], where: tuple[str, ...]
) -> list[Publication]:
    return [
        Publication(
            day=terms.day_of(release.published_at),
            release=release.published.name,
            words=spoken(cell),
            number=cell.number,
            current=release.state is State.PUBLISHED,
            status=release.published.status if release.state is State.PUBLISHED else str(release.state),
            as_at=release.published.as_at,
        )
        for release in public
        if (published := release.published.figure_of(figure, by)) is not None
        for cell in published.cells
        if cell.where == where
    ]


def slopes_title(numbers: Sequence[Slope]) -> str:
    """Say how many rose, fell and did neither: "Six numbers rose, two unchanged"."""
    if not any(slope.before for slope in numbers):
        return "Published for the first time"
    apart = [(slope.now or 0) - (slope.then or 0) for slope in numbers if slope.drawn]
    counts = {
        "rose": sum(change > 0 for change in apart),
        "fell": sum(change < 0 for change in apart),
        "unchanged": apart.count(0),
        "not comparable": sum(bool(slope.before) and not slope.drawn for slope in numbers),
        "new": sum(not slope.before for slope in numbers),
    }
    (first, count), *rest = [(words, count) for words, count in counts.items() if count]
    words = [f"{capitalised(_spelled(count))} {'number' if count == 1 else 'numbers'} {first}"]
    return ", ".join([*words, *(f"{_spelled(count)} {word}" for word, count in rest)])


def _spelled(count: int) -> str:
    return UP_TO[count] if count < len(UP_TO) else f"{count:,}"


def history_title(name: str, publications: Sequence[Publication]) -> str:
    current = [one for one in publications if one.current] or publications
    words = [one.words for one in current]
    return f"{name}: {words[0]}" if len({*words}) == 1 else f"{name}: {words[0]} to {words[-1]}"


def badge(revision: Revision) -> str:
    if revision.changed and not revision.reasoned:
        return UNKNOWN
    return revision.means.removesuffix(".") if revision.kind in SHORT else "May be unchanged"
