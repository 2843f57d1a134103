"""Words that somebody typed, drawn as words: nothing in them is a link, a heading, a colour or a formula.

A backslash keeps Markdown from its marks, but not from addresses and emoji: an unseen mark parts these.
"""

import re

# Unseen, of no width, and no line is broken at it.
PARTS = "\N{WORD JOINER}"
_MARKS = re.compile(r"([\\`*_\[\]<~|$]|&(?=#?\w+;))")
# At the head of a line these make a heading, a quotation, a list or a rule.
_HEAD = re.compile(r"^(\d{1,9}(?=[.)](?:\s|$))|(?=[-+=#>]))")
# "09:30" is left as it is: no emoji and no address has two digits after its colon.
_COLON = re.compile(r":(?=\S)(?!\d\d(?!\w))")
_ADDRESS = re.compile(r"(@|\bwww(?=\.))", re.IGNORECASE)


def plain(typed: str, *, lines: bool = False) -> str:
    """Return Markdown that draws typed words as they are; lines: whether its own lines are kept."""
    texts = [_line(text) for text in typed.splitlines()] if lines else [_line(typed)]
    return "  \n".join(text for text in texts if text)


def _line(typed: str) -> str:
    spaced = " ".join(typed.split())
    # What turns the direction of writing, or is no sign at all, would draw other words than were typed.
    seen = spaced if spaced.isprintable() else "".join(filter(str.isprintable, spaced))
    headed = _HEAD.sub(r"\1\\", _MARKS.sub(r"\\\1", seen))
    return _ADDRESS.sub(rf"\1{PARTS}", _COLON.sub(f":{PARTS}", headed))
