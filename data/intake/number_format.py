"""What the cells of a workbook show of a number, by its number format."""

import re
import zipfile
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from xml.etree import ElementTree as ET

# A double shows 15 digits of any number as they were typed.
MOST_DIGITS = 15
GENERAL = "General"

Section = list[tuple[str, str]]
"""One part of a number format: each of its marks after the kind that it is of."""


def displayed(number: str, form: str) -> tuple[str, str]:
    """Text of a cell with this number in this format, and "", or "" and the kind of cell that it is."""
    try:
        value = Decimal(number.strip())
    except InvalidOperation:
        return "", "nan"
    if not value.is_finite():
        return "", "nan"
    first, *others = _sections(form)
    if any(kind == "date" for kind, _ in first):
        return "", "date"
    if abs(value) >= 10**MOST_DIGITS or len(value.normalize().as_tuple().digits) > MOST_DIGITS:
        return "", "digits"
    shown = _shown(value, first, others)
    return ("", "shown") if shown is None else (shown, "")


def _shown(value: Decimal, first: Section, others: list[Section]) -> str | None:
    plain = re.sub(r"(\.\d*?)0+$", r"\1", format(value, "f")).removesuffix(".")
    if [kind for kind, _ in first] == ["text"]:
        return plain
    if value < 0 and others:
        return None
    section = others[1] if not value and len(others) > 1 else first
    if any(kind == "unknown" for kind, _ in section):
        return None
    shown = _filled(section, plain.lstrip("-"))
    return f"-{shown}" if value < 0 and shown is not None else shown


# Room that is left blank, colours and countries are of no kind.
_PARTS = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<stroke>.)|[_*].|'
    r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|\$-[^\]]*)\]|"
    r"(?P<date>\[[hms]+\]|[dmyhs])|(?P<text>general|@)|(?P<place>[0#.,])|"
    r"(?P<sign>[-+()!^&'~{}<>= $])|(?P<end>;)|(?P<unknown>.)",
    re.IGNORECASE | re.DOTALL,
)


@lru_cache(maxsize=1_000)
def _sections(form: str) -> list[Section]:
    sections: list[Section] = [[]]
    for part in _PARTS.finditer(form):
        kind = part.lastgroup
        if kind == "end":
            sections.append([])
        elif kind:
            is_literal = kind in ("quoted", "stroke", "sign")
            sections[-1].append(("literal" if is_literal else kind, part[kind]))
    return sections


def _filled(section: Section, digits: str) -> str | None:
    """Number as a section shows it; None where it leaves digits out, or does more than set them."""
    whole, _, fraction = digits.partition(".")
    marks = "".join(mark for kind, mark in section if kind == "place")
    before, _, after = marks.partition(".")
    literals = "".join(mark for kind, mark in section if kind == "literal").strip()
    if any(kind == "text" for kind, _ in section) or not before.strip(",") or before.endswith(","):
        return None
    if marks.count(".") > 1 or "," in after or len(fraction) > len(after):
        return None
    if not literals and before.count("0") <= 1:
        return digits
    if "," in before or after:
        return None
    return _set_between(section, whole.lstrip("0"))


def _set_between(section: Section, digits: str) -> str:
    """Digits in the places of a section, the last in the last; more digits than places stand in the first."""
    places = sum(kind == "place" for kind, _ in section)
    shown: list[str] = []
    for kind, mark in reversed(section):
        if kind == "literal":
            shown.append(mark)
            continue
        places -= 1
        here = digits if not places else digits[-1:]
        digits = "" if not places else digits[:-1]
        shown.append(here or ("0" if mark == "0" else ""))
    return "".join(reversed(shown)).strip()


# Formats that a workbook names by a number alone; those of dates, of which some are of one country, too.
_BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0", 43: "#,##0.00;-#,##0.00", 48: "##0.0E+0", 49: "@",
} | dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "d")  # fmt: skip


def formats(parts: zipfile.ZipFile) -> list[str]:
    if "xl/styles.xml" not in parts.namelist():
        return []
    styles = ET.fromstring(parts.read("xl/styles.xml"))
    own = {
        form.get("numFmtId"): form.get("formatCode", "") for form in styles.iterfind("{*}numFmts/{*}numFmt")
    }
    numbers = [style.get("numFmtId", "0") for style in styles.iterfind("{*}cellXfs/{*}xf")]
    forms = (own.get(number, _BUILT_IN.get(int(number), "?")) for number in numbers)
    return [GENERAL if form.casefold() == "general" or not form else form for form in forms]
