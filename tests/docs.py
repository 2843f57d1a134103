"""Write what the documents take from the code, `make docs`: figures of the glossary, tables of the README."""

import re
import sys
from pathlib import Path
from types import UnionType
from typing import Annotated, Literal, Union, get_args, get_origin

import dataframely as dy
from pydantic import BaseModel

from access.roles import Permission, Role, permitted
from data.intake.mapping import Choice, ColumnPlan, Plan, TablePlan
from data.schema import SCHEMAS, default_of
from data.terms import USUAL_WORDS
from metrics.catalogue import CATALOGUE
from metrics.metric import spoken
from pages.registry import REGISTRY

ROOT = Path(__file__).parents[1]
MAPPING = """\
# Every setting of a mapping

A mapping says in TOML how the files of one kind of extract become tables. `python -m data suggest FILE` writes a first one.
A column is one line, `area = "Their column"`, or a table of settings, `area = { column = "Their column", otherwise = "other" }`."""
TABLES = "# The tables and columns that a mapping fills"


def figures() -> str:
    words = [spoken(metric, USUAL_WORDS) for metric in CATALOGUE]
    return "\n".join(f"- **{metric.title}**: {metric.definition}" for metric in words)


def pages() -> str:
    return _table([("page", "question"), *((entry.title, entry.answers) for entry in REGISTRY)])


def roles() -> str:
    rows = [(p, *("yes" if permitted(role, p) else "" for role in Role)) for p in Permission]
    return _table([("", *Role), *rows])


def settings(model: type[BaseModel]) -> str:
    """Return each setting of a mapping with what it takes and what it does."""
    fields = ((name, field) for name, field in model.model_fields.items() if field.description)
    rows = (
        (f"`{field.alias or name}`", _typed(field.annotation), field.description or "")
        for name, field in fields
    )
    return _table([("setting", "takes", "what it does"), *rows])


def _typed(annotation: object) -> str:
    """Return a type in words."""
    if get_origin(annotation) is Annotated:
        return _typed(get_args(annotation)[0])
    if get_origin(annotation) is Literal:
        return " or ".join(f'"{value}"' for value in get_args(annotation))
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(_typed(part) for part in get_args(annotation) if part is not type(None))
    return _TYPES.get(annotation) or _TYPES.get(get_origin(annotation), "a table")


_TYPES: dict[object, str] = {
    str: "text", bool: "true or false", int: "a number", tuple: "a list", dict: "a table",
}  # fmt: skip


def mapping_page() -> str:
    parts = {
        "The whole mapping": Plan,
        "[[tables]]": TablePlan,
        "Of a column": ColumnPlan,
        "Of `where`": Choice,
    }
    return "\n\n".join(f"## {title}\n\n{settings(model)}" for title, model in parts.items())


def tables_page() -> str:
    return "\n\n".join(f"## {table}\n\n{_columns(schema)}" for table, schema in SCHEMAS.items())


def _columns(schema: type[dy.Schema]) -> str:
    rows = [
        (
            f"`{name}`",
            column.description or "",
            "" if column.nullable or default_of(column) is not None else "yes",
        )
        for name, column in schema.columns().items()
    ]
    return f"{(schema.__doc__ or '').strip()}\n\n{_table([('column', 'what it is', 'needed'), *rows])}"


def documents() -> dict[Path, str]:
    """Return the documents as they should be, by their paths."""
    glossary, readme = (ROOT / name for name in ("GLOSSARY.md", "README.md"))
    questions = _with(readme.read_text(), r"(?<=## What each page answers\n\n)\|.*?\n(?=\n)", pages())
    return {
        glossary: _with(
            glossary.read_text(), r"(?<=in the words of a review of applications\.\n\n)- .*\Z", figures()
        ),
        readme: _with(questions, r"^\| \| chief officer.*?\n(?=\n)", roles()),
        ROOT / "docs" / "mapping.md": "\n\n".join((MAPPING, mapping_page(), TABLES, tables_page())) + "\n",
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
