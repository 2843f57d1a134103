"""What stands on every printed page: the marking, the review, its days, and which page of how many."""

import re

import streamlit as st

_PLAIN = re.compile(r"[^A-Za-z0-9 .,()·-]")


def mark(words: str) -> None:
    """Have the browser print words at the head of every page, and the number of the page at its foot."""
    st.html(f"<style>{rules(words)}</style>")


def rules(words: str) -> str:
    """Return the rules that print words on every page; whatever the words are, they stay words."""
    return (
        f'@page {{ font: 9pt sans-serif; @top-left {{ content: "{_quoted(words)}"; }} '
        '@bottom-right { content: "Page " counter(page) " of " counter(pages); } }'
    )


def _quoted(words: str) -> str:
    # What is no plain letter is written by its number: nothing can end the words or the rules.
    return _PLAIN.sub(lambda found: f"\\{ord(found.group()):06x}", " ".join(words.split()))
