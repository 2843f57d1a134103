"""The line above every page: title, marking, days, filters, the address to share and the files to export."""

import re
from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.formatting import listed_words, short_day
from metrics.dimensions import DIMENSIONS, named
from pages.shell import choices
from pages.widgets import notes
from pages.widgets.export_button import Offer
from service.events import events as events_of
from service.markdown import plain
from service.sentences.figure import TRUE, ahead, spoken_clocks
from service.view import Source, View

_PLAIN = re.compile(r"[^A-Za-z0-9 .,()·-]")
INVENTED = "Nothing here is about a real person or a real case."


def line() -> tuple[DeltaGenerator, DeltaGenerator, DeltaGenerator]:
    """Return the left, the middle and the right of the line."""
    with st.container(horizontal=True, vertical_alignment="center", key="header", gap="small"):
        left = st.container(horizontal=True, vertical_alignment="center", width="content")
        middle = st.container(key="only", width="content")
        st.space("stretch")
        right = st.container(horizontal=True, vertical_alignment="center", width="content")
    return left, middle, right


def title(source: Source, words: str) -> None:
    st.title(words, anchor=False, width="content")
    # `st.badge` escapes brackets by itself: escaped twice, they would make a link.
    marking = plain(source.marking).replace(r"\[", "[").replace(r"\]", "]")
    st.badge(marking, help=f"{source.terms.name} · {source.terms.body}")
    if source.terms.demonstration:
        st.badge("Demonstration", color="orange", help=INVENTED)


def limits(source: Source, view: View | None) -> None:
    """Print the marking and the days on paper, and say what the figures cannot."""
    days = f" · {spoken_clocks(view)}" if view else ""
    words = f"{source.marking} · {source.terms.name} · {source.terms.body}{days}"
    st.html(f"<style>{print_rules(words)}</style>")
    if view and (limited := [limit for limit in (ahead(view.clocks), view.not_compared) if limit]):
        st.info("  \n".join(limited))


def filtered(view: View, place: DeltaGenerator) -> None:
    """Say in the line itself what a page is filtered to: nothing below it moves."""
    if view.filters:
        titles = {dimension.name: dimension.title.lower() for dimension in DIMENSIONS}
        values = [f"{titles[name]} {listed_words(named(name, chosen))}" for name, chosen in view.filters]
        place.caption(f"Only {'; '.join(values)}.")


def events(view: View) -> None:
    """List what the charts of the page number, with the notes that analysts may add."""
    marked = events_of(view)
    label = f"Events and notes ({len(marked)})" if marked else "Events and notes"
    with st.popover(label, type="tertiary", key="events_menu"):
        if marked:
            lines = (f"{event.number}. {plain(event.words)}, {short_day(event.day)}" for event in marked)
            st.markdown("\n".join(lines))
        notes.draw(view)


def share(slot: DeltaGenerator) -> None:
    """Fill in the address, which is known once the page is drawn."""
    with suppress(LookupError):
        address = f"{st.context.url}?{urlencode(choices.of_page(), doseq=True)}"
        slot.code(address, language=None, wrap_lines=True)


def exports(slot: DeltaGenerator, offers: Mapping[str, Offer], *, true: bool) -> None:
    """true: whether the files hold figures before disclosure control."""
    allowed = {words: offer for words, offer in offers.items() if offer.allowed}
    if not allowed:
        return
    with slot.popover("Export", type="tertiary", key="export_menu"):
        if true:
            st.caption(TRUE)
        for words, offer in allowed.items():
            with st.expander(words):
                offer.form(key=f"export_{words.lower().replace(' ', '_')}")


def nothing_loaded(source: Source) -> None:
    command = f"python -m data --review {source.place.folder}"
    st.info(
        f"Nothing has been loaded into {plain(source.terms.name)} yet. First write a mapping "
        f"with `{command} suggest FILE --out mapping.toml`. Then load it with "
        f"`{command} load FILE --mapping mapping.toml`."
    )


def print_rules(words: str) -> str:
    """Return the rules that print words on every page; whatever the words are, they stay words."""
    # What is no plain letter is written by its number: nothing can end the words or the rules.
    quoted = _PLAIN.sub(lambda match: f"\\{ord(match.group()):06x}", " ".join(words.split()))
    return (
        f'@page {{ font: 9pt sans-serif; @top-left {{ content: "{quoted}"; }} '
        '@bottom-right { content: "Page " counter(page) " of " counter(pages); } }'
    )
