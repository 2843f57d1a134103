"""The Check page: a draft pasted, its marks in place, and the sentence that says how it stands."""

import datetime as dt
import io
import re

import docx
import pytest

from access.roles import Role
from access.services import services_of
from data.docx_reader import NO_WORD
from data.record import Kind
from metrics.statement.published import WRONG, Checked, Claim, Mark
from pages import check as draft
from pages.check import SYMBOLS, TONES, WORDS, draft_html, draft_summary, findings_html, how_good
from tests.pages.reading import headlines

DRAFT = (
    "In January, we confirmed that we had risk assessed each of the 3,778 applications. "
    "We have now found 33 failures, where adequate research was done. "
    "A small number of people could not be reached. <script>alert(1)</script>"
)
MARKED_DRAFT = 'We said "33" <b>failures</b> & 5 referrals, adequate research.'


def html(test) -> str:
    return "\n".join(each.proto.body for each in test.get("html"))


def pasted(app, text: str, *, day: dt.date | None = None, role: Role = Role.PRESS_OFFICER):
    test = app("check", role=role)
    test.text_area[0].set_value(text)
    if day is not None:
        test.date_input[0].set_value(day)
    test.button[0].click().run()
    assert not test.exception
    return test


def test_a_draft_is_compared_with_what_was_published_and_marked_in_its_place(app):
    test = pasted(app, DRAFT, day=dt.date(2024, 5, 30))
    assert [each.value for each in test.header] == [
        "1 of 4 numbers is not as published, 1 sum or phrase is wrong and 2 are unclear."
    ]
    shown = html(test)
    assert '<mark class="candour-wrong" title="differs from what was published, finding 1">3,778<sup' in shown
    assert "Release 3 of 11 January 2024 said that 3,582 applications had been risk assessed" in shown
    assert "As published on 11 January 2024, 3,582 applications had been risk assessed." in shown
    assert ">adequate research<sup" in shown
    # What to correct comes first, then the draft with its marks.
    assert headlines(test)[:4] == [
        "Your draft", "Correct first", "Unclear", "The draft, marked",
    ]  # fmt: skip
    assert "<script>" not in shown
    assert "&lt;script&gt;alert(" in shown


def test_only_that_a_draft_was_checked_is_written_down(app, demonstration):
    pasted(app, "We have found 4,321 failures.")
    record = services_of(demonstration.folder).review.record
    assert record.about(Kind.CONSULTATION, "check of a draft")
    with record.reading() as rows:
        assert not any("4,321" in f"{each.scope} {each.reason}" for each in rows)


def test_a_statement_is_compared_with_what_had_been_published_by_its_own_day(app):
    assert pasted(app, "We found 25 failures.", day=dt.date(2024, 1, 12)).header[0].value == (
        "The one number is as published."
    )
    early = pasted(app, "We found 25 failures.", day=dt.date(2023, 1, 1))
    assert [each.value for each in early.error] == [
        "Nothing had been published by that day: there is nothing to hold a draft against."
    ]


def test_before_anything_is_pasted_the_page_says_what_it_does_and_how_good_it_is(app):
    test = app("check", role=Role.PRESS_OFFICER)
    assert test.header[0].value == "Paste a draft to compare its numbers with what was published."
    assert "on 281 numbers in 195 unseen sentences" in test.caption[-1].value
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
    test = app("check", role=Role.PRESS_OFFICER)
    test.get("file_uploader")[0].upload("draft.docx", content, "application/octet-stream")
    test.button[0].click().run()
    assert [each.value for each in test.error] == ([said] if said else [])
    assert ("34<sup" in html(test)) is not bool(said)


def document(words: str) -> bytes:
    out, made = io.BytesIO(), docx.Document()
    made.add_paragraph(words)
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "errors"), [(document("We have found 34 failures."), []), (b"PK nonsense", [NO_WORD])]
)
def test_a_document_is_read_once_however_often_the_page_runs(app, monkeypatch, content, errors):
    reads, read = [], draft.read_manuscript
    monkeypatch.setattr(draft, "read_manuscript", lambda each: reads.append(each) or read(each))
    test = app("check", role=Role.PRESS_OFFICER)
    test.get("file_uploader")[0].upload("draft.docx", content, "application/octet-stream")
    test.button[0].click().run()
    header = [each.value for each in test.header]
    test.run()
    test.run()
    assert reads == [content]
    assert [each.value for each in test.error] == errors
    assert [each.value for each in test.header] == header
    other = ("other.docx", document("Nothing."), "application/octet-stream")
    test.get("file_uploader")[0].set_value(other)
    test.button[0].click().run()
    assert len(reads) == 2
    assert draft.READ in test.session_state
    test.get("file_uploader")[0].clear()
    test.button[0].click().run()
    assert draft.READ not in test.session_state


