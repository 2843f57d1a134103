"""Every file is read again and compared with what was asked for: `NotAsAsked` where it differs."""

import datetime as dt
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, chain
from typing import Any, cast

import pikepdf
import polars as pl
import polars.selectors as cs
import pyarrow as pa
import pyarrow.parquet as pq
from markupsafe import escape

from data.csv_safe import difference, escaped, safe
from data.formatting import written_day
from metrics.clauses import spoken
from reports import table_files
from reports.content import Content, for_spreadsheets, plain_rows
from reports.press import image, markup, notice, release_workbook
from reports.press.notice import Issue, notice_of
from reports.reader import NotAsAsked, must, read, read_markup, squeezed, unpacked
from reports.table_files import AS_TEXT, STYLES, Book
from reports.typesetting import TEMPLATES, Paper, pictured, texts, typeset

Texts = Iterable[tuple[str, str]]  # each after what it is, in the order in which they are read

# What a spreadsheet would run, however it splits a text: written here again, and otherwise.
_RUNS = re.compile(r"[=+\-@＝＋－＠]")  # noqa: RUF001
_SPLITS, _NOTE = re.compile(r"[\t\r\n;|]"), re.compile(r"\[note \d+\]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_NAMED = {"figure", "by", "treatment", "kind", "origin"}  # never shown
_CORE, _THEME, _STRINGS = "docProps/core.xml", "xl/theme/theme1.xml", "xl/sharedStrings.xml"
_PARTS = {
    "[Content_Types].xml", "_rels/.rels", "docProps/app.xml", _CORE, "xl/styles.xml", "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels", _THEME, _STRINGS,
}  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_ESCAPED = re.compile("(_x[0-9A-Fa-f]{4}_)")
_CELL, _VALUE = re.compile(r'<c r="[A-Z]{1,3}\d{1,7}"'), re.compile(r"<v>-?\d+(?:\.\d+)?(?:e[+-]\d+)?</v>")
_BODY = "word/document.xml"
_TEXT_WIDTH = 9354  # of a Word document, in twentieths of a point
_LANGUAGE = "en-GB"


def template_of(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def check_texts(written: Sequence[str], asked: Texts, where: str) -> None:
    """Compare texts that are written piece by piece: where one ends that was asked for, a piece ends too."""
    whole, ends, place = "".join(written), {0, *accumulate(map(len, written))}, 0
    for number, (kind, text) in enumerate(asked, 1):
        must(whole.startswith(text, place) and place + len(text) in ends, f"{where}: text {number}, a {kind}")
        place += len(text)
    must(place == len(whole), f"{where}: a text more")


def check_csv(file: bytes, content: Content) -> None:
    rows, lines = for_spreadsheets(content.table.rows), table_files.above(content)
    where = difference(io.BytesIO(file), rows, content.marking, lines)
    must(not where, where)
    # The texts of the file are these, to the letter.
    cells = (text for column in escaped(rows).select(cs.string()) for text in column.drop_nulls().unique())
    over = map(safe, (content.marking, *lines, *rows.columns))
    must(not any(map(_could_run, chain(cells, over))), "a text that could run")


def _could_run(text: str) -> bool:
    if text[:1] in {"\t", "\r", "\n", "\0"} and text:
        return True
    unseen = "".join({letter for letter in text if letter.isspace() or not letter.isprintable()})
    return any(_RUNS.match(part.lstrip(unseen)) for part in _SPLITS.split(text))


def check_parquet(file: bytes, content: Content) -> None:
    try:
        table = pq.ParquetFile(io.BytesIO(file)).read()
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise NotAsAsked("its columns") from None
    asked, oldest = plain_rows(content.table.rows), pl.CompatLevel.oldest()
    schema = asked.clear().to_arrow(compat_level=oldest).schema.with_metadata(table_files.metadata(content))
    must(table.schema.equals(schema, check_metadata=True), "the kinds of its columns")
    # Its columns written again are the same bytes: nothing is before, between or behind them.
    again = io.BytesIO()
    pq.write_table(table, again, compression="zstd", write_statistics=False, write_page_index=False)
    must(again.getvalue() == file, "what it holds besides its columns")
    must(_bits(pl.DataFrame(table)).equals(_bits(asked)), "its columns")


def _bits(rows: pl.DataFrame) -> pl.DataFrame:
    # -0 is not 0.
    short, long = pl.col(pl.Float32), pl.col(pl.Float64)
    return rows.with_columns(short.reinterpret(dtype=pl.UInt32), long.reinterpret(dtype=pl.UInt64))


def check_numbers(words: Iterable[str], issue: Issue, *, every: bool = True) -> None:
    """Refuse a number that was not published; every: and one that was and is missing."""
    public, numbers = issue.public, set(_numbers(words))
    dumped = (public.model_dump(exclude={"as_at", "known_at"}), issue.help.model_dump())
    days = (written_day(public.as_at), written_day(public.known_at), *map(str, public.dated_notes))
    ours = (str(public.number), str(public.version), issue.digest, "SHA-256", issue.moment)
    published = set(_numbers((*texts(dumped, _NAMED), *days, *ours, issue.withdrawal, issue.reason)))
    must(numbers <= published, "a number that was not published")
    cells = (cell for figure in public.figures for cell in figure.cells)
    given = {cell.shown for cell in cells if cell.number is not None}
    must(not every or set(_numbers(given)) <= numbers, "a number that is missing")


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


def check_xlsx(file: bytes, content: Content) -> None:
    _check_book(file, table_files.book_of(content))


def check_release_xlsx(file: bytes, issue: Issue) -> None:
    book = release_workbook.book_of(issue)
    _check_book(file, book)
    cells = (((sheet.name, column), value) for sheet in book.sheets for _, column, _, value in sheet.cells())
    # The numbers of notes and sheets are ours.
    contents, notes = release_workbook.CONTENTS, release_workbook.NOTES
    ours = {(contents, 0), (contents, 1), (notes, 0)}
    check_numbers((_NOTE.sub("", str(value)) for place, value in cells if place not in ours), issue)


def _check_book(file: bytes, book: Book) -> None:
    from xlsxwriter.theme import THEME_XML_2007  # a start need not wait for it

    parts, sheets = unpacked(file), dict(enumerate(book.sheets, 1))
    with_tables = [number for number, sheet in sheets.items() if sheet.columns]
    names = {f"xl/worksheets/sheet{number}.xml" for number in sheets} | _PARTS
    names |= {f"xl/worksheets/_rels/sheet{number}.xml.rels" for number in with_tables}
    names |= {f"xl/tables/table{number}.xml" for number, _ in enumerate(with_tables, 1)}
    must(parts.keys() == names, "the list of its parts")
    must(parts.pop(_THEME) == THEME_XML_2007, f"the part {_THEME}")
    author, moment = as_written(book.author), f"{book.created_at:%Y-%m-%dT%H:%M:%SZ}"
    facts = [*filter(None, (as_written(book.title), author, author)), moment, moment]
    asked = {*facts, f"&C{book.printed}", f"&C{book.printed}&RPage &P of &N"}
    for sheet in book.sheets:
        asked |= {sheet.name, sheet.table, f"'{sheet.name}'!A1", *sheet.columns}
        asked |= {as_written(value) for *_, value in sheet.cells() if isinstance(value, str)}
    strings = parts.pop(_STRINGS)
    for name, part in parts.items():
        # Where each cell lies and what its number is are compared below.
        alike = _VALUE.sub("<v>0</v>", _CELL.sub('<c r="A1"', part))
        words = read_markup(alike, "workbook", asked, f"the part {name}")
        cells = _CELL.findall(part)
        must(len(cells) == len(set(cells)) == part.count("<v>"), f"the part {name}")
        must(name != _CORE or words == facts, f"the part {name}")
    _check_cells(file, book)
    read_markup(strings, "workbook", asked, f"the part {_STRINGS}")


def _check_cells(file: bytes, book: Book) -> None:
    try:
        import openpyxl  # a start need not wait for it

        opened = openpyxl.load_workbook(io.BytesIO(file))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise NotAsAsked("its cells") from None
    must(opened.sheetnames == [sheet.name for sheet in book.sheets], "the list of its sheets")
    pages: list[Any] = opened.worksheets
    for number, (page, sheet) in enumerate(zip(pages, book.sheets, strict=True), 1):
        printed = (page.oddHeader.center.text or "", page.oddFooter.center.text or "")
        must(set(printed) == {book.printed}, f"sheet {number}, its header or footer in print")
        asked = {(row + 1, column + 1): (style, value) for row, column, style, value in sheet.cells()}
        for cell in (cell for row in page.iter_rows() for cell in row):
            style, value = asked.pop((cell.row, cell.column), ("plain", None))
            link = cell.hyperlink
            leads = (link.target, link.location, link.display) if link else ()
            alike = leads == ((None, f"'{value}'!A1", value) if style == "link" else ())
            look = STYLES[style].get("num_format", "General")
            alike = alike and (value is None or cell.number_format == ("@" if look == AS_TEXT else look))
            must(alike and _alike(cell.value, value), f"sheet {number}, cell {cell.coordinate}")
        must(not asked, f"sheet {number}, cells that are missing")


def _alike(read: object, value: object) -> bool:
    if isinstance(value, str):
        value = as_written(value).replace("x005F_", "")  # openpyxl leaves the other escapes as they are
    elif isinstance(value, dt.date):
        value = dt.datetime.combine(value, dt.time())
    return repr(read) == repr(value)  # 1 is not 1.0, and 0.0 is not -0.0


def as_written(text: str) -> str:
    """Return a text as the format holds it: what looks like one of its own escapes is escaped."""
    return _CONTROL.sub(lambda letter: f"_x{ord(letter[0]):04X}_", _ESCAPED.sub(r"_x005F\1", text))


def check_docx(file: bytes, issue: Issue) -> None:
    paper, parts = notice_of(issue), unpacked(file)
    must(tuple(parts) == markup.PARTS, "the list of its parts")
    moment = f"{issue.published_at:%Y-%m-%dT%H:%M:%SZ}"
    words: dict[str, list[tuple[str, str]]] = {
        _BODY: list(elements_of(paper))[len(paper.marks) : -1],
        _CORE: [("fact", text) for text in (paper.title, paper.body, _LANGUAGE, moment, moment)],
        "word/header.xml": [("mark", " · ".join(paper.marks))],
        "word/footer.xml": [("foot", text) for text in (paper.foot, "Page ", " of ")],
    }
    asked = {text for part in words.values() for _, text in part}
    asked |= {text for part in paper.parts for point in part.points for text in point}
    asked |= {str(_TEXT_WIDTH // len(grid.columns)) for part in paper.parts for grid in part.grids}
    for name, part in parts.items():
        where, bare = f"the part {name}", part.removeprefix(markup.DECLARATION)
        if name in words:
            check_texts(read_markup(bare, "notice", asked, where), words[name], where)
        else:
            must(bare == markup.on_one_line(template_of(f"{markup.FOLDER}/{name}")), where)
    for tag in re.findall(r"<w:\w+Reference [^>]*>|<w:pg[^>]*>", template_of(f"{markup.FOLDER}/{_BODY}")):
        must(tag in parts[_BODY], "its header, footer or page")
    check_numbers(spoken_texts(paper), issue)


def check_page(file: bytes, issue: Issue) -> None:
    paper, policy = notice_of(issue), "default-src 'none';"
    try:
        page = file.decode()
    except UnicodeDecodeError:
        raise NotAsAsked("its text") from None
    for name, path in (("style", markup.STYLE), ("script", markup.SCRIPT)):
        code = template_of(path)
        must(page.count(f"<{name}>{code}</{name}>") == 1, f"its {name}")
        page, policy = page.replace(code, ""), f"{policy} {name}-src '{markup.digest_of(code)}';"
    policy += " base-uri 'none'; form-action 'none'"
    head = template_of(markup.PAGE).partition("<title>")[0]
    must(page.startswith(head.replace("{{ policy }}", escape(policy))), "its head")
    links = re.findall('<a href="([^"]*)" rel="noreferrer">', page)
    must(links == [escape(issue.help.website)] * bool(issue.help.website), "where it leads to")
    # Where to get help comes first, and leads to the website of the force.
    parts = tuple(markup.reading_order(paper.parts))
    elements = list(elements_of(replace(paper, parts=parts)))
    place = len(paper.marks) + 3 + len(paper.lines) + len(parts[0].lines)
    elements[place:place] = [("link", issue.help.website)]
    title = ("title", f"{paper.title} - {paper.body}")
    exits = (("link", "Skip to the release"), ("link", "Exit this page"), ("line", markup.EXIT_WORDS))
    asked = {policy, *(text for part in parts for point in part.points for text in point)}
    asked |= {text for _, text in (title, *exits, *elements)}
    words = read_markup(page.replace(">\n", ">"), "page", asked, "its markup")
    check_texts(words, (title, *exits, *elements), "its words")
    check_numbers(spoken_texts(paper), issue)


def check_image(file: bytes, issue: Issue) -> None:
    # No program reads a picture's words for certain: they are read in the same drawing as a PDF.
    drawn = typeset(image.TEMPLATE, image.fields_of(issue), issue.published_at)
    with pikepdf.open(io.BytesIO(drawn)) as opened:
        must(len(opened.pages) == 1, "what does not fit into it")
        written = list(read(opened.pages[0]).marked.values())
    figure = image.shown_in(issue)
    how, emergency = notice.remark(figure.whole), issue.help.emergency.partition(". ")[0].removesuffix(".")
    unit = notice.unit_of(figure, figure.whole) + (f" ({how})" if how else "")
    asked = [*issue.marks, issue.public.body, figure.title, spoken(figure.whole), unit, issue.short]
    asked.append(f"{emergency}.")
    check_texts(written, [("line", squeezed(text)) for text in asked], "what is written in it")
    described = [f"{name}\0\0\0en-GB\0\0{text}" for name, text in image.described(issue)]
    must(all(text.encode() in file for text in described), "its words")
    check_numbers([*asked, *described], issue, every=False)


def check_pdf(file: bytes, content: Content) -> None:
    below = f"{content.marking}{content.days}"
    _check_paper(file, briefing_elements(content), (content.marking,), below, content.created_at)


def check_release_pdf(file: bytes, issue: Issue) -> None:
    paper = notice_of(issue)
    shown = "\n".join(map(squeezed, spoken_texts(paper)))
    must(all(squeezed(text) in shown for text in _texts_of(issue)), "a text that is missing")
    must((paper.body, paper.title) == (issue.public.body, issue.title), "a text that is missing")
    check_numbers(spoken_texts(paper), issue)
    _check_paper(file, elements_of(paper), issue.marks, issue.short, issue.published_at)


def _texts_of(issue: Issue) -> Iterator[str]:
    """Yield what a notice must say, whatever `notice_of` makes of it."""
    public, help_ = issue.public, issue.help
    yield from (public.title, public.body, public.review, public.rule, public.precedence, public.where_from)
    yield from (issue.moment, issue.withdrawal, issue.reason, issue.status, issue.digest)
    yield from (help_.emergency, help_.how_to_apply, help_.contact, help_.website, *public.note.splitlines())
    yield from (*map(str, public.dated_notes), *(change.sentence for change in public.changes))
    for figure in public.figures:
        yield from (*figure.titles, figure.rule, *(name for cell in figure.cells for name in cell.where))


def briefing_elements(content: Content) -> Iterator[tuple[str, str]]:
    """Yield what a briefing says: written apart from `paper_of`, so that what it loses is missed."""
    from reports.paper_charts import svg

    yield "title", f"Briefing: {' '.join(content.review.split())}"
    caution = f"Publication: {content.caution}" if content.caution else ""
    moment = f"Made: {content.created_at:%Y-%m-%d %H:%M:%S} UTC by {content.created_by}"
    reason = "" if content.reason is None else f"Reason: {content.reason}"
    yield from (("line", line) for line in (content.body, content.days, moment, caution, reason) if line)
    for section in content.sections:
        yield from (("heading", section.heading), *(("line", line) for line in section.lines if line))
        yield from (("point", f"{lead}{rest}") for lead, rest in section.points)
        for chart in section.charts:
            yield from (("caption", chart.title), ("alternative", chart.alt))
            yield "picture", "".join(pictured(svg(chart)))
        for table in section.tables:
            yield from (("line", line) for line in (table.title, table.subtitle) if line)
            yield from (("head", name) for name in table.rows.columns)
            for value in (value for row in table.rows.iter_rows() for value in row):
                yield "cell", f"{value:,}".replace("-", "\u2212") if isinstance(value, int) else value or ""


def _check_paper(file: bytes, elements: Texts, marks: Sequence[str], below: str, at: dt.datetime) -> None:
    """marks, below: the head and the foot of each page."""
    elements = [(kind, text) for kind, text in elements if kind not in {"mark", "foot"}]
    words = [(kind, squeezed(text)) for kind, text in elements if kind != "alternative" and text != "•"]
    try:
        with pikepdf.open(io.BytesIO(file), attempt_recovery=False) as opened:
            must(not opened.check_pdf_syntax() and not opened.get_warnings(), "its objects")
            must(file.startswith(b"%PDF-1.7\n") and file.endswith(b"%%EOF"), "its begin or its end")
            sizes = {tuple(map(float, page.obj.MediaBox)) for page in opened.pages}
            must(sizes == {(0, 0, 595.2756, 841.8898)}, "the size of a page")
            _check_objects(opened, elements, f"{at:%Y-%m-%dT%H:%M:%S}")
            pages = list(map(read, opened.pages))
    # A document of ours has every key.
    except (pikepdf.PdfError, UnicodeDecodeError, AttributeError, KeyError):
        raise NotAsAsked("its objects") from None
    written = [text for page in pages for text in page.marked.values()]
    check_texts([text for text in written if text != "•"], words, "its words")
    # The head of a table that goes on may be on a page once more.
    again = {("", text) for kind, text in words if kind == "head"}
    for number, page in enumerate(pages, 1):
        parts = {"/Header": " · ".join(marks), "/Footer": f"{below}Page {number} of {len(pages)}"}
        for part, asked in parts.items():
            text = "".join(text for kind, text in page.around if kind == part)
            must(text == squeezed(asked), "the head or the foot of a page")
        must(again.issuperset(row for row in page.around if row[0] not in parts), "what is on a page twice")


def _check_objects(opened: pikepdf.Pdf, elements: Texts, moment: str) -> None:
    """Refuse an object that nothing names, a key that is not listed, and a text that was not asked for."""
    facts, number = {name: str(value) for name, value in opened.docinfo.items()}, str(opened.trailer.ID[0])
    must(re.fullmatch(r"Typst \d+\.\d+\.\d+", facts["/Creator"]), "what made it")
    asked = {unicodedata.normalize("NFC", text) for _, text in elements}
    asked |= {facts["/Creator"], f"D:{re.sub('[-:T]', '', moment)}Z", number, _LANGUAGE, "Adobe", "Identity"}
    listed = set(template_of("tags/pdf.txt").splitlines())
    reached, nodes = set[tuple[int, int]](), [("trailer", cast("Any", opened.trailer))]
    while nodes:
        key, node = nodes.pop()
        if isinstance(node, pikepdf.Object) and node.is_indirect:
            if node.objgen in reached:
                continue
            reached.add(node.objgen)
        if isinstance(node, pikepdf.Array):
            nodes += [(key, kid) for kid in node]
        elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
            kind = str(node.get("/Type", key))
            keys = {re.sub(r"[/\d]", "", f"{kind} {name}") for name, _ in node.items()}
            must(keys <= listed, "a kind of object")
            nodes += node.items()
        elif isinstance(node, pikepdf.String):
            must(str(node) in asked or re.fullmatch(r"U\d+x\d+y\d+", str(node)), "a text of an object")
    must(reached == {item.objgen for item in opened.objects}, "an object that nothing names")
    asked |= {f"{moment}+00:00", str(len(opened.pages))}
    read_markup(opened.Root.Metadata.read_bytes().decode(), "metadata", asked, "its description")
