import re

import pytest
from markdown_it import MarkdownIt

from service.markdown import PARTS, plain

HOSTILE = [
    "[Sign in again](https://evil.example)",
    "![seen](https://evil.example/x.png)",
    "<https://evil.example>",
    "<b>bold</b> <script>alert(1)</script>",
    "# A heading",
    "> a quotation",
    "1. a list",
    "12) a list",
    "- a list",
    "+ a list",
    "---",
    "***",
    "**bold** _slanted_ ~~struck~~ `code`",
    "&lt;b&gt; &#91;x&#93;",
    "a\\*b\\",
    "```\ncode\n```",
    "    code",
    "[x]: https://evil.example\n[x]",
    "a | b\n--- | ---\nc | d",
    "Title\n=====",
    "$x^2$ and $$y$$",
]


def drawn(markdown: str) -> list[str]:
    """What Markdown draws: its blocks, and what stands in them other than words."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown)
    inline = [each for token in tokens for each in token.children or []]
    return [each.type for each in [*tokens, *inline] if each.type not in ("text", "inline", "softbreak")]


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("typed", HOSTILE)
def test_typed_words_are_drawn_as_they_were_typed_and_as_nothing_else(typed, lines):
    found = plain(typed, lines=lines)
    assert set(drawn(found)) <= {"paragraph_open", "paragraph_close", "hardbreak"}
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(found)
    said = "".join(each.content or " " for token in tokens for each in token.children or [])
    assert said.replace(PARTS, "").split() == typed.split()


@pytest.mark.parametrize(
    "typed", [":red[x]", ":smile:", ":material/home:", "::name", ":::name", ":100:", ":+1:", ":streamlit:"]
)
def test_no_colour_emoji_or_sign_is_made_of_typed_words(typed):
    assert not re.search(r":[\w+/:-]", plain(f"so {typed} it is"))


@pytest.mark.parametrize(
    "typed", ["https://evil.example", "HTTP://x.example", "www.evil.example", "a@evil.example"]
)
def test_no_address_is_found_in_typed_words(typed):
    assert not re.search(r"https?://|www\.|\w@\w", plain(f"see {typed} now"), re.IGNORECASE)


def test_no_formula_is_made_of_typed_words():
    assert plain("$x$ costs £5") == r"\$x\$ costs £5"


@pytest.mark.parametrize(
    "said",
    ["33 failures (5.9%), at 09:30.", "Re-referred: R&D, \N{MINUS SIGN}3", "5.9% of 12", "a {b} c/d > e + f"],
)
def test_what_people_write_is_left_as_it_is(said):
    assert plain(said) == said


def test_signs_that_are_not_seen_are_left_out():
    assert plain("abc\u202edef\u0007 \n g") == "abcdef g"
    assert plain("") == plain(" \n ", lines=True) == ""
