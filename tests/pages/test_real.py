"""The dashboard on a real register: two extracts of one register of complaints."""

import pytest

from access.roles import Role
from data.intake.load import load
from data.intake.mapping import read_mapping
from data.review import new_review
from pages.registry import REGISTRY
from tests.data.intake.test_philadelphia import EXAMPLE, FIRST, SECOND, register
from tests.pages.conftest import reader_of
from tests.pages.reading import answer, badges, cards, days, now, tables
from tests.pages.test_main import opened

pytestmark = pytest.mark.real
WITHOUT_DATA = ("Failures", "Findings", "Referrals", "Staffing", "Contact", "Enquiries", "Assurance")


@pytest.fixture(scope="module")
def philadelphia(tmp_path_factory):
    folder = register()
    review = new_review(tmp_path_factory.mktemp("real") / "review", EXAMPLE / "terms.toml")
    first, second = (
        read_mapping(EXAMPLE / "extract-2018-07.toml"),
        read_mapping(EXAMPLE / "extract-2020.toml"),
    )
    load(review, [str(folder / "complaints_extract_2018-07.csv")], first, recorded_on=FIRST)
    (review.folder / "settings.toml").write_text('mode = "single-user"\n')
    load(review, [str(folder / "complaints_extract_2020.csv")], second, recorded_on=SECOND, confirm_day=True)
    yield review
    review.ledger.engine.dispose()


@pytest.fixture
def visit(philadelphia, monkeypatch):
    def open_page(file="", role=Role.ANALYST, **query):
        return opened(philadelphia.folder, monkeypatch, role, file, **query)

    return open_page


def no_data(title: str) -> list[str]:
    return [f"This review has no data for {title}. Load an extract first."]


@pytest.mark.long
@pytest.mark.parametrize("entry", REGISTRY, ids=lambda entry: entry.title)
def test_every_page_runs_on_the_real_register_and_is_not_called_a_demonstration(visit, entry):
    page = visit(entry.path, reader_of(entry))
    assert [title.value for title in page.title] == [
        "Overview" if entry.title in WITHOUT_DATA else entry.title
    ]
    lacking = [info.value for info in page.info if info.value.startswith("This review has no data")]
    assert lacking == no_data(entry.title) * (entry.title in WITHOUT_DATA)
    assert not page.warning
    assert not [title for title, number in cards(page) if number in ("0", "none yet")]
    assert "Demonstration" not in badges(page)


def test_of_those_received_to_29_march_2018_there_are_3789_known_now(visit):
    page = visit(as_at="2018-03-29")
    assert now(page, "Complaints in the review") == "3,789"
    assert answer(page) == "The review covers 3,789 complaints."


def test_as_known_on_the_day_of_the_first_extract_there_are_3786(visit):
    page = visit(as_at="2018-07-31", known="then")
    assert now(page, "Complaints in the review") == "3,786"


def test_what_the_register_lacks_is_said_in_one_sentence(visit):
    said = [each.value for each in visit("failures").info]
    assert said == no_data("Failures")


def test_what_the_second_extract_changed_is_told_row_by_row(visit):
    changed = tables(visit("data", load="2", table="complaints"))[-1]
    found = {
        (row["Complaint ref"], row["Column"]): (row["Before"], row["After"])
        for row in changed.iter_rows(named=True)
    }
    assert found["18-0004", "received on"] == ("2018-01-09", "2018-01-10")
    assert found["16-0062", "category"] == ("physical abuse", "non-investigatory incident")
    assert days(visit()).startswith("As at 31 Jul 2020")
