import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pikepdf

from reports.content import Content
from reports.press.notice import Issue, notice_of
from reports.typesetting import TEMPLATES, Paper, pictured
from reports.verify.checks import NotAsAsked, check_numbers, elements_of, must, spoken_texts

_HEAD = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"
_ROOT = {
    "/Lang", "/MarkInfo", "/Metadata", "/Outlines", "/Pages", "/StructTreeRoot", "/Type",
    "/ViewerPreferences"
}  # fmt: skip
_PAGE = {"/Contents", "/MediaBox", "/Parent", "/Resources", "/StructParents", "/Tabs", "/Type"}
_HOLD = {"/Document", "/L", "/LI", "/Div", "/Table", "/THead", "/TBody", "/TR"}
_SAY = {"/Title", "/H1", "/P", "/Lbl", "/LBody", "/Caption", "/Figure", "/TH", "/TD"}
_WITHIN = {"/Strong", "/Span"}
_ROLES = {
    "body": "/P", "title": "/Title", "line": "/P", "heading": "/H1", "point": "/LBody", "caption": "/P",
    "head": "/TH", "cell": "/TD",
}  # fmt: skip
_LANGUAGE, _BULLET, _MINUS = "en-GB", "•", "\u2212"
_A4 = [0, 0, 595.2756, 841.8898]
_ROW = re.compile(rb"(\d{10}) (\d{5}) ([nf])\r\n")
_ENDS = re.compile(rb"[^\n]\nendobj\n\n?\Z")
_RESOURCES = {"/ColorSpace", "/ExtGState", "/Font", "/ProcSet"}
# All that our pages do besides writing: nothing of it shows a word.
_DRAWING = {
    "q", "Q", "cm", "cs", "CS", "scn", "SCN", "w", "J", "j", "M", "d", "gs", "m", "l", "c", "h", "re", "f",
    "f*", "S", "B", "B*", "n", "W", "W*", "BT", "ET", "Tr", "Tm", "Td"
}  # fmt: skip
_MAPPED = re.compile(r"<([0-9A-F]{4})> <((?:[0-9A-F]{4})+)>")
_SINGLE = re.compile(r"\d+ beginbfchar\n(.*?)\nendbfchar", re.DOTALL)


@dataclass
class Words:
    """marked: texts by the number of their element. above, below: the head and foot of the page."""

    marked: dict[int, str] = field(default_factory=dict[int, str])
    above: str = ""
    below: str = ""
    repeated: list[str] = field(default_factory=list[str])


class Element(NamedTuple):
    """Without the spaces, at which a line may have ended. alt: of a picture."""

    role: str
    text: str
    alt: str = ""


class Asked(NamedTuple):
    """above, below: the head and the foot of each page."""

    title: str
    headings: list[str]
    elements: list[Element]
    above: str
    below: str
    created_at: dt.datetime


def check(file: bytes, content: Content) -> None:
    title = f"Briefing: {' '.join(content.review.split())}"
    headings, elements = [section.heading for section in content.sections], list(briefing_elements(content))
    above, below = content.marking, f"{content.marking}{content.days}"
    _compare(file, Asked(title, headings, elements, above, below, content.created_at))


def check_release(file: bytes, issue: Issue) -> None:
    notice = notice_of(issue)
    headings, elements = [part.heading for part in notice.parts], list(_elements_of(notice))
    above, below = " · ".join(issue.marks), issue.short
    _compare(file, Asked(issue.title, headings, elements, above, below, issue.published_at))
    shown = "\n".join(element.text for element in elements)
    must(all(squeezed(text) in shown for text in _texts_of(issue)), "a text that is missing")
    check_numbers(spoken_texts(notice), issue)


