"""The form and the list of notes, in a page that draws nothing else."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import services_of
from data.notes import Notes
from data.publishing.release import Person
from tests.pages.conftest import sign_in

CHRISTMAS = dt.date(2023, 12, 25)
WORDS = "Two teams were on leave"


def drawn() -> None:
    import datetime as dt

    from metrics.as_at import Clocks
    from pages.shell import current_user
    from pages.widgets import notes
    from service.view import open_source

    source = open_source(current_user.current_visit(), "M")
    notes.draw(source.view(Clocks(dt.date(2024, 1, 11), source.last_day), {}))


@pytest.fixture
def folder(untouched: Path, tmp_path: Path, monkeypatch) -> Path:
    folder = Path(shutil.copytree(untouched, tmp_path / "review"))
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    return folder


@pytest.fixture
def page(folder, monkeypatch):
    def opened(role=Role.ANALYST) -> AppTest:
        sign_in(folder, monkeypatch, role)
        test = AppTest.from_function(drawn, default_timeout=60).run()
        assert not test.exception
        return test

    return opened


def standing(folder):
    return [note for note in Notes(services_of(folder).review).all() if note.recorded_to is None]


def by_label(elements, label):
    return next(element for element in elements if element.label == label)


def listed(page):
    """Return the words of each note in the list."""
    return [line.partition("  \n")[0].partition(": ")[2] for line in lines(page)]


def lines(page):
    texts = [element.value for element in page.markdown if element.value.startswith("- ")]
    plain = [text.replace("\\", "").replace("\N{WORD JOINER}", "") for text in texts]
    return [line for text in plain for line in re.split(r"(?:^|\n)- ", text) if line]


def save(page, words, day=CHRISTMAS, figures=(), button="Save"):
    by_label(page.date_input, "Day").set_value(day)
    by_label(page.text_input, "Note").set_value(words)
    by_label(page.multiselect, "Figures").set_value(list(figures))
    by_label(page.button, button).click().run()
    assert not page.exception
    return page


def test_an_analyst_saves_a_note_and_sees_it_at_once(folder, page):
    test = save(page(), WORDS, figures=["headcount"])
    assert [box.value for box in test.success] == ["The note is saved."]
    (line,) = [line for line in lines(test) if WORDS in line]
    assert line.startswith(f"25 Dec 2023: {WORDS}  \n  (Staff in the review team; analyst, known from ")
    assert standing(folder)[-1].figures == ("headcount",)
    # The form is empty again, so that a second click saves nothing twice.
    assert by_label(test.text_input, "Note").value == ""


def test_a_note_is_superseded_by_new_words(folder, page):
    test = save(page(), WORDS)
    chosen = by_label(test.selectbox, "Write")
    chosen.select_index(chosen.options.index(f"Supersede 25 Dec 2023: {WORDS}")).run()
    assert by_label(test.text_input, "Note").value == WORDS
    save(test, "Three teams were on leave", button="Supersede")
    assert [box.value for box in test.success] == ["The note is superseded."]
    assert WORDS not in listed(test)
    assert "Three teams were on leave" in listed(test)
    assert (standing(folder)[-1].version, standing(folder)[-1].words) == (2, "Three teams were on leave")
    assert by_label(test.selectbox, "Write").value is None


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("", "Write the note as one line of at most 120 characters."),
        (
            "Jane Smith was away",
            "The note seems to hold the name of a person, which no note may: write it without.",
        ),
    ],
)
def test_what_cannot_be_saved_is_said_in_one_sentence_and_stays_in_the_form(folder, page, words, sentence):
    before = standing(folder)
    test = save(page(), words)
    assert [error.value for error in test.error] == [sentence]
    assert standing(folder) == before
    assert by_label(test.text_input, "Note").value == words


def test_a_note_that_another_has_superseded_meanwhile_is_not_overwritten(folder, page):
    test = save(page(), WORDS)
    chosen = by_label(test.selectbox, "Write")
    chosen.select_index(chosen.options.index(f"Supersede 25 Dec 2023: {WORDS}")).run()
    note = standing(folder)[-1]
    Notes(services_of(folder).review).add(
        Person("ben", "analyst"), CHRISTMAS, "Four teams were on leave", seen=note
    )
    by_label(test.text_input, "Note").set_value("Three teams were on leave")
    by_label(test.button, "Supersede").click().run()
    assert not test.exception
    assert standing(folder)[-1].words == "Four teams were on leave"
    assert "Four teams were on leave" in listed(test)


def test_others_read_the_notes_and_have_no_form(folder, page):
    by = Person("ann", "analyst")
    Notes(services_of(folder).review).add(by, CHRISTMAS, "# <b>Two</b> teams [link](https://x.example)")
    test = page(Role.CHIEF_OFFICER)
    assert "# <b>Two</b> teams [link](https://x.example)" in listed(test)
    assert not [*test.text_input, *test.button, *test.selectbox]


def test_the_name_of_the_author_is_not_shown(folder, page):
    Notes(services_of(folder).review).add(Person("ann.author", "analyst"), CHRISTMAS, WORDS)
    assert "ann.author" not in str(lines(page()))
