"""Lists of the terms that the first load fills with the codes that it brings."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from data.errors import UserError, refusal
from data.intake.cells import meant
from data.intake.extract import folded, plain
from data.intake.mapping import Plan
from data.intake.privacy import personal
from data.intake.sources import Feed
from data.schema import SCHEMAS, listed_columns
from data.terms import Terms

MOST_CODES, LONGEST_CODE, IN_A_LINE = 1_000, 80, 8
Lists = dict[str, tuple[str, ...]]


def lists_in(feeds: Iterable[Feed], mapping: Plan, terms: Terms) -> Lists:
    """Return the codes of files for the lists that the data is to fill; UserError: they are no codes."""
    texts: dict[str, dict[str, str]] = {}
    for feed in feeds if terms.lists_from_data else ():
        for name, closed in listed_columns(SCHEMAS[feed.plan.table]).items():
            if closed in terms.lists_from_data and name in feed.plan.columns:
                codes = _codes(feed, name, mapping.nulls(feed.plan))
                texts.setdefault(closed, {}).update(codes)
    for closed, codes in texts.items():
        if len(codes) > MOST_CODES or any(len(code) > LONGEST_CODE for code in codes.values()):
            raise refusal("no_codes", closed=closed, codes=len(codes), most=MOST_CODES, longest=LONGEST_CODE)
        if any(map(personal, codes.values())):
            raise refusal("people_as_codes", closed=closed)
    return {closed: tuple(sorted(codes.values(), key=_in_order)) for closed, codes in texts.items() if codes}


def _codes(feed: Feed, name: str, nulls: frozenset[str]) -> dict[str, str]:
    """Return the codes of one column by their folded text, translated as the mapping has it."""
    given, header = feed.plan.columns[name], feed.header
    if given.value is not None:
        return {folded(given.value): given.value}
    extract = feed.extract().without_totals(feed.source.name)
    cells = meant(extract, header, feed.plan).rows[str(header.place(given.column or ""))]
    none = nulls | {folded(text) for text in given.null}
    ours = {folded(theirs): code for theirs, code in given.codes.items()}
    codes: dict[str, str] = {}
    for text in sorted(cells.unique(), reverse=True):
        bare = folded(text)
        if bare and bare not in none:
            code = ours.get(bare) or " ".join(plain(text).split())
            codes[folded(code)] = code
    return codes


def _in_order(code: str) -> tuple[bool, int, str]:
    """Numbers first, in their order."""
    return not code.isdecimal(), int(code) if code.isdecimal() else 0, code.casefold()


def with_lists(terms: Terms, lists: Lists) -> Terms:
    still_open = tuple(name for name in terms.lists_from_data if name not in lists)
    return terms.model_copy(update={"lists": {**terms.lists, **lists}, "lists_from_data": still_open})


def new_codes(feeds: Iterable[Feed], mapping: Plan, terms: Terms) -> Lists:
    """Return the codes of files that the terms lack, without those that may be of people."""
    news: dict[str, dict[str, str]] = {}
    for feed in feeds:
        for name, closed in listed_columns(SCHEMAS[feed.plan.table]).items():
            given = feed.plan.columns.get(name)
            if given and given.otherwise is None and closed not in terms.lists_from_data:
                known = set(map(folded, terms.codes(closed)))
                codes = _codes(feed, name, mapping.nulls(feed.plan))
                own = {
                    bare: code
                    for bare, code in codes.items()
                    if bare not in known and len(code) <= LONGEST_CODE and not personal(code)
                }
                news.setdefault(closed, {}).update(own)
    return {
        closed: tuple(sorted(codes.values(), key=_in_order))
        for closed, codes in news.items()
        if 0 < len(codes) <= MOST_CODES
    }


def write_lists(path: Path, lists: Mapping[str, tuple[str, ...]], text: str = "") -> None:
    """Write lists into the terms, which stay as they are otherwise; text: terms that take their place.

    UserError: they cannot be written.
    """
    if not lists and not text:
        return
    try:
        document = tomlkit.parse(text or path.read_text(encoding="utf-8"))
        for name, codes in lists.items():
            section = document["lists"]
            section[name] = tomlkit.item(list(codes)).multiline(len(codes) > IN_A_LINE)  # pyright: ignore
        path.write_text(document.as_string(), encoding="utf-8")
    except (OSError, TOMLKitError) as error:
        raise UserError(f"The lists cannot be written into {path.name}: {error}.") from error