def _texts_of(issue: Issue) -> Iterator[str]:
    """Yield what a notice must say, whatever `notice_of` makes of it."""
    public = issue.public
    yield from (public.title, public.body, public.review, public.rule, public.precedence, public.where_from)
    yield from (issue.moment, issue.withdrawal, issue.reason, issue.status, issue.digest)
    yield from (*public.note.splitlines(), *map(str, public.dated_notes))
    yield from (change.sentence for change in public.changes)
    yield from (issue.help.emergency, issue.help.how_to_apply, issue.help.contact, issue.help.website)
    for figure in public.figures:
        yield from (*figure.titles, figure.rule, *(name for cell in figure.cells for name in cell.where))


def briefing_elements(content: Content) -> Iterator[Element]:
    """Yield the elements of a briefing: written apart from `paper_of`, so that what that loses is found."""
    from reports.paper_charts import svg

    yield _element("/Title", f"Briefing: {content.review}")
    caution = f"Publication: {content.caution}" if content.caution else ""
    moment = f"Made: {content.created_at:%Y-%m-%d %H:%M:%S} UTC by {content.created_by}"
    reason = "" if content.reason is None else f"Reason: {content.reason}"
    yield from _lines((content.body, content.days, moment, caution, reason))
    for section in content.sections:
        yield _element("/H1", section.heading)
        yield from (*_lines(section.lines), *_points(section.points))
        for chart in section.charts:
            yield _element("/Caption", chart.title)
            yield _element("/Figure", "".join(pictured(svg(chart))), chart.alt)
        for table in section.tables:
            yield from _lines((table.title, table.subtitle))
            yield from (_element("/TH", name) for name in table.rows.columns)
            for value in (value for row in table.rows.iter_rows() for value in row):
                text = f"{value:,}".replace("-", _MINUS) if isinstance(value, int) else value or ""
                yield _element("/TD", text)


def _elements_of(notice: Paper) -> Iterator[Element]:
    for kind, text in elements_of(notice):
        if kind == "point":
            yield _element("/Lbl", _BULLET)
        if kind in _ROLES:
            yield _element(_ROLES[kind], text)


def _element(role: str, text: str, alt: str = "") -> Element:
    return Element(role, squeezed(text), squeezed(alt))


def _lines(lines: tuple[str, ...]) -> Iterator[Element]:
    yield from (_element("/P", line) for line in lines if line)


def _points(points: tuple[tuple[str, str], ...]) -> Iterator[Element]:
    for lead, rest in points:
        yield from (_element("/Lbl", _BULLET), _element("/LBody", f"{lead}{rest}"))


def _compare(file: bytes, asked: Asked) -> None:
    try:
        with pikepdf.open(io.BytesIO(file), attempt_recovery=False) as opened:
            must(not opened.check_pdf_syntax() and not opened.get_warnings(), "its objects")
            _refuse_gaps(file, len(opened.objects))
            _refuse_unnamed(opened)
            _check_facts(opened, asked)
            pages = [read(page) for page in opened.pages]
            elements = list(_elements(opened, pages))
    # A document of ours has every key.
    except (pikepdf.PdfError, UnicodeDecodeError, AttributeError, KeyError):
        raise NotAsAsked("its objects") from None
    must(not any(page.marked for page in pages), "a text that no element has")
    must(elements == asked.elements, _difference(elements, asked.elements))
    # The head of a table that goes on may stand on a page once more.
    again = {element.text for element in elements if element.role == "/TH"}
    for number, page in enumerate(pages, 1):
        must(page.above == squeezed(asked.above), "the head of a page")
        must(page.below == squeezed(f"{asked.below}Page {number} of {len(pages)}"), "the foot of a page")
        must(again.issuperset(page.repeated), "what stands on a page a second time")


def _difference(elements: list[Element], asked: list[Element]) -> str:
    """Say where two documents part, and never with which words."""
    pairs = zip(elements, asked, strict=False)
    parted = next((n for n, (one, other) in enumerate(pairs) if one != other), len(asked))
    role = asked[parted].role if parted < len(asked) else "more"
    return f"element {parted + 1}, {role.strip('/')}"


