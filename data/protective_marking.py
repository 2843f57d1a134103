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
    words = words.strip()
    if not words[:1].isalnum() or not words.isprintable() or len(words) > LONGEST:
        raise UserError(
            f"The marking must begin with a letter and be one line of at most {LONGEST} characters."
        )
    return f"{words} · {DEMONSTRATION}" if demonstration else words


class _Marking(BaseModel):
    marking: str = OFFICIAL_SENSITIVE


def configured(folder: Path) -> str:
    path = settings_file(folder)
    if path is None:
        return OFFICIAL_SENSITIVE
    return fitted(_Marking, read_toml(path), path.name).marking
