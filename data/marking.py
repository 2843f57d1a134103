"""The marking that everything that leaves bears: how it is to be handled, and whether it is real."""

from data.faults import Fault

OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE"
DEMONSTRATION = "DEMONSTRATION DATA"
# A page's header in print holds 255 characters, and the page's number besides.
LONGEST = 100


def marked(words: str = OFFICIAL_SENSITIVE, *, demonstration: bool) -> str:
    """Return the marking of a review's files; a demonstration's says that nothing in it is real.

    Raises:
        Fault: the words cannot stand on a file.
    """
    words = words.strip()
    if not words[:1].isalnum() or not words.isprintable() or len(words) > LONGEST:
        raise Fault(f"The marking must begin with a letter and be one line of at most {LONGEST} characters.")
    return f"{words} · {DEMONSTRATION}" if demonstration else words