def _check_facts(opened: pikepdf.Pdf, wanted: Asked) -> None:
    root, where = opened.Root, "its description"
    must(set(root.keys()) == _ROOT and str(root.Lang) == _LANGUAGE, where)
    must(bool(root.MarkInfo.Marked) and bool(root.ViewerPreferences.DisplayDocTitle), where)
    must(set(root.ViewerPreferences.keys()) == {"/Direction", "/DisplayDocTitle"}, where)
    for page in opened.pages:
        must(set(page.obj.keys()) == _PAGE, "what a page has besides its words")
        must([float(side) for side in page.obj.MediaBox] == _A4, "the size of a page")
    facts = {name: str(value) for name, value in opened.docinfo.items()}
    program = facts.get("/Creator", "")
    must(re.fullmatch(r"Typst \d+\.\d+\.\d+", program), "what made it")
    moment = f"D:{wanted.created_at:%Y%m%d%H%M%S}Z"
    asked = {"/Title": wanted.title, "/Creator": program, "/CreationDate": moment, "/ModDate": moment}
    must(facts == asked, where)
    number, again = (str(part) for part in opened.trailer.ID)
    must(number == again and set(opened.trailer.keys()) == {"/ID", "/Info", "/Root", "/Size"}, "its end")
    template = (TEMPLATES / "metadata.xml").read_text(encoding="utf-8")
    metadata = re.sub(r"\n( ?)", r"\1", template).format(
        title=escape(wanted.title, {'"': "&quot;", "'": "&apos;"}),
        program=program,
        language=_LANGUAGE,
        created_at=wanted.created_at,
        pages=len(opened.pages),
        number=number,
    )
    must(root.Metadata.read_bytes().decode() == metadata, where)
    with opened.open_outline() as outline:
        headings = [(item.title, list(item.children)) for item in outline.root]
    must(headings == [(heading, []) for heading in wanted.headings], "its list of headings")


def _refuse_gaps(file: bytes, objects: int) -> None:
    """Refuse bytes that belong to no object: before, between or behind them."""
    begins, _, ends = file.rpartition(b"startxref\n")
    listed = int(ends.removesuffix(b"\n%%EOF")) if re.fullmatch(rb"\d+\n%%EOF", ends) else -1
    table, _, trailer = begins[listed:].partition(b"trailer\n")
    must(re.fullmatch(rb"<<[^\n]*>>\n", trailer), "its end")
    rows = _ROW.findall(table)
    listing = b"xref\n0 %d\n" % len(rows) + b"".join(b"%b %b %b\r\n" % row for row in rows)
    must(listed > 0 and table == listing, "its list of objects")
    places = [int(place) for place, _, kind in rows if kind == b"n"]
    must(len(places) == objects and places == sorted(places), "its list of objects")
    must(file.startswith(_HEAD) and places[0] == len(_HEAD), "a gap")
    for number, (begin, end) in enumerate(pairwise([*places, listed]), 1):
        part = file[begin:end]
        must(part.startswith(b"%d 0 obj\n" % number) and _ENDS.search(part), "a gap")


def _refuse_unnamed(opened: pikepdf.Pdf) -> None:
    reached = set[tuple[int, int]]()
    nodes: list[Any] = [opened.trailer.Root, opened.trailer.Info]
    while nodes:
        node = nodes.pop()
        if isinstance(node, pikepdf.Object) and node.is_indirect:
            if node.objgen in reached:
                continue
            reached.add(node.objgen)
        if isinstance(node, pikepdf.Array):
            nodes += list(node)
        elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
            nodes += list(node.values())
    must(reached == {item.objgen for item in opened.objects}, "an object that nothing names")


