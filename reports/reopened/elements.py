"""Read the elements of a tagged PDF in the order in which a screen reader reads them, and compare them."""

import io
from collections.abc import Iterator
from typing import NamedTuple

import pikepdf

from reports.reopened.difference import NotAsAsked, must
from reports.reopened.document import About, check_around
from reports.reopened.paper import Page, read, squeezed

_HOLD = {"/Document", "/L", "/LI", "/Div", "/Table", "/THead", "/TBody", "/TR"}
_SAY = {"/Title", "/H1", "/P", "/Lbl", "/LBody", "/Caption", "/Figure", "/TH", "/TD"}
_WITHIN = {"/Strong", "/Span"}


class Element(NamedTuple):
    """One element of the document: what it is, what it says, and of a picture what is said instead."""

    role: str
    text: str
    alt: str = ""


class Margins(NamedTuple):
    """What stands at the head and the foot of each page, and which words may stand on one again."""

    above: str
    below: str
    again: tuple[str, ...]


def compare(file: bytes, about: About, asked: list[Element], margins: Margins) -> None:
    """Compare a document with what was asked to leave.

    Raises:
        NotAsAsked: it differs, or holds anything more.
    """
    try:
        opened = pikepdf.open(io.BytesIO(file), attempt_recovery=False)
        must(not opened.check_pdf_syntax() and not opened.get_warnings(), "its objects")
    except pikepdf.PdfError:
        raise NotAsAsked("its objects") from None
    with opened:
        check_around(opened, file, about)
        pages = [read(page) for page in opened.pages]
        found = list(_elements(opened, pages))
        must(not any(page.marked for page in pages), "a text that no element has")
        must(found == asked, _difference(found, asked))
        _check_margins(pages, margins)


def said(role: str, text: str) -> Element:
    """Return an element that says a text, without the spaces at which a line may have ended."""
    return Element(role, squeezed(text))


def _elements(opened: pikepdf.Pdf, pages: list[Page]) -> Iterator[Element]:
    """Read the document's elements in their order, each with the texts that are its own."""
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

    def elements_of(node: pikepdf.Object) -> Iterator[Element]:
        role = str(node.S)
        must(not {"/ActualText", "/E"} & set(node.keys()), "a text that stands for another")
        if role in _SAY:
            yield Element(role, "".join(texts_of(node, None)), squeezed(str(node.get("/Alt", ""))))
            return
        must(role in _HOLD, f"an element {role}")
        for kid in _kids(node):
            must(isinstance(kid, pikepdf.Dictionary), "a text outside an element")
            yield from elements_of(kid)

    for kid in _kids(opened.Root.StructTreeRoot):
        yield from elements_of(kid)


def _kids(node: pikepdf.Object) -> list[pikepdf.Object]:
    held = node.get("/K")
    return [] if held is None else list(held) if isinstance(held, pikepdf.Array) else [held]


def _check_margins(pages: list[Page], margins: Margins) -> None:
    again = {squeezed(each) for each in margins.again}
    for number, page in enumerate(pages, 1):
        must(page.above == squeezed(margins.above), "the head of a page")
        foot = squeezed(f"{margins.below}Page {number} of {len(pages)}")
        must(page.below == foot, "the foot of a page")
        must(all(each in again for each in page.repeated), "what stands on a page a second time")


def _difference(found: list[Element], asked: list[Element]) -> str:
    """Say where two documents part, and never with which words."""
    parted = next(
        (n for n, (one, other) in enumerate(zip(found, asked, strict=False)) if one != other), len(asked)
    )
    role = asked[parted].role if parted < len(asked) else "more"
    return f"element {parted + 1}, {role.strip('/')}"
