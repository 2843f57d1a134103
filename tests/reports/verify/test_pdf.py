import io
import re
from dataclasses import replace

import pikepdf
import pytest

from data.formatting import written_count
from reports.content import Section
from reports.press.notice import notice_of
from reports.press.notice import pdf as notice_pdf
from reports.typesetting import Grid, Paper, Part, Picture, pdf
from reports.verify.checks import NotAsAsked, spoken_texts
from reports.verify.pdf import briefing_elements, check, check_release
from tests.reports.conftest import briefing_of, chart_of
from tests.reports.press.releases import ISSUES, REAL
from tests.reports.press.releases import OTHERS as OTHER_RELEASES


@pytest.fixture(scope="module")
def file(briefing):
    return pdf(briefing)


def test_a_briefing_as_it_was_asked_for_leaves(file, briefing):
    check(file, briefing)
    with pikepdf.open(io.BytesIO(file)) as opened:
        assert len(opened.pages) == 2


def test_what_is_compared_is_every_sentence_and_every_number(briefing):
    asked = list(briefing_elements(briefing))
    said = "".join(each.text for each in asked)
    (table,) = briefing.every_table
    for row in table.rows.rows():
        for value in row:
            text = "" if value is None else value if isinstance(value, str) else written_count(value)
            assert "".join(text.split()).replace("-", "\u2212") in said
    picture = next(each for each in asked if each.role == "/Figure")
    assert picture.text == "north$x$<b>b</b>15117"
    assert picture.alt == "".join(briefing.sections[1].charts[0].alt.split())


def changed_text(briefing, **fields):
    return replace(briefing, **fields)


def with_section(briefing, number, **fields):
    sections = list(briefing.sections)
    sections[number] = replace(sections[number], **fields)
    return replace(briefing, sections=tuple(sections))


OTHERS = {
    "another sentence": lambda asked: with_section(asked, 0, lines=("All 3,777 applications are done.",)),
    "another heading": lambda asked: with_section(asked, 1, heading="Failure"),
    "a point in other words": lambda asked: with_section(asked, 0, points=(("Promise broken.", " “Words” office"),)),
    "another chart": lambda asked: with_section(asked, 1, charts=(chart_of("south", "$x$", "<b>b</b>"),)),
    "a picture with another message": lambda asked: with_section(
        asked, 1, charts=(replace(asked.sections[1].charts[0], alt="Another."),)
    ),
    "no chart": lambda asked: with_section(asked, 1, charts=()),
    "a number more": lambda asked: with_section(
        asked, 2, tables=(replace(asked.sections[2].tables[0], rows=asked.sections[2].tables[0].rows.head(59)),)
    ),
    "a section more": lambda asked: replace(asked, sections=(*asked.sections, Section(heading="More"))),
    "another marking": lambda asked: replace(asked, marking="OFFICIAL"),
    "other days": lambda asked: replace(asked, days="As at 12 January 2024."),
    "another review": lambda asked: replace(asked, review="The second review"),
    "another moment": lambda asked: replace(asked, created_at=asked.created_at.replace(second=0)),
    "another maker": lambda asked: replace(asked, created_by="analyst 8"),
}  # fmt: skip


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_briefing_that_says_anything_else_does_not_leave(file, briefing, other):
    with pytest.raises(NotAsAsked):
        check(file, other(briefing))


LOSSES = {
    "the body": ("Paper", lambda **asked: Paper(**asked | {"lines": asked["lines"][1:]})),
    "who made it": ("Paper", lambda **asked: Paper(**asked | {"lines": asked["lines"][:-1]})),
    "the foot": ("Paper", lambda **asked: Paper(**asked | {"foot": ""})),
    "the marking": ("Paper", lambda **asked: Paper(**asked | {"marks": ("OFFICIAL",)})),
    "a section": ("Paper", lambda **asked: Paper(**asked | {"parts": asked["parts"][1:]})),
    "a sentence": ("Part", lambda **asked: Part(**asked | {"lines": asked["lines"][1:]})),
    "a point": ("Part", lambda **asked: Part(**asked | {"points": asked["points"][1:]})),
    "a chart": ("Part", lambda **asked: Part(**asked | {"pictures": ()})),
    "a table": ("Part", lambda **asked: Part(**asked | {"grids": ()})),
    "a title of a chart": ("Picture", lambda title, alt, svg: Picture(alt, alt, svg)),
    "a word of a chart's alternative": ("Picture", lambda title, alt, svg: Picture(title, alt[:-1], svg)),
    "the days of a table": ("Grid", lambda **asked: Grid(**asked | {"subtitle": ""})),
    "a row": ("Grid", lambda **asked: Grid(**asked | {"rows": asked["rows"][1:]})),
}


@pytest.mark.parametrize(("kind", "lossy"), LOSSES.values(), ids=LOSSES)
def test_what_is_lost_where_a_briefing_is_composed_is_found(kind, lossy, briefing, monkeypatch):
    monkeypatch.setattr(f"reports.typesetting.{kind}", lossy)
    file = pdf(briefing)
    with pytest.raises(NotAsAsked):
        check(file, briefing)