def _elements(opened: pikepdf.Pdf, pages: list[Words]) -> Iterator[Element]:
    numbers = {page.obj.objgen: number for number, page in enumerate(opened.pages)}

    def texts_of(node: pikepdf.Object, page: int | None) -> Iterator[str]:
        here = numbers[node.Pg.objgen] if "/Pg" in node else page
        for kid in _kids(node):
            if isinstance(kid, int):
                must(here is not None and kid in pages[here].marked, "a text of an element")
                yield pages[here or 0].marked.pop(kid)
            elif "/MCID" in kid:
                yield pages[numbers[kid.Pg.objgen]].marked.pop(int(kid.MCID), "")
            else:
                must(str(kid.S) in _WITHIN, f"an element {kid.get('/S')} within another")
                yield from texts_of(kid, here)

    def elements_in(node: pikepdf.Object) -> Iterator[Element]:
        role = str(node.S)
        must(not {"/ActualText", "/E"} & set(node.keys()), "a text that stands for another")
        if role in _SAY:
            yield Element(role, "".join(texts_of(node, None)), squeezed(str(node.get("/Alt", ""))))
            return
        must(role in _HOLD, f"an element {role}")
        for kid in _kids(node):
            must(isinstance(kid, pikepdf.Dictionary), "a text outside an element")
            yield from elements_in(kid)

    for kid in _kids(opened.Root.StructTreeRoot):
        yield from elements_in(kid)


def _kids(node: pikepdf.Object) -> list[pikepdf.Object]:
    kids = node.get("/K")
    return [] if kids is None else list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def squeezed(text: str) -> str:
    # At a space a line may have ended.
    return "".join(unicodedata.normalize("NFC", text).split())


def read(page: pikepdf.Page) -> Words:
    """Read every text that is drawn on a page; refuse one that draws what no page of ours draws."""
    must(set(page.obj.Resources.keys()) <= _RESOURCES, "what a page draws with")
    fonts = {name: _letters(font) for name, font in page.obj.Resources.Font.items()}
    words, letters = Words(), dict[int, str]()
    mark, text = None, ""
    for operands, operator in pikepdf.parse_content_stream(page):
        named = str(operator)
        if named in ("BDC", "BMC"):
            must(mark is None, "what its texts belong to")
            mark, text = _mark(operands), ""
        elif named == "EMC":
            must(mark is not None, "what its texts belong to")
            _note(words, mark, squeezed(text))
            mark = None
        elif named == "Tf":
            letters = fonts[str(operands[0])]
        elif named in ("Tj", "TJ"):
            must(mark is not None, "a text that belongs to nothing")
            text += "".join(_spelt(operands[0], letters))
        else:
            must(named in _DRAWING, f"what a page does ({named})")
    must(mark is None, "what its texts belong to")
    return words


def _mark(operands: Any) -> str | int:  # noqa: ANN401  # a list of pikepdf's own
    """Return the number of an element, or the kind of what every page has."""
    tag, facts = str(operands[0]), operands[1] if len(operands) > 1 else pikepdf.Dictionary()
    must("/ActualText" not in facts, "a text that stands for another")
    if tag == "/Artifact":
        return str(facts.get("/Subtype", ""))
    must("/MCID" in facts, "what its texts belong to")
    return int(facts["/MCID"])


def _note(words: Words, mark: str | int | None, text: str) -> None:
    if isinstance(mark, int):
        must(mark not in words.marked, "what its texts belong to")
        words.marked[mark] = text
    elif mark == "/Header":
        words.above += text
    elif mark == "/Footer":
        words.below += text
    elif text:
        words.repeated.append(text)


def _spelt(operand: Any, letters: dict[int, str]) -> Iterator[str]:  # noqa: ANN401  # of pikepdf's kinds
    for string in operand if isinstance(operand, pikepdf.Array) else [operand]:
        if isinstance(string, pikepdf.String):
            codes = bytes(string)
            for at in range(0, len(codes), 2):
                code = int.from_bytes(codes[at : at + 2], "big")
                must(code in letters, "a letter without a name")
                yield letters[code]


def _letters(font: pikepdf.Object) -> dict[int, str]:
    unicode = font.ToUnicode.read_bytes().decode("ascii")
    must("beginbfrange" not in unicode and str(font.Encoding) == "/Identity-H", "the letters of a font")
    lines = "\n".join(_SINGLE.findall(unicode))
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in _MAPPED.findall(lines)}
