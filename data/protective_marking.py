"""The marking that everything that leaves bears: how it is to be handled, and whether it is real."""

from pathlib import Path

from pydantic import BaseModel

from data.errors import UserError
from data.review import settings_file
from data.terms import fitted, read_toml

OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE"
DEMONSTRATION = "DEMONSTRATION DATA"
# A page's header in print holds 255 characters, and the page's number besides.
LONGEST = 100


def marked(words: str = OFFICIAL_SENSITIVE, *, demonstration: bool) -> str:
    """Return the marking of a review's files; a demonstration's says that nothing in it is real.

    Raises:
        UserError: the words cannot stand on a file.
    """
    words = words.strip()
    if not words[:1].isalnum() or not words.isprintable() or len(words) > LONGEST:
        raise UserError(
            f"The marking must begin with a letter and be one line of at most {LONGEST} characters."
        )
    return f"{words} · {DEMONSTRATION}" if demonstration else words


class _Marking(BaseModel):
    """The one setting of a deployment that this floor needs; `access.settings` knows the others."""

    marking: str = OFFICIAL_SENSITIVE


def configured(folder: Path) -> str:
    """Return the words that a review's deployment marks its files with, and the usual ones if it says none.

    Raises:
        UserError: the file named is missing or cannot be read.
    """
    path = settings_file(folder)
    if path is None:
        return OFFICIAL_SENSITIVE
    return fitted(_Marking, read_toml(path), path.name).marking
