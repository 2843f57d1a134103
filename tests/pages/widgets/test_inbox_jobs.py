import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from access.services import Services
from access.sessions import Sessions
from access.settings import Mode, Settings
from data.errors import UserError
from data.review import Review, new_review
from data.spool import FileColumn, Job, Outcome, Spool
from data.terms_draft import changes_in
from pages.widgets import inbox_jobs
from service.inbox import plan_of
from tests.conftest import TERMS

MAPPING = """\
extract = "full"
[[tables]]
table = "applications"
[tables.columns]
application_ref = 1
received_on = { column = "Received", formats = ["%d/%m/%Y"] }
area = { value = "north" }
"""


COLUMNS = tuple(
    FileColumn(name=name, place=place) for place, name in enumerate(("id", "Received", "Closed"), 1)
)


def rehearse(page: AppTest) -> None:
    next(button for button in page.button if button.label == "Rehearse").click().run()


def as_text(drawing: "Drawing") -> AppTest:
    page = drawing.drawn()
    page.segmented_control[0].set_value("As text").run()
    return page


class Drawing:
    """What a data steward sees of one spool, and what a click does to it."""

    def __init__(self, review: Review, folder: Path, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
        settings = Settings(mode=Mode.SINGLE_USER, inbox=str(folder))
        services = Services(review, settings, Sessions(review.ledger, settings.sessions))
        visit = services.visit(services.sessions.begin("amina", (role,)))
        self.source = SimpleNamespace(visit=visit, terms=review.terms)
        self.spool = Spool(folder)
        monkeypatch.setattr(inbox_jobs, "services", lambda: services)

    def send(self, **change: object) -> str:
        with self.spool.receiving("cases.csv", "amina", "data steward") as file:
            file.write(b"id,Received\n1,02/01/2024\n")
        job = self.spool.jobs()[0]
        self.spool.save(Job.model_validate({**job.model_dump(), "columns": COLUMNS, **change}))
        return job.id

    def job(self, job_id: str) -> Job:
        job = self.spool.job(job_id)
        assert job is not None
        return job

    def drawn(self) -> AppTest:
        source = self.source

        def draw(inbox_jobs: object, source: object) -> None:
            inbox_jobs.draw(source)  # pyright: ignore[reportAttributeAccessIssue]

        page = AppTest.from_function(draw, args=(inbox_jobs, source), default_timeout=60).run()
        assert not page.exception
        return page


@pytest.fixture
def review(tmp_path: Path) -> Iterator[Review]:
    terms = tmp_path / "terms.toml"
    terms.write_text(TERMS)
    review = new_review(tmp_path / "review", terms)
    yield review
    review.ledger.engine.dispose()


@pytest.fixture
def drawing(review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Drawing:
    return Drawing(review, tmp_path / "inbox", monkeypatch, Role.DATA_STEWARD)


def test_a_guess_is_shown_as_a_table_and_rehearsed_once_a_person_says_so(drawing: Drawing) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING, remarks=("One row for each case.",))
    page = drawing.drawn()
    (table,) = page.dataframe
    assert table.value["Their column"].tolist() == ["column 1", "Received", "Closed", "always north"]
    assert table.value["Becomes"].tolist() == ["application_ref", "received_on", "left out", "area"]
    assert table.value["Format of days"].tolist() == ["", "%d/%m/%Y", "", ""]
    rehearse(page)
    job = drawing.job(job_id)
    assert (job.state, job.mapping, job.who) == ("rehearse", MAPPING, "amina")


def test_a_mapping_may_be_edited_as_text(drawing: Drawing) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING)
    page = as_text(drawing)
    changed = MAPPING.replace("north", "south")
    page.text_area[0].set_value(changed)
    rehearse(page)
    assert drawing.job(job_id).mapping == changed


def edit(monkeypatch: pytest.MonkeyPatch, row: int, **cells: str) -> None:
    """Have the browser send other cells of one row, locked or not."""

    def edited(frame: pl.DataFrame, **_: object) -> pl.DataFrame:
        here = pl.int_range(pl.len()) == row
        return frame.with_columns(
            pl.when(here)
            .then(pl.lit(text))
            .otherwise(pl.col(name.replace("_", " ")))
            .alias(name.replace("_", " "))
            for name, text in cells.items()
        )

    monkeypatch.setattr(inbox_jobs.st, "data_editor", edited)


def test_what_is_edited_in_the_table_becomes_the_mapping(
    drawing: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING)
    edit(monkeypatch, 2, Becomes="closed_on", Format_of_days="%d/%m/%Y")
    rehearse(drawing.drawn())
    columns = plan_of(drawing.job(job_id).mapping).tables[0].columns
    assert (columns["closed_on"].column, columns["closed_on"].formats) == ("Closed", ("%d/%m/%Y",))


def test_what_the_table_locks_is_not_taken_from_the_browser(
    drawing: Drawing, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING)
    edit(monkeypatch, 2, Becomes="closed_on", Their_column="Name of the person")
    rehearse(drawing.drawn())
    assert plan_of(drawing.job(job_id).mapping).tables[0].columns["closed_on"].column == "Closed"


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"Becomes": "colour"}, "no column 'colour' to choose"),
        ({"Becomes": "received_on"}, "Two columns become"),
        ({"Becomes": "closed_on", "Format_of_days": "%d"}, "does not tell a whole day"),
    ],
)
def test_what_the_table_cannot_mean_is_one_sentence_and_asks_for_nothing(
    drawing: Drawing, monkeypatch: pytest.MonkeyPatch, cells: dict[str, str], why: str
) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING)
    edit(monkeypatch, 2, **cells)
    page = drawing.drawn()
    rehearse(page)
    assert why in page.error[0].value
    assert drawing.job(job_id).state == "guessed"


