"""What stands at the top of every page and of every printed one: whose review, which data, which day."""

import re

import streamlit as st

from data.formatting import listed_words
from metrics.dimensions import DIMENSIONS, named
from service.markdown import plain
from service.sentences.clocks import TRUE, ahead, spoken_clocks
from service.view import Source, View

_PLAIN = re.compile(r"[^A-Za-z0-9 .,()·-]")


def draw(source: Source, view: View | None) -> None:
    """view: None where no figures are shown."""
    terms = source.terms
    if terms.demonstration:
        st.warning("**Demonstration data.** Nothing here is about a real person or a real case.")
    days = f" · {spoken_clocks(view)}" if view else ""
    st.markdown(f"**{plain(source.marking)}** · {plain(terms.name)} · {plain(terms.body)}{days}")
    printed = f"{source.marking} · {terms.name} · {terms.body}{days}"
    st.html(f"<style>{print_rules(printed)}</style>")
    if view:
        st.caption(TRUE)
    if view and (limits := [limit for limit in (ahead(view.clocks), view.not_compared) if limit]):
        st.info("  \n".join(limits))
    if view and view.filters:
        titles = {dimension.name: dimension.title.lower() for dimension in DIMENSIONS}
        values = [f"{titles[name]} {listed_words(named(name, chosen))}" for name, chosen in view.filters]
        st.caption(f"Narrowed to {'; '.join(values)}.")


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
