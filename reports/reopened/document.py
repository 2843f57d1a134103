"""What a PDF of ours says of itself, written down a second time: to the letter, so that nothing hides.

Its objects lie one behind the other with nothing between them, and each is reached from the document.
"""

import datetime as dt
import re
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pikepdf

from reports.reopened.difference import must

_HEAD = b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"
_ROOT = {
    "/Lang", "/MarkInfo", "/Metadata", "/Outlines", "/Pages", "/StructTreeRoot", "/Type",
    "/ViewerPreferences",
}  # fmt: skip
_PAGE = {"/Contents", "/MediaBox", "/Parent", "/Resources", "/StructParents", "/Tabs", "/Type"}
_ROW = re.compile(rb"(\d{10}) (\d{5}) ([nf])\r\n")
_ENDS = re.compile(rb"[^\n]\nendobj\n\n?\Z")
_TYPST = re.compile(r"Typst \d+\.\d+\.\d+")
_LANGUAGE = "en-GB"
_MARKS = {'"': "&quot;", "'": "&apos;"}
_A4 = [0, 0, 595.2756, 841.8898]


class About(NamedTuple):
    """What a document calls itself, when it was made, in UTC, and its headings."""

    title: str
    made_at: dt.datetime
    headings: tuple[str, ...]


def check_around(opened: pikepdf.Pdf, file: bytes, about: About) -> None:
    """Compare all of a document but what its pages say with what was asked to leave.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    _refuse_gaps(file, len(opened.objects))
    must(_reached(opened) == {each.objgen for each in opened.objects}, "an object that nothing names")
    root = opened.Root
    must(set(root.keys()) == _ROOT and str(root.Lang) == _LANGUAGE, "what is said of it")
    must(bool(root.MarkInfo.Marked) and bool(root.ViewerPreferences.DisplayDocTitle), "what is said of it")
    must(set(root.ViewerPreferences.keys()) == {"/Direction", "/DisplayDocTitle"}, "what is said of it")
    for page in opened.pages:
        must(set(page.obj.keys()) == _PAGE, "what a page has besides its words")
        must([float(each) for each in page.obj.MediaBox] == _A4, "the size of a page")
    _check_said(opened, about)
    _check_outline(opened, about)


def _check_said(opened: pikepdf.Pdf, about: About) -> None:
    said = {name: str(each) for name, each in opened.docinfo.items()}
    program = said.get("/Creator", "")
    must(_TYPST.fullmatch(program), "what made it")
    made = f"D:{about.made_at:%Y%m%d%H%M%S}Z"
    wanted = {"/Title": about.title, "/Creator": program, "/CreationDate": made, "/ModDate": made}
    must(said == wanted, "what is said of it")
    number, again = (str(each) for each in opened.trailer.ID)
    must(number == again and set(opened.trailer.keys()) == {"/ID", "/Info", "/Root", "/Size"}, "its end")
    held = opened.Root.Metadata.read_bytes().decode()
    must(held == _metadata(about, program, number, len(opened.pages)), "what is said of it")


def _metadata(about: About, program: str, number: str, pages: int) -> str:
    made = f"{about.made_at:%Y-%m-%dT%H:%M:%S}+00:00"
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
        "xmpTPg": "http://ns.adobe.com/xap/1.0/t/pg/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
    }
    named = " ".join(f'xmlns:{name}="{address}" ' for name, address in spaces.items())
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="xmp-writer">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {named}><dc:title><rdf:Alt><rdf:li xml:lang="x-default">'
        f"{escape(about.title, _MARKS)}</rdf:li></rdf:Alt></dc:title>"
        f"<xmp:CreatorTool>{program}</xmp:CreatorTool>"
        f"<dc:language><rdf:Bag><rdf:li>{_LANGUAGE}</rdf:li></rdf:Bag></dc:language>"
        f"<xmp:ModifyDate>{made}</xmp:ModifyDate><xmp:CreateDate>{made}</xmp:CreateDate>"
        f"<pdfuaid:part>1</pdfuaid:part><xmpTPg:NPages>{pages}</xmpTPg:NPages>"
        f"<dc:format>application/pdf</dc:format><xmpMM:InstanceID>{number}</xmpMM:InstanceID>"
        f"<xmpMM:DocumentID>{number}</xmpMM:DocumentID><xmpMM:RenditionClass>proof</xmpMM:RenditionClass>"
        "<pdf:PDFVersion>1.7</pdf:PDFVersion></rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="r"?>'
    )


def _check_outline(opened: pikepdf.Pdf, about: About) -> None:
    with opened.open_outline() as outline:
        found = [(item.title, list(item.children)) for item in outline.root]
    must(found == [(each, []) for each in about.headings], "its list of headings")


def _refuse_gaps(file: bytes, objects: int) -> None:
    """Refuse bytes that belong to no object: before, between or behind them."""
    begins, _, ends = file.rpartition(b"startxref\n")
    listed = int(ends.removesuffix(b"\n%%EOF")) if re.fullmatch(rb"\d+\n%%EOF", ends) else -1
    must(
        file.startswith(_HEAD) and begins[listed:].startswith(b"xref\n") and listed > 0, "its list of objects"
    )
    table, _, trailer = begins[listed:].partition(b"trailer\n")
    must(re.fullmatch(rb"<<[^\n]*>>\n", trailer), "its end")
    rows = _ROW.findall(table)
    head = b"xref\n0 %d\n" % len(rows)
    must(table == head + b"".join(b"%b %b %b\r\n" % row for row in rows), "its list of objects")
    places = [int(place) for place, _, kind in rows if kind == b"n"]
    must(len(places) == objects and places == sorted(places), "its list of objects")
    for number, (begin, end) in enumerate(zip([*places, listed], [*places[1:], listed], strict=False), 1):
        held = file[begin:end]
        must(held.startswith(b"%d 0 obj\n" % number) and _ENDS.search(held), "a gap")
    must(places[0] == len(_HEAD), "a gap")


def _reached(opened: pikepdf.Pdf) -> set[tuple[int, int]]:
    found = set[tuple[int, int]]()
    todo: list[Any] = [opened.trailer.Root, opened.trailer.Info]
    while todo:
        node = todo.pop()
        if isinstance(node, pikepdf.Object) and node.is_indirect:
            if node.objgen in found:
                continue
            found.add(node.objgen)
        if isinstance(node, pikepdf.Array):
            todo += list(node)
        elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
            todo += list(node.values())
    return found
