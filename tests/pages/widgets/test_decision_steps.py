"""The form to take or assign a decision, on the Overview."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from data.connection import changing
from data.decisions import DecisionSteps
from data.erase import _guards_off
from tests.pages.conftest import MAIN, sign_in

LAST = {"as_at": "2024-05-30"}
NOTE = "The oversight body was asked"


@pytest.fixture(scope="module")
def undecided(untouched: Path, tmp_path_factory) -> Path:
    """A copy of the demonstration in which nothing is decided."""
    return Path(shutil.copytree(untouched, tmp_path_factory.mktemp("undecided") / "review"))


@pytest.fixture
def folder(untouched: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(untouched, tmp_path / "review"))


@pytest.fixture
def page(folder, monkeypatch):
    return lambda *role, **query: opened(folder, monkeypatch, *role, **query)


@pytest.fixture
def look(undecided, monkeypatch):
    """Open a page without taking a decision."""
    return lambda *role, **query: opened(undecided, monkeypatch, *role, **query)


def opened(folder, monkeypatch, role=Role.CHIEF_OFFICER, **query) -> AppTest:
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    sign_in(folder, monkeypatch, role)
    test = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in (LAST | query).items():
        test.query_params[name] = value
    test.run()
    assert not test.exception
    return test


def by_label(elements, label):
    return next(element for element in elements if element.label == label)


def buttons(page) -> list[str]:
    return [each.label for each in page.button if each.label in ("Mark as decided", "Assign to role")]


def needs_you(page) -> list[str]:
    """Return the lines of the card that name a decision."""
    links = [link.proto.label for link in page.get("page_link")]
    return [label for label in links if "overdue" in label or ", due" in label]


def decide(page, button, *, about="Quiet referrals", note=NOTE, role=None):
    by_label(page.selectbox, "Decide").set_value(about).run()
    by_label(page.text_input, "Note").set_value(note)
    if role:
        by_label(page.selectbox, "Role").set_value(role)
    by_label(page.button, button).click().run()
    assert not page.exception
    return page


def steps(folder):
    return DecisionSteps(services_of(folder).review).all()[0]


def sentence(page, title="Quiet referrals") -> str:
    texts = [each.label for each in page.expander if each.label.startswith(f"**{title}.**")]
    return texts[0].replace("\\", "").replace("\N{WORD JOINER}", "")


def test_a_line_of_what_needs_you_has_its_owner_and_the_day_or_the_days_since(look):
    test = look()
    lines = needs_you(test)
    assert "**Quiet referrals (4)** Chief officer, overdue 183 days" in lines
    # No more than three stand there; the tab has them all.
    assert sentence(test, "Recommendation due").endswith("Chief officer, due 11 June.")
    assert lines.index("**Quiet referrals (4)** Chief officer, overdue 183 days") == 2


def test_what_is_decided_no_longer_needs_you_and_is_shown_with_who_when_and_why(folder, page):
    test = decide(page(), "Mark as decided")
    assert [box.value for box in test.success] == ["It is marked as decided."]
    assert not [line for line in needs_you(test) if "Quiet referrals" in line]
    assert " Decided by reader (chief officer) on " in sentence(test)
    assert sentence(test).endswith(f": {NOTE}.")
    (step,) = steps(folder)
    assert (step.kind, step.action, step.note, step.size) == ("silent", "taken", NOTE, 4)
    # The form is empty again, so that a second click writes nothing twice.
    assert by_label(test.text_input, "Note").value == ""


def test_what_is_assigned_is_its_role_s_who_may_then_decide_it_and_nothing_else(folder, page):
    test = decide(page(), "Assign to role", role=Role.ANALYST)
    assert [box.value for box in test.success] == ["It is assigned to the analyst."]
    assert "**Quiet referrals (4)** Analyst, overdue 183 days" in needs_you(test)
    analyst = page(Role.ANALYST)
    assert by_label(analyst.selectbox, "Decide").options == ["Quiet referrals"]
    decide(analyst, "Mark as decided", note="It has answered")
    assert [(step.action, step.role) for step in steps(folder)] == [
        ("assigned", "chief officer"), ("taken", "analyst"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("", "Write the note as one line of at most 120 characters."),
        (
            "Jane Smith decides",
            "The note seems to hold the name of a person, which no note may: write it without.",
        ),
    ],
)
def test_what_does_not_fit_gets_one_sentence_and_stays_in_the_form(undecided, look, note, words):
    test = decide(look(), "Mark as decided", note=note)
    assert [error.value for error in test.error] == [words]
    assert steps(undecided) == []
    assert by_label(test.text_input, "Note").value == note


@pytest.mark.parametrize(
    ("role", "query"),
    [
        (Role.ANALYST, {}),
        (Role.RELEASE_APPROVER, {}),
        (Role.CHIEF_OFFICER, {"area": "west"}),
        (Role.CHIEF_OFFICER, {"as_at": "2024-04-11", "known": "then"}),
    ],
    ids=["owns none", "may not", "a part of the review", "as known then"],
)
def test_who_may_decide_nothing_here_has_no_form(look, role, query):
    assert buttons(look(role, **query)) == []


def test_a_step_that_the_record_does_not_vouch_for_is_named_and_does_not_count(folder, page):
    decide(page(), "Mark as decided")
    ledger = services_of(folder).review.ledger
    with changing(ledger.engine) as connection, _guards_off(connection, ["decision_steps"]):
        connection.exec_driver_sql("UPDATE decision_steps SET note = 'Another'")
    test = page()
    assert test.warning[0].value.startswith("Step 1 of the decisions is not as the record has it")
    assert [line for line in needs_you(test) if "Quiet referrals" in line]
    assert "Another" not in sentence(test)


def test_a_note_is_drawn_as_words(page):
    test = decide(page(), "Mark as decided", note="# <b>Ask</b> [them](https://x.example)")
    assert sentence(test).endswith(": # <b>Ask</b> [them](https://x.example).")
