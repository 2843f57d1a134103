"""The Check page: a draft pasted, its marks in place, and the sentence that says how it stands."""

import datetime as dt
import io

import docx
import pytest

from access.roles import Role
from access.services import services_of
from data.kinds import Kind

DRAFT = (
    "In January, we confirmed that we had risk assessed each of the 3,778 applications. "
    "We have now found 33 failures, where adequate research was done. "
    "A small number of people could not be reached. <script>alert(1)</script>"
)


def html(test) -> str:
    return "\n".join(each.proto.body for each in test.get("html"))


def pasted(app, text: str, *, day: dt.date | None = None, role: Role = Role.PRESS_OFFICER):
    test = app("check.py", role=role)
    test.text_area[0].set_value(text)
    if day is not None:
        test.date_input[0].set_value(day)
    test.button[0].click().run()
    assert not test.exception
    return test


def test_a_draft_is_held_against_what_was_published_and_marked_in_its_place(app):
    test = pasted(app, DRAFT, day=dt.date(2024, 5, 30))
    assert [each.value for each in test.header] == [
        "1 of 4 numbers is not as published, 1 sum or turn of words is wrong and 2 could not be told."
    ]
    shown = html(test)
    assert '<mark class="candour-wrong" title="differs from what was published, finding 1">3,778<sup' in shown
    assert "Release 3 of 11 January 2024 said that 3,582 applications had been risk assessed" in shown
    assert "As published on 11 January 2024, 3,582 applications had been risk assessed." in shown
    assert ">adequate research<sup" in shown
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(" in shown


def test_only_that_a_draft_was_checked_is_written_down(app, demonstration):
    pasted(app, "We have found 4,321 failures.")
    record = services_of(demonstration.folder).review.record
    assert record.about(Kind.CONSULTATION, "check of a draft")
    with record.reading() as rows:
        assert not any("4,321" in f"{each.scope} {each.reason}" for each in rows)


def test_a_statement_is_held_against_what_had_been_published_by_its_own_day(app):
    assert pasted(app, "We found 25 failures.", day=dt.date(2024, 1, 12)).header[0].value == (
        "The one number is as published."
    )
    early = pasted(app, "We found 25 failures.", day=dt.date(2023, 1, 1))
    assert [each.value for each in early.error] == [
        "Nothing had been published by that day: there is nothing to hold a draft against."
    ]


def test_before_anything_is_pasted_the_page_says_what_it_does_and_how_good_it_is(app):
    test = app("check.py", role=Role.PRESS_OFFICER)
    assert test.header[0].value == "Paste a draft: every number in it is held against what was published."
    assert "on 281 numbers in 195 sentences it had not seen" in test.caption[-1].value
    assert test.text_area[0].value == ""
    assert test.date_input[0].value == dt.date(2024, 5, 30)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"PK nonsense", "This is no Word document: save it as .docx, or paste its words."), (None, "")],
)
def test_a_document_is_read_or_refused_in_one_sentence(app, content, said):
    if content is None:
        document, out = docx.Document(), io.BytesIO()
        document.add_paragraph("We have found 34 failures.")
        document.save(out)
        content = out.getvalue()
    test = app("check.py", role=Role.PRESS_OFFICER)
    test.get("file_uploader")[0].upload("draft.docx", content, "application/octet-stream")
    test.button[0].click().run()
    assert [each.value for each in test.error] == ([said] if said else [])
    assert ("34<sup" in html(test)) is not bool(said)
