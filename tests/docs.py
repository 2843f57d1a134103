"""Write what the documents take from the code, `make docs`: figures of the glossary, tables of the README."""

import re
import sys
from pathlib import Path

from access.roles import Permission, Role, permitted
from data.terms import USUAL_WORDS
from metrics.catalogue import CATALOGUE
from metrics.metric import spoken
from pages.registry import REGISTRY

ROOT = Path(__file__).parents[1]


def figures() -> str:
    words = [spoken(metric, USUAL_WORDS) for metric in CATALOGUE]
    return "\n".join(f"- **{metric.title}**: {metric.definition}" for metric in words)


def pages() -> str:
    return _table([("page", "question"), *((entry.title, entry.answers) for entry in REGISTRY)])


def roles() -> str:
    rows = [(p, *("yes" if permitted(role, p) else "" for role in Role)) for p in Permission]
    return _table([("", *Role), *rows])


def documents() -> dict[Path, str]:
    """Return the documents as they should be, by their paths."""
    glossary, readme = (ROOT / name for name in ("GLOSSARY.md", "README.md"))
    questions = _with(readme.read_text(), r"(?<=## What each page answers\n\n)\|.*?\n(?=\n)", pages())
    return {
        glossary: _with(
            glossary.read_text(), r"(?<=in the words of a review of applications\.\n\n)- .*\Z", figures()
        ),
        readme: _with(questions, r"^\| \| chief officer.*?\n(?=\n)", roles()),
    }


def _with(text: str, pattern: str, part: str) -> str:
    """Put a part in its place; a place that is not there exactly once is an error."""
    replaced, times = re.subn(pattern, lambda _: f"{part}\n", text, flags=re.DOTALL | re.MULTILINE)
    if times != 1:
        raise ValueError(f"{pattern} is there {times} times")
    return replaced


def _table(rows: list[tuple[str, ...]]) -> str:
    head, *body = (f"| {' | '.join(cells)} |" for cells in rows)
    return "\n".join([head.replace("|  |", "| |"), "|---" * len(rows[0]) + "|", *body])


def main() -> int:
    for path, text in documents().items():
        path.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
