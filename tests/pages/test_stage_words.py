"""The founding register, whose stages have other names in its terms: no page or file has the usual ones."""

import io
import re
import shutil

import pytest
from openpyxl import load_workbook

from access.roles import Role
from data.publishing.content import Bound, Draft
from data.terms import Stages
from metrics.as_at import Clocks
from pages.registry import REGISTRY, open_to
from reports.export_request import Asked, issue_of
from reports.exports import Format, export, make
from reports.press.notice import notice_of
from service.releases.publishing import Press
from service.view import Source
from tests.pages.reading import tables, texts
from tests.pages.test_examples import TABS, source_of
from tests.pages.test_main import opened

OTHERS = {
    "triage": "sift", "triages": "sifts", "triaged": "sifted",
    "detailed_review": "full audit", "detailed_reviews": "full audits", "detailed_reviewed": "audited in full",
    "any_review": "audit", "any_reviews": "audits",
    "second_look": "peer audit", "second_looks": "peer audits",
    "sample_check": "dip test", "sample_checks": "dip tests",
    "failure": "omission", "failures": "omissions", "failed": "let down",
    "referral": "escalation", "referrals": "escalations", "refer": "escalate", "referred": "escalated",
    "recommendation": "lesson", "recommendations": "lessons",
    "enquiry": "letter", "enquiries": "letters",
}  # fmt: skip
USUAL = re.compile(
    rf"\b(?:{'|'.join(Stages().model_dump()[name] for name in OTHERS if not name.startswith('any_'))})\b",
    re.IGNORECASE,
)
# What the register and the code hold in these words: codes, promises, notes and names of tables.
RECORDED = re.compile(
    r"no failure|failure found|failure added|failure taken back|referred late|referred elsewhere|criminal referral"
    r"|learning recommendation$|“[^”]*”|[A-Z]{2,3}-\d+|^referred$|referred, being assessed|failure, member of staff"
    r"|refer all failures, finish by a day|answer enquiries and other|Most of the triage team.*"
    r"|^recommendations$|^referrals and recommendations$|^None[?].*"
)
PATHS = {entry.path for entry in REGISTRY}
PUBLISHED = ("Headlines", "Check", "Releases")
"""Pages that repeat what was published before the words were changed."""
NEW = ("sifted", "Full audit", "Omission", "Escalation", "Peer audit", "Dip test")


@pytest.fixture(scope="module")
def folder(untouched, tmp_path_factory):
    folder = shutil.copytree(untouched, tmp_path_factory.mktemp("stages") / "review")
    terms = folder / "terms.toml"
    words = "\n".join(f'{name} = "{word}"' for name, word in OTHERS.items())
    terms.write_text(f"{terms.read_text('utf-8')}\n[stages]\n{words}\n", encoding="utf-8")
    return folder


@pytest.fixture
def source(folder, monkeypatch) -> Source:
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    return source_of(folder, Role.ANALYST)


def usual(text: str) -> list[str]:
    # An address is none of the words.
    shown = "" if text in PATHS or text.startswith("as_at=") else RECORDED.sub("", text)
    return [
        f"“{found[0]}”: …{shown[max(found.start() - 60, 0) : found.end() + 60]}"
        for found in USUAL.finditer(shown)
    ]


@pytest.mark.long
def test_no_page_has_the_usual_word_of_a_stage_and_each_new_one_is_there(folder, source, monkeypatch):
    wrong, read = dict[str, list[str]](), list[str]()
    for entry in open_to(Role.CHIEF_OFFICER, source):
        for tab in tabs if (tabs := [""]) and entry.title not in PUBLISHED else ():
            query = {TABS.get(entry.title, "tab"): tab} if tab else {}
            page = opened(folder, monkeypatch, Role.CHIEF_OFFICER, entry.path, as_at="2024-01-11", **query)
            assert not page.exception
            words = list(texts(page))
            read += words
            wrong[f"{entry.title} {tab}"] = [one for text in words for one in usual(text)]
            tabs += [] if tab else [one.label for one in page.tabs][1:]
    assert {place: words for place, words in wrong.items() if words} == {}
    assert [word for word in NEW if not any(word in text for text in read)] == []


def test_the_address_of_a_page_is_not_renamed(folder, monkeypatch):
    page = opened(folder, monkeypatch, Role.ANALYST, "failures")
    assert page.title[0].value == "Omissions"
    assert any(
        "Omission ref" in rows.columns
        for rows in tables(opened(folder, monkeypatch, Role.ANALYST, "failures", tab="Rows"))
    )


@pytest.mark.long
def test_no_file_has_the_usual_word_of_a_stage(source):
    clocks = Clocks(source.last_day, source.last_day)
    book = make(export("workbook"), Asked(export="workbook", clocks=clocks).content(source), Format.XLSX)
    sheets = load_workbook(io.BytesIO(book.content))
    cells = [str(cell) for sheet in sheets for row in sheet.values for cell in row if cell is not None]
    cells = [*sheets.sheetnames, *(cell for cell in cells if "_" not in cell)]
    briefing = str(Asked(export="briefing", clocks=clocks).content(source))
    assert [one for text in [*cells, briefing] for one in usual(text)] == []
    for metric in source.catalogue():
        asked = Asked(export="figures", figures=(metric.name,), clocks=clocks)
        assert not source.loaded([metric.name]) or usual(str(asked.content(source).tables)) == []


def test_the_notice_of_a_release_has_the_words_of_the_review(folder, source):
    press = Press(source)
    names = ("risk_assessed", "sent_on", "completed", "failures", "failures_with_harm", "referrals")
    drafted = press.draft(
        Draft(
            title="Omissions found", as_at=source.last_day, known_at=source.last_day, status="provisional",
            nature="update", note="More was found.", figures=[Bound(figure=name) for name in names],
        )
    )  # fmt: skip
    assert press.counted_draft(drafted.id).errors == ()
    press.submit(drafted.id, seen=drafted.seen)
    approver = Press(source_of(folder, Role.RELEASE_APPROVER))
    approver.approve(drafted.id, seen=approver.release(drafted.id).seen)
    issue = issue_of(approver, drafted.id)
    notice = str(notice_of(issue))
    assert usual(notice) == []
    assert "omissions had been found" in notice
    assert "applications had been sifted" in notice