DRAFT = 'adverse = ["upheld"]\n[lists]\nareas = ["north", "south", "not known", "Hill"]\n'


def test_what_a_file_suggests_for_the_terms_is_written_only_where_it_is_ticked(drawing: Drawing) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING, terms=DRAFT, taken=("lists.areas",))
    page = drawing.drawn()
    table = page.dataframe[1].value
    assert table["Setting"].tolist() == ["Findings that are adverse", "List of areas"]
    assert table["In the terms now"].tolist() == ["", "north | south | not known"]
    assert table["Write it"].tolist() == [False, True]
    rehearse(page)
    job = drawing.job(job_id)
    assert (changes_in(job.terms), job.taken) == (changes_in(DRAFT), ("lists.areas",))


def test_changes_of_the_terms_may_be_edited_as_text_and_are_checked(drawing: Drawing) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING, terms=DRAFT)
    page = as_text(drawing)
    page.text_area[1].set_value("[small_numbers]\nthreshold = 0")
    rehearse(page)
    assert "cannot be changed with a file" in page.error[0].value
    page.text_area[1].set_value('[case]\none = "complaint"')
    rehearse(page)
    assert drawing.job(job_id).taken == ("case.one",)


def test_of_a_known_mapping_only_new_columns_are_asked_about(drawing: Drawing) -> None:
    columns = (*COLUMNS, FileColumn(name="Outcome", place=4, new=True))
    drawing.send(state="rehearsed", mapping=MAPPING, known=True, columns=columns)
    (table,) = drawing.drawn().dataframe
    assert table.value["Their column"].tolist() == ["Outcome"]
    drawing.send(state="rehearsed", mapping=MAPPING, known=True)
    page = drawing.drawn()
    assert not page.dataframe
    assert "No column is new in this file." in [caption.value for caption in page.caption]


def test_a_mapping_that_is_none_is_said_to_be_and_asks_for_nothing(drawing: Drawing) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING)
    page = as_text(drawing)
    page.text_area[0].set_value("extract = ")
    rehearse(page)
    assert "not valid TOML" in page.error[0].value
    assert drawing.job(job_id).state == "guessed"


def test_a_file_is_loaded_only_when_every_doubt_is_confirmed(drawing: Drawing) -> None:
    outcome = Outcome(
        counts=({"table": "applications", "read": 9, "accepted": 9, "rejected": 0, "removed": 4},),
        doubts={"--confirm-removals": "4 of 10 rows would go."},
    )
    job_id = drawing.send(state="rehearsed", mapping=MAPPING, outcome=outcome.model_dump())
    page = drawing.drawn()
    load = next(button for button in page.button if button.label == "Load it")
    load.click().run()
    assert "Confirm each line above first" in page.error[0].value
    assert drawing.job(job_id).state == "rehearsed"
    page.checkbox[0].check()
    page.text_input[0].set_value("The weekly extract")
    next(button for button in page.button if button.label == "Load it").click().run()
    job = drawing.job(job_id)
    assert (job.state, job.confirmed, job.note) == ("load", ("--confirm-removals",), "The weekly extract")


def test_a_file_that_is_dropped_is_deleted(drawing: Drawing) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING)
    page = drawing.drawn()
    next(button for button in page.button if button.label == "Drop the file").click().run()
    assert drawing.job(job_id).state == "dropped"
    assert not (drawing.spool.folder / job_id / "files").exists()


def test_an_inbox_that_does_not_act_is_said_not_to(drawing: Drawing) -> None:
    job_id = drawing.send(state="sent")
    assert "is being read" in drawing.drawn().caption[0].value
    path = drawing.spool.folder / job_id / "job.json"
    os.utime(path, (0, 0))
    assert "has not acted for two minutes" in drawing.drawn().warning[0].value


def test_what_another_tab_has_moved_on_is_not_asked_for_again(drawing: Drawing) -> None:
    job_id = drawing.send(state="guessed", mapping=MAPPING)
    page = drawing.drawn()
    drawing.spool.save(drawing.job(job_id).model_copy(update={"state": "loaded"}))
    rehearse(page)
    assert drawing.job(job_id).state == "loaded"


def test_what_a_file_says_is_drawn_as_words(drawing: Drawing) -> None:
    drawing.send(state="guessed", mapping=MAPPING, fault="**bold** <b>x</b>", remarks=("[a](http://x)",))
    page = drawing.drawn()
    assert page.error[0].value.startswith("\\*\\*bold")


@pytest.mark.parametrize("role", [Role.CHIEF_OFFICER, Role.ANALYST, Role.RELEASE_APPROVER])
def test_no_other_role_is_offered_it(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, role: Role
) -> None:
    drawing = Drawing(review, tmp_path / "inbox", monkeypatch, role)
    assert not inbox_jobs.available(drawing.source)  # pyright: ignore[reportArgumentType]
    with pytest.raises(UserError, match="may not see"):
        inbox_jobs.draw(drawing.source)  # pyright: ignore[reportArgumentType]
