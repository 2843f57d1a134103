import io
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator
from functools import cache
from xml.sax.saxutils import unescape
from zipfile import BadZipFile, ZipFile

from data.errors import UserError
from data.formatting import written_day
from reports.press.markup import packed
from reports.press.notice import Issue
from reports.typesetting import TEMPLATES, Paper, texts

WHERE = "its archive"
_SYSTEMS = {0, 3}  # DOS and Unix: all that our writers say of the system that packed a member
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_OF_OUR_WORDS = {"256"}  # of SHA-256
_NAMED = {"figure", "by", "treatment", "kind", "origin"}  # never shown
_PIECE = re.compile(r"(<[^<>]*>)([^<]*)")
_SIGNS = {"%": r"[A-Z]{0,3}\d{1,7}", "~": r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"}
_QUOTES = {"&#39;": "'", "&#34;": '"', "&quot;": '"', "&apos;": "'"}
_NEVER_CLOSED = {"?xml", "!doctype", "meta"}


class NotAsAsked(UserError):
    """A finished file differs from what was asked to leave, or holds something more."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The file differs from the request ({where}) and was not sent: try again, or ask whoever runs "
            "Candour."
        )


def must(as_asked: object, where: str) -> None:
    """Raise `NotAsAsked` unless the file is; `where` says in which part, and never with which value."""
    if not as_asked:
        raise NotAsAsked(where)


def unpacked(file: bytes) -> dict[str, str]:
    """Return the text of every member by its name.

    The members are packed anew, from the start of 1980, and must give the same bytes: so nothing lies before,
    between or behind them, and none has a remark, a date or a name of its own.
    """
    try:
        with ZipFile(io.BytesIO(file)) as archive:
            members = archive.infolist()
            texts = {member.filename: archive.read(member).decode() for member in members}
    except (BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raise NotAsAsked(WHERE) from None
    systems = {member.create_system for member in members}
    must(len(systems) == 1 and systems <= _SYSTEMS, WHERE)
    must(packed({name: text.encode() for name, text in texts.items()}, *systems) == file, WHERE)
    return texts


def read_markup(part: str, kind: str, asked: Container[str], where: str) -> list[str]:
    """Return the texts of a part in their order; refuse a tag, attribute or text not on its kind's list.

    The lists are in `templates/tags`: a tag a line, with the text behind it. "*" is for what was `asked` for,
    "%" for a count or the place of a cell, "~" for a number, all compared elsewhere.
    """
    part = part.replace("?>\n", "?>", 1)
    pieces = _PIECE.findall(part)
    must(sum(len(tag) + len(text) for tag, text in pieces) == len(part), where)
    counts, names = Counter(pieces), Counter[str]()
    must(all(_is_known(tag + text, kind, asked) for tag, text in counts), where)
    for (tag, _), count in counts.items():
        names[_name(tag)[1:]] += 0 if tag.endswith("/>") else count
    opened = {f"/{name}": names[name] for name in +names if name[0] != "/" and name not in _NEVER_CLOSED}
    must(opened == {name: names[name] for name in names if name[0] == "/"}, where)
    return [_plain(text) for _, text in pieces if text]


def _name(tag: str) -> str:
    return re.split(r"[\s>]", tag, maxsplit=1)[0]


def _plain(escaped: str) -> str:
    return unescape(escaped, _QUOTES)


def _is_known(piece: str, kind: str, asked: Container[str]) -> bool:
    matches = (pattern.fullmatch(piece) for pattern in _tags(kind).get(_name(piece), ()))
    return any(match and all(_plain(value) in asked for value in match.groups()) for match in matches)


@cache
def _tags(kind: str) -> dict[str, list[re.Pattern[str]]]:
    patterns = defaultdict[str, list[re.Pattern[str]]](list)
    for line in (TEMPLATES / "tags" / f"{kind}.txt").read_text(encoding="utf-8").splitlines():
        # A quote would end the value of an attribute, and begin another.
        tag, end, text = re.escape(line).partition(">")
        pattern = tag.replace(r"\*", '([^<>"]*)') + end + text.replace(r"\*", "([^<>]*)")
        for sign, stands_for in _SIGNS.items():
            pattern = pattern.replace(re.escape(sign), stands_for)
        patterns[_name(line)].append(re.compile(pattern))
    return patterns


def check_numbers(words: Iterable[str], issue: Issue, *, every: bool = True) -> None:
    """Refuse a number that was not published; every: and one that was and is missing."""
    numbers = set(_numbers(words))
    must(numbers <= _published(issue), "a number that was not published")
    cells = (cell for figure in issue.public.figures for cell in figure.cells)
    given = {cell.shown for cell in cells if cell.number is not None}
    must(not every or set(_numbers(given)) <= numbers, "a number that is missing")


def _published(issue: Issue) -> set[str]:
    public, help_ = issue.public, issue.help
    dumped = (public.model_dump(exclude={"as_at", "known_at"}), help_.model_dump())
    shown = [*texts(dumped, _NAMED), *map(str, (*public.dated_notes, public.number, public.version))]
    shown += [written_day(public.as_at), written_day(public.known_at), issue.moment, issue.digest]
    shown += [issue.withdrawal, issue.reason]
    return _OF_OUR_WORDS | set(_numbers(shown))


def _numbers(words: Iterable[str]) -> Iterator[str]:
    for text in words:
        yield from (number.replace(",", "") for number in _NUMBER.findall(text))


def elements_of(notice: Paper) -> Iterator[tuple[str, str]]:
    """Yield every text of a notice, after what it is, in the order in which it is read."""
    yield from (("mark", mark) for mark in notice.marks)
    yield from (("body", notice.body), ("title", notice.title), *(("line", line) for line in notice.lines))
    for part in notice.parts:
        yield from (("heading", part.heading), *(("line", line) for line in part.lines))
        yield from (("point", f"{lead}{rest}") for lead, rest in part.points)
        for grid in part.grids:
            yield from (("caption", grid.caption), *(("head", name) for name in grid.columns))
            yield from (("cell", cell) for row in grid.rows for cell in row)
    yield "foot", notice.foot


def spoken_texts(notice: Paper) -> list[str]:
    return [text for _, text in elements_of(notice)]
