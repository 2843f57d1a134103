"""Every role at the door by which files leave, for every export in every format, by every way to it."""

import datetime as dt
import io
import time
import zipfile
from collections.abc import Callable
from itertools import groupby

import pikepdf
import polars as pl
import pytest
import sqlalchemy as sa

from access.roles import Role
from access.services import LASTS, Services, services_of
from data.connection import changing
from metrics.as_at import Clocks
from reports.export_request import Asked, AskedRelease
from reports.exports import Format
from reports.reader import read as read_page
from tests.pages.canary import CASE, DAY, STAFF
from tests.pages.matrix import CACHED, ENDED, LEAVES, NEVER, RUN_OUT, SLOW, STAFF_NAMED, TURNED, File, files
from tests.pages.test_fetching import Reader

WHY = "To see what leaves, and with whom."
TODAY = dt.datetime.now(dt.UTC).date()
CLOCKS = Clocks(DAY, DAY)
ASKED: dict[str, Callable[[Format], Asked | AskedRelease]] = {
    "figures": lambda format_: Asked(
        export="figures", figures=("failures",), clocks=CLOCKS, by=("area",), format=format_
    ),
    "cases": lambda format_: Asked(
        export="cases", figures=("failures",), clocks=CLOCKS, reason=WHY, format=format_
    ),
    "record": lambda format_: Asked(
        export="record", days=(TODAY - dt.timedelta(days=1), TODAY), format=format_
    ),
    "briefing": lambda format_: Asked(export="briefing", clocks=CLOCKS, format=format_),
    "workbook": lambda format_: Asked(export="workbook", clocks=CLOCKS, format=format_),
    "notice": lambda format_: AskedRelease(export="notice", release=1, format=format_),
    "release_workbook": lambda format_: AskedRelease(export="release_workbook", release=1, format=format_),
    "web_page": lambda format_: AskedRelease(export="web_page", release=1, format=format_),
    "social_image": lambda format_: AskedRelease(
        export="social_image", release=2, figure="population", format=format_
    ),
}
# What is in each export that leaves: without it, a search that finds nothing would prove nothing.
TELLTALE = {
    "figures": "north",
    "cases": CASE,
    "record": "reader 7",
    "briefing": "needs a decision",
    "workbook": "north",
    "notice": "Release 1",
    "release_workbook": "Release 1",
    "web_page": "Release 1",
    "social_image": "Release 2",
}
CELLS = {who: [*each] for who, each in groupby(files(), lambda each: (each.role, each.way))}


@pytest.fixture
def desk(planted, monkeypatch) -> Services:
    monkeypatch.setenv("CANDOUR_REVIEW", str(planted.folder))
    return services_of(planted.folder)


@pytest.fixture(scope="module")
def taken(planted) -> None:
    """Every file has been taken away already, by every role that may; what takes long, by one of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANDOUR_REVIEW", str(planted.folder))
        for cell in files():
            first = cell.role is min(LEAVES[cell.export])
            if cell.leaves and (cell.way == CACHED or (cell.export in SLOW and first)):
                Reader(services_of(planted.folder), cell.role).fetch(ASKED[cell.export](cell.format))


def other_than(role: Role, export: str) -> Role:
    """Return another role, one that may take the export away if there is one."""
    return next(
        each for each in sorted(Role, key=lambda each: each not in LEAVES[export]) if each is not role
    )


def answer(desk: Services, cell: File):
    """Ask for a file in one way."""
    asked = ASKED[cell.export](cell.format)
    other = other_than(cell.role, cell.export)
    reader = Reader(desk, *((other, cell.role) if cell.way == TURNED else (cell.role,)))
    owner = Reader(desk, other) if cell.way == "another visit's link" else reader
    ticket = desk.tickets.issue(owner.visit.digest, asked)
    if cell.way == TURNED:
        reader.visit.assume(cell.role)
    elif cell.way == ENDED:
        desk.farewell(reader.token)
    elif cell.way == RUN_OUT:
        ran_out(desk, reader.visit.digest)
    elif cell.way == NEVER:
        reader.token = "made-up"
    elif cell.way == "a link made up":
        ticket = "x" * 32
    elif cell.way == "a link too old":
        desk.tickets.requests.expire(time.monotonic() + LASTS)
    return reader.get(ticket)


def ran_out(desk: Services, digest: str) -> None:
    """Have a visit be one that nobody has used for sixteen minutes."""
    held = desk.review.ledger.tables.sessions
    with changing(desk.review.ledger.engine) as connection:
        connection.execute(
            sa.update(held).where(held.c.digest == digest).values(seen_at=held.c.seen_at - 16 * 60)
        )


def read(content: bytes, format_: Format) -> str:
    """Everything that a file says, and all that it holds besides."""
    if format_ in (Format.XLSX, Format.DOCX):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())
    if format_ is Format.PDF:
        return paper(content)
    if format_ is Format.PARQUET:
        held = io.BytesIO(content)
        return f"{pl.read_parquet_metadata(held)}\n{pl.read_parquet(held).rows()}"
    if format_ is Format.PNG:
        return content.decode("latin-1")
    return content.decode("utf-8-sig")


def paper(content: bytes) -> str:
    """All that is said on the pages of a PDF and of it, and every text in its objects."""
    with pikepdf.open(io.BytesIO(content)) as opened:
        pages = [page for each in opened.pages for page in read_page(each).marked.values()]
        held = [
            str(each.Alt)
            for each in opened.objects
            if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
        ]
        with opened.open_outline() as outline:
            headings = [each.title for each in outline.root]
        return "\n".join([*pages, *held, *headings, opened.Root.Metadata.read_bytes().decode()])


def wrong(cell: File, status: int, content: bytes) -> str:
    """Say what is wrong with an answer; nothing if it is as it must be."""
    if cell.leaves:
        text = read(content, cell.format) if status == 200 else ""
        if TELLTALE[cell.export] not in text:
            return f"{status}, and it is not the file"
        if (STAFF in text and cell.role not in STAFF_NAMED) or (CASE in text and cell.export != "cases"):
            return "it holds more than it should"
        return ""
    lost = cell.way in ("another visit's link", "a link too old", "a link made up")
    if status != (410 if lost else 403):
        return f"{status}"
    # A notice is a page of a few words: no file, and nothing of one.
    told = content.decode("utf-8")
    held = [each for each in (*TELLTALE.values(), STAFF, "CANARY") if each in told]
    return "" if told.startswith("<!doctype html>") and not held else f"it holds {held}"


@pytest.mark.long
@pytest.mark.parametrize(("role", "way"), CELLS)
def test_a_file_leaves_with_its_roles_and_nothing_of_it_with_anyone_else(request, desk, role, way):
    if way == CACHED:
        request.getfixturevalue("taken")
    faults = {}
    for cell in CELLS[role, way]:
        found = answer(desk, cell)
        faults[cell] = wrong(cell, found.status_code, found.content)
        if not cell.leaves and "attachment" in found.headers.get("content-disposition", ""):
            faults[cell] += "; it is an attachment"
    assert {cell: fault for cell, fault in faults.items() if fault} == {}


def test_every_export_is_asked_for():
    assert set(ASKED) == set(TELLTALE) == set(LEAVES)
