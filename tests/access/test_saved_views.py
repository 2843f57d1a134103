"""Saved views: their owner and one role see them, whatever they are called and whichever process saved them."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from access.roles import Role
from access.saved_views import LONGEST_CHOICES, LONGEST_NAME, MOST, NameTakenError, SavedViews, fitting_name
from access.services import Services
from access.sessions import Sessions
from access.settings import Limits, Settings
from access.visit import Refused, Visit
from data.connection import changing
from data.errors import UserError
from data.review import Review, open_review
from tests.data.killing import process_of

CHIEF, ANALYST, PRESS, APPROVER, _, AUDITOR = Role
CHOICES = {"as_at": ["2024-01-11"], "area": ["east", "west & north"], "split": ["Area"]}
PAGES = dict.fromkeys(Role, ("Definitions",)) | dict.fromkeys(
    (CHIEF, ANALYST, APPROVER), ("Failures", "Explore", "Definitions")
)
HOSTILE = (
    "'); DROP TABLE saved_views; --",
    "x' OR '1'='1",
    "%_",
    "**bold** [x](http://evil) <b>",
    "$$\\frac{1}{2}$$ :red[x] :smile:",
    '{"a": null}',
    "\N{POLICE CAR} Café ٣",
)


class Readers:
    """Visits to one review, each in its own session."""

    def __init__(self, review: Review, clock) -> None:
        sessions = Sessions(review.ledger, Limits(), clock)
        self.services = Services(review, Settings(), sessions)
        self.views = SavedViews(review.ledger, clock)

    def visit(self, who: str, *roles: Role) -> Visit:
        return self.services.visit(self.services.sessions.begin(who, roles))

    def save(self, visit: Visit, name: str = "East", page: str = "Failures", **how):
        choices = how.pop("choices", CHOICES)
        return self.views.save(visit, name, page, choices, pages=PAGES, **how)

    def names(self, visit: Visit) -> list[str]:
        return [view.name for view in self.views.listed(visit, PAGES[visit.session.role])]


@pytest.fixture
def review(blank_folder):
    review = open_review(blank_folder)
    yield review
    review.ledger.engine.dispose()


@pytest.fixture
def readers(review, clock) -> Readers:
    return Readers(review, clock)


def test_a_view_is_found_again_as_it_was_saved(readers):
    saved = readers.save(readers.visit("amina", ANALYST))
    (view,) = readers.views.listed(readers.visit("amina", ANALYST), PAGES[ANALYST])
    assert view == saved
    assert (view.who, view.name, view.page, view.role) == ("amina", "East", "Failures", ANALYST)
    assert view.choices == CHOICES
    assert view.shared_with is None


def test_a_view_that_is_not_shared_is_its_owners_alone(readers):
    readers.save(readers.visit("amina", ANALYST))
    for role in Role:
        assert readers.names(readers.visit("boris", role)) == []


def test_a_shared_view_is_seen_by_one_role_and_by_no_other(readers):
    readers.save(readers.visit("amina", ANALYST), share=CHIEF)
    seen = {role for role in Role if readers.names(readers.visit("boris", role)) == ["East"]}
    assert seen == {CHIEF}
    assert readers.names(readers.visit("amina", ANALYST)) == ["East"]


def test_a_role_that_is_given_up_sees_no_more(readers):
    readers.save(readers.visit("amina", ANALYST), share=CHIEF)
    boris = readers.visit("boris", CHIEF, PRESS)
    assert readers.names(boris) == ["East"]
    boris.assume(PRESS)
    assert readers.names(boris) == []


def test_a_page_that_is_not_open_to_the_role_is_not_listed_even_to_the_owner(readers):
    amina = readers.visit("amina", ANALYST, AUDITOR)
    readers.save(amina)
    readers.save(amina, "Words", "Definitions")
    amina.assume(AUDITOR)
    assert readers.names(amina) == ["Words"]


def test_nothing_is_shared_with_a_role_that_may_not_open_the_page(readers):
    amina = readers.visit("amina", ANALYST)
    with pytest.raises(Refused, match="The role of press officer may not open Failures"):
        readers.save(amina, share=PRESS)
    assert readers.names(amina) == []


def test_nobody_saves_a_page_that_is_not_theirs_to_open(readers):
    with pytest.raises(Refused, match="The role of auditor may not open Failures"):
        readers.save(readers.visit("amina", AUDITOR))


def test_an_ended_visit_saves_sees_and_removes_nothing(readers):
    amina = readers.visit("amina", ANALYST)
    readers.save(amina)
    readers.services.sessions.end(amina.session)
    for act in (readers.save, readers.names, lambda visit: readers.views.remove(visit, "East")):
        with pytest.raises(Refused):
            act(amina)
    assert readers.names(readers.visit("amina", ANALYST)) == ["East"]


def test_a_name_is_used_again_only_to_replace(readers):
    amina = readers.visit("amina", ANALYST)
    readers.save(amina, share=CHIEF)
    with pytest.raises(NameTakenError):
        readers.save(amina, "  East ", choices={})
    assert readers.views.listed(amina, PAGES[ANALYST])[0].choices == CHOICES
    readers.save(amina, " East", "Explore", choices={"figure": ["Failures"]}, replace=True)
    (view,) = readers.views.listed(amina, PAGES[ANALYST])
    assert (view.page, view.choices, view.shared_with) == ("Explore", {"figure": ["Failures"]}, None)


def test_two_readers_have_views_of_the_same_name(readers):
    amina, boris = readers.visit("amina", ANALYST), readers.visit("boris", ANALYST)
    readers.save(amina, share=ANALYST)
    readers.save(boris, choices={})
    assert readers.names(boris) == ["East", "East"]
    assert readers.names(amina) == ["East"]
    readers.views.remove(boris, "East")
    assert [view.who for view in readers.views.listed(boris, PAGES[ANALYST])] == ["amina"]


def test_only_the_owner_removes_a_view(readers):
    amina = readers.visit("amina", ANALYST)
    readers.save(amina, share=CHIEF)
    readers.views.remove(readers.visit("boris", CHIEF), "East")
    assert readers.names(amina) == ["East"]
    readers.views.remove(amina, "East")
    assert readers.names(amina) == []


def test_a_reader_has_so_many_views_and_no_more(readers):
    amina = readers.visit("amina", ANALYST)
    for number in range(MOST):
        readers.save(amina, f"View {number}")
    with pytest.raises(UserError, match=f"You have {MOST} saved views"):
        readers.save(amina, "One more")
    readers.save(amina, "View 3", replace=True)
    readers.save(readers.visit("boris", ANALYST))
    readers.views.remove(amina, "View 3")
    readers.save(amina, "One more")
    assert len(readers.names(amina)) == MOST


def test_choices_without_end_are_refused(readers):
    with pytest.raises(UserError, match="too many choices"):
        readers.save(readers.visit("amina", ANALYST), choices={"area": ["x" * LONGEST_CHOICES]})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_a_name_like_any_other(readers, name):
    amina = readers.visit("amina", ANALYST)
    readers.save(amina, "East")
    readers.save(amina, name, share=CHIEF, choices={"area": [name]})
    boris = readers.views.listed(readers.visit("boris", CHIEF), PAGES[CHIEF])
    assert [(view.name, view.choices) for view in boris] == [(name, {"area": [name]})]
    readers.views.remove(amina, name)
    assert readers.names(amina) == ["East"]


@pytest.mark.parametrize(
    "name",
    ["", "   ", "--", "a" * (LONGEST_NAME + 1), "a\x00b", "a\x1b[1m", "a\N{RIGHT-TO-LEFT OVERRIDE}b",
     "a\N{ZERO WIDTH SPACE}b", "\ud800x"],
    ids=ascii,
)  # fmt: skip
def test_a_name_that_is_no_plain_words_is_refused(readers, name):
    amina = readers.visit("amina", ANALYST)
    with pytest.raises(UserError, match="in plain words, of 1 to 60 characters"):
        readers.save(amina, name)
    assert readers.names(amina) == []


def test_a_name_has_single_spaces_and_one_way_to_write_a_letter():
    assert fitting_name(" North\n and  East\t") == "North and East"
    assert fitting_name("Cafe\N{COMBINING ACUTE ACCENT}") == "Caf\N{LATIN SMALL LETTER E WITH ACUTE}"


@pytest.mark.parametrize("name", ["A-17", "why a-17?", "“A-17”", "about case B 2 again", "(b 2)"])
def test_a_name_with_a_reference_of_the_register_is_refused(readers, name):
    keys = readers.services.review.ledger.tables.keys["applications"]
    with changing(readers.services.review.ledger.engine) as connection:
        connection.execute(keys.insert(), [{"application_ref": ref} for ref in ("A-17", "B 2")])
    amina = readers.visit("amina", ANALYST)
    with pytest.raises(UserError, match="holds a reference from the register"):
        readers.save(amina, name)
    readers.save(amina, "A-170 and B 20")


def test_sharing_is_in_the_record_without_the_name_and_saving_is_not(readers):
    record, amina = readers.services.review.record, readers.visit("amina", ANALYST)
    with record.reading() as rows:
        before = len(list(rows))
    readers.save(amina, "Of my own")
    readers.save(amina, "For the chief", share=CHIEF)
    with record.reading() as rows:
        (entry,) = list(rows)[before:]
    assert (entry.kind, entry.who, entry.role, entry.outcome) == (
        "administration", "amina", "analyst", "allowed",
    )  # fmt: skip
    assert entry.scope == "saved view of Failures shared with chief officer"


def test_what_cannot_be_recorded_is_not_shared(readers, monkeypatch):
    amina = readers.visit("amina", ANALYST)

    def fail(*_):
        raise UserError("The anchor is missing.")

    monkeypatch.setattr(amina.record, "append", fail)
    with pytest.raises(UserError, match="anchor"):
        readers.save(amina, share=CHIEF)
    assert readers.names(amina) == []


def save_many(folder: Path, first: int) -> None:
    """Save views for one reader, in a process of its own."""
    review = open_review(folder)
    readers = Readers(review, lambda: 1_700_000_000.0)
    visit = readers.visit("amina", ANALYST)
    for number in range(first, first + 10):
        readers.save(visit, f"View {number:02}", share=CHIEF)
        readers.save(visit, "The same", choices={"as_at": [str(number)]}, replace=True)
    review.ledger.engine.dispose()


@pytest.mark.long
def test_two_processes_save_for_one_reader_at_once(readers, review):
    processes = [process_of(save_many, review.folder, first) for first in (0, 10)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
        assert process.exitcode == 0
    amina = readers.visit("amina", ANALYST)
    assert readers.names(amina) == ["The same", *(f"View {number:02}" for number in range(20))]
    with review.ledger.engine.connect() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(review.ledger.tables.saved_views))
    assert count == 21
