"""Keep people out: refuse a file whose references are people, hold back rows that show how to reach one."""

import re
from collections.abc import Iterator
from functools import cache

import dataframely as dy
import polars as pl

from data.faults import Fault
from data.intake.mapping import TablePlan
from data.intake.rules import Breach
from data.intake.values import is_prose
from data.schema import SCHEMAS, is_reference

EMAIL = r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}"
TELEPHONE = r"(\+44 ?|0)[1237][\d ]{8,11}"
POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
NAME = r"[A-Z][A-Z'-]+,? [A-Z][A-Z'-]+( [A-Z'-]+)?"
DATE = r"(\d{1,2}/\d{1,2}/\d{2,4}|\d{4}-\d\d-\d\d)( 00:00:00)?"

PERSONAL = (TELEPHONE, POSTCODE, r"\+?[\d ()-]{9,}")

# By what they look like in the upper case of references. The share is of distinct values: one
# reference may look like a postcode, but half a column of them is a column of postcodes.
_LOOKS = {
    "e-mail addresses": (f"^{EMAIL}$", 0.5),
    "telephone numbers": (f"^{TELEPHONE}$", 0.9),
    "postcodes": (f"^{POSTCODE}$", 0.5),
    "names of people": (f"^{NAME}$", 0.5),
    "dates": (f"^{DATE}$", 0.5),
}
# One of these is enough to reach somebody by.
_REACHES = {"an e-mail address": EMAIL, "a telephone number": TELEPHONE}

_TITLE = r"(MR|MRS|MS|MISS|DR|PC|DC|DS|DI|SGT|INSP)\.?"
# A code of two words looks like a name; the codes of areas, teams and routes often begin with these.
_BEGIN_CODES = """
    north south east west northern southern eastern western central greater inner outer upper lower
    area district division region city county team unit squad group section service review office police
    risk person third partner record application complaint criminal civil verbal physical sexual domestic
    departmental unprofessional not no other unknown
"""


def refuse_people(rows: pl.DataFrame, plan: TablePlan, file: str) -> None:
    """Raise a sentence if a reference holds what would point to a person.

    rows: with references already made plain.
    """
    columns = SCHEMAS[plan.table].columns()
    doubted = {name: given for name, given in _doubted(plan).items() if is_reference(columns[name])}
    if not doubted:
        return
    shares = rows.select(
        pl.col(name).drop_nulls().unique().str.contains(pattern).mean().fill_null(0).alias(f"{name}|{what}")
        for name in doubted
        for what, (pattern, _) in _LOOKS.items()
    )
    for told, share in shares.row(0, named=True).items():
        name, _, what = told.partition("|")
        if share >= _LOOKS[what][1]:
            raise Fault(
                f"{file}: {doubted[name]!r} seems to hold {what}, which Candour never keeps as {name}: name "
                f"a column of references in the mapping, or, if they are none, write {name} = "
                f'{{ column = "{doubted[name]}", references = true }}.'
            )


def reaching(rows: pl.DataFrame, plan: TablePlan) -> Iterator[Breach]:
    """Rows of which a kept text holds an e-mail address or a telephone number."""
    columns = SCHEMAS[plan.table].columns()
    for name in _doubted(plan):
        for what, pattern in _REACHES.items():
            # Digits inside a reference are its own; in prose they are where they are.
            alone = f"^{pattern}$" if is_reference(columns[name]) and pattern == TELEPHONE else pattern
            found = rows.filter(pl.col(name).str.contains(alone))["row_number"]
            if found.len():
                yield found, name, f"seems to hold {what}, which Candour never keeps"


def _doubted(plan: TablePlan) -> dict[str, str]:
    """Columns of text that are kept, and that nobody has vouched for, with what the register calls them."""
    columns = SCHEMAS[plan.table].columns()
    return {
        name: each.column
        for name, each in plan.columns.items()
        if each.column and not each.references and (is_reference(columns[name]) or is_prose(columns[name]))
    }


def personal(text: str) -> bool:
    """Whether a value may name a person, or show how to reach one."""
    upper = text.upper()
    if re.search(EMAIL, text) or any(re.fullmatch(each, upper) for each in PERSONAL):
        return True
    named = re.fullmatch(rf"({_TITLE} )?([A-Z]\.? ?)*{NAME}|[A-Z][.,]? [A-Z][A-Z'-]+", upper)
    return bool(named) and ("," in text or re.findall(r"[a-z]+", text.casefold())[0] not in _begin_codes())


@cache
def _begin_codes() -> frozenset[str]:
    """First words of the codes in the schema and of those that reviews commonly use: no first names."""
    columns = [column for schema in SCHEMAS.values() for column in schema.columns().values()]
    codes = [code for column in columns if isinstance(column, dy.Enum) for code in column.categories]
    return frozenset([*_BEGIN_CODES.split(), "right", *(code.split()[0] for code in codes)])