def saved(change):
    """Write the file anew from its objects, changed."""

    def changed(file):
        written = io.BytesIO()
        with pikepdf.open(io.BytesIO(file)) as opened:
            change(opened)
            opened.save(written, static_id=True)
        return written.getvalue()

    return changed


def replaced(old, new):
    def changed(file):
        assert file.count(old) >= 1
        assert len(old) == len(new)
        return file.replace(old, new, 1)

    return changed


def hidden_behind(file):
    """An object that nothing names, listed as the others are."""
    begins, _, ends = file.rpartition(b"startxref\n")
    listed = int(ends.split(b"\n")[0])
    count = int(re.search(rb"xref\n0 (\d+)\n", begins[listed:])[1])
    secret = b"%d 0 obj\n(CASE-1)\nendobj\n\n" % count
    table = begins[listed:].replace(b"xref\n0 %d\n" % count, b"xref\n0 %d\n" % (count + 1))
    table = table.replace(b"trailer\n", b"%010d 00000 n\r\ntrailer\n" % listed).replace(
        b"/Size %d/" % count, b"/Size %d/" % (count + 1)
    )
    return begins[:listed] + secret + table + b"startxref\n%d\n%%%%EOF" % (listed + len(secret))


CHANGES = {
    "saved by another program": saved(lambda opened: None),
    "an action on opening": saved(lambda opened: opened.Root.update({"/OpenAction": pikepdf.Dictionary(S=pikepdf.Name.JavaScript)})),
    "an object that nothing names": hidden_behind,
    "something behind its end": lambda file: file + b"\nCASE-1",
    "something before it": lambda file: b"CASE-1\n" + file,
    "a letter of its title": replaced(b"(Briefing: The first review)", b"(Briefing: The worst review)"),
    "another language": replaced(b"/Lang(en-GB)", b"/Lang(cy-GB)"),
    "cut short": lambda file: file[:-40],
    "empty": lambda file: b"",
    "something else altogether": lambda file: b"PK\x03\x04",
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_file_that_was_changed_or_holds_anything_more_does_not_leave(file, briefing, change):
    with pytest.raises(NotAsAsked):
        check(change(file), briefing)


def test_what_differs_is_told_by_its_place_and_never_by_its_words(file, briefing):
    with pytest.raises(NotAsAsked, match=r"\(element 6, P\)"):
        check(file, with_section(briefing, 0, lines=("Secret words", "#x")))


def test_a_briefing_without_sections_is_one_page():
    asked = briefing_of()
    check(pdf(asked), asked)


@pytest.fixture(scope="module")
def notice():
    return notice_pdf(REAL)


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_a_notice_that_says_what_was_published_leaves(issue):
    check_release(notice_pdf(issue), issue)


NOTICE_LOSSES = {
    "the body": ("Paper", lambda **asked: Paper(**asked | {"body": ""})),
    "when it was published": ("Paper", lambda **asked: Paper(**asked | {"lines": asked["lines"][1:]})),
    "the status": ("Paper", lambda **asked: Paper(**asked | {"lines": asked["lines"][:-1]})),
    "the foot": ("Paper", lambda **asked: Paper(**asked | {"foot": ""})),
    "how to get help": ("Paper", lambda **asked: Paper(**asked | {"parts": asked["parts"][:-1]})),
    "the last line of a part": ("Part", lambda **asked: Part(**asked | {"lines": asked.get("lines", ())[:-1]})),
    "a table": ("Part", lambda **asked: Part(**asked | {"grids": ()})),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "lossy"), NOTICE_LOSSES.values(), ids=NOTICE_LOSSES)
def test_what_is_lost_where_a_notice_is_composed_is_found(kind, lossy, monkeypatch):
    monkeypatch.setattr(f"reports.press.notice.{kind}", lossy)
    file = notice_pdf(REAL)
    with pytest.raises(NotAsAsked):
        check_release(file, REAL)


@pytest.mark.parametrize("other", OTHER_RELEASES.values(), ids=OTHER_RELEASES)
def test_a_notice_of_any_other_release_does_not_leave(notice, other):
    with pytest.raises(NotAsAsked):
        check_release(notice, other)


NOTICE_CHANGES = {
    "saved by another program": saved(lambda opened: None),
    "an object that nothing names": hidden_behind,
    "something behind its end": lambda file: file + b"\nCASE-1",
    "another language": lambda file: file.replace(b"/Lang(en-GB)", b"/Lang(cy-GB)", 1),
    "cut short": lambda file: file[:-40],
    "empty": lambda file: b"",
}


@pytest.mark.parametrize("change", NOTICE_CHANGES.values(), ids=NOTICE_CHANGES)
def test_a_notice_that_was_changed_or_holds_anything_more_does_not_leave(notice, change):
    with pytest.raises(NotAsAsked):
        check_release(change(notice), REAL)


def test_what_is_spoken_of_a_notice_is_every_text_of_it():
    said = list(spoken_texts(notice_of(REAL)))
    for text in ("Test Police", "withheld", "Release 4", "Getting help", "How it is given", REAL.short):
        assert text in said