def claim(text: str, mark: Mark, sentence: str = "Why & how.", instead: str = "") -> Claim:
    start = MARKED_DRAFT.index(text)
    return Claim(start, start + len(text), text, mark, sentence, instead=instead)


def test_every_mark_has_a_symbol_and_words_of_its_own():
    assert set(SYMBOLS) == set(WORDS) == set(Mark)
    assert len(set(SYMBOLS.values())) == len(set(WORDS.values())) == len(Mark)
    assert not WRONG & set(TONES)


def test_the_draft_is_whole_and_escaped_with_its_marks_in_place():
    turn = claim("adequate research", Mark.OPPOSITE)
    found = Checked(MARKED_DRAFT, (claim("33", Mark.MATCHES), claim("5", Mark.SMALL)), (turn,))
    numbers = {id(each): place for place, each in enumerate((*found.claims, *found.cross_checks), start=1)}
    shown = draft_html(found, numbers)
    bare = re.sub(r"<mark[^>]*>([^<]*)<sup.*?</mark>", r"\1", shown)
    assert bare == "We said &quot;33&quot; &lt;b&gt;failures&lt;/b&gt; &amp; 5 referrals, adequate research."
    assert re.findall(r'<mark class="candour-(\w+)" title="[^"]*finding (\d)">', shown) == [
        ("right", "1"),
        ("wrong", "2"),
        ("wrong", "3"),
    ]


def test_what_was_found_is_listed_with_its_reason_and_what_to_say_instead():
    each = claim("5", Mark.DIFFERS, instead="Say <4>.")
    assert findings_html([each], {id(each): 7}) == (
        "<li>\N{NOT EQUAL TO}7 <strong>5</strong>: Differs from what was published. Why &amp; how."
        "<br>Say instead: <strong>Say &lt;4&gt;.</strong></li>"
    )


def checked(*marks: Mark, beside: int = 0) -> Checked:
    claims = tuple(Claim(place, place + 1, "1", mark, "Why.") for place, mark in enumerate(marks))
    return Checked("1" * len(marks), claims, tuple(Claim(0, 1, "1", Mark.SUM, "Why.") for _ in range(beside)))


def test_the_summary_says_how_many_are_wrong_of_those_that_are_figures():
    found = checked(Mark.MATCHES, Mark.DIFFERS, Mark.ANOTHER_DAY, Mark.NO_FIGURE, Mark.UNCLEAR, beside=1)
    assert draft_summary(found) == (
        "2 of 4 numbers are not as published, 1 sum or phrase is wrong and 1 is unclear."
    )


def test_it_is_never_fine_where_something_could_not_be_told():
    assert draft_summary(checked(Mark.MATCHES, Mark.UNCLEAR)) == (
        "Nothing contradicts what was published, but 1 of 2 numbers is unclear."
    )
    assert draft_summary(checked(Mark.MATCHES, Mark.MATCHES)) == "All 2 numbers are as published."
    assert draft_summary(checked(Mark.MATCHES)) == "The one number is as published."


def test_a_draft_without_a_figure_is_not_said_to_be_right():
    said = "No number in this draft can be checked against the review."
    assert draft_summary(checked()) == draft_summary(checked(Mark.NO_FIGURE)) == said
    assert draft_summary(checked(beside=2)) == "2 sums or phrases are wrong."


def test_one_number_that_is_wrong_is_said_as_one():
    assert draft_summary(checked(Mark.SMALL)) == "The one number is not as published."


def test_the_page_prints_what_was_measured_on_text_that_its_makers_had_not_seen():
    words = how_good()
    for figure in (
        "281 numbers",
        "195 unseen sentences",
        "64% of its alarms",
        "4 of 13",
        "74% of wrong numbers",
    ):
        assert figure in words
    assert "It called 4 wrong numbers “as published”." in words
    assert "November 2026, before the latest repairs" in words
