import datetime as dt
from threading import Event, Thread
from typing import Any

import pytest

from data.__main__ import main
from data.errors import UserError
from data.record import Kind
from data.spool import Job, Spool
from data.terms import read_terms
from data.terms_draft import changes_in
from service import inbox
from tests.data.conftest import DAY, Loader, lines

ROWS = [f"A-{number},01/02/2020,right to ask,north,," for number in range(1, 12)]
MAPPING = """\
extract = "full"
[[tables]]
table = "applications"
[tables.columns]
application_ref = "Ref"
received_on = "Received"
route = "Route"
area = "Area"
"""


@pytest.fixture
def spool(desk: Loader) -> Spool:
    return Spool(desk.review.folder / "inbox")


def send(spool: Spool, *rows: str, name: str = "applications.csv") -> str:
    with spool.receiving(name, "amina@force", "data steward") as file:
        file.write(lines(*rows).encode())
    return spool.jobs()[0].id


def after(desk: Loader, spool: Spool, job_id: str, **change: Any) -> Job:
    """Return a job after a person changed it and the inbox worked."""
    if change:
        job = spool.job(job_id)
        assert job is not None
        spool.save(Job.model_validate({**job.model_dump(), **change}))
    inbox.work(desk.review.folder, spool)
    job = spool.job(job_id)
    assert job is not None
    return job


def rehearsed(desk: Loader, spool: Spool, job_id: str, **change: Any) -> Job:
    asked = {"state": "rehearse", "mapping": MAPPING, "recorded_on": DAY, "fault": ""}
    return after(desk, spool, job_id, **asked | change)


def test_a_file_is_guessed_rehearsed_and_loaded_only_when_a_person_says_so(
    desk: Loader, spool: Spool
) -> None:
    job_id = send(spool, *ROWS, "A-99,no day,right to ask,north,,")
    guessed = after(desk, spool, job_id)
    assert guessed.state == "guessed"
    assert "[[tables]]" in guessed.mapping
    assert after(desk, spool, job_id) == guessed
    job = rehearsed(desk, spool, job_id)
    assert (job.state, job.fault) == ("rehearsed", "")
    (counts,) = job.outcome.counts
    assert (counts["read"], counts["accepted"], counts["rejected"]) == (12, 11, 1)
    assert [(row["row"], row["column"]) for row in job.outcome.rejected] == [(13, "received_on")]
    assert desk.review.ledger.version() == 0
    loaded = after(desk, spool, job_id, state="load", note="The first")
    assert (loaded.state, loaded.outcome.lines[-1]) == ("loaded", "Loaded as load 1.")
    assert desk.review.ledger.loads().select("recorded_on", "note").rows() == [(DAY, "The first")]
    assert not (spool.folder / job_id / "files").exists()


def test_the_record_names_whoever_asked_for_the_load(desk: Loader, spool: Spool) -> None:
    job_id = send(spool, *ROWS)
    rehearsed(desk, spool, job_id)
    after(desk, spool, job_id, state="load")
    (entry,) = desk.review.record.about(Kind.COLLECTION, "load 1 recorded on")
    assert entry.who == "amina@force"


def test_the_next_extract_is_rehearsed_at_once_with_the_mapping_of_the_last(
    desk: Loader, spool: Spool
) -> None:
    job_id = send(spool, *ROWS)
    rehearsed(desk, spool, job_id)
    after(desk, spool, job_id, state="load")
    again = after(desk, spool, send(spool, *ROWS, "A-99,01/02/2020,right to ask,south,,"))
    assert (again.state, again.known, again.mapping) == ("rehearsed", True, MAPPING)
    assert again.outcome.counts[0]["new"] == 1
    assert desk.review.ledger.version() == 1


def test_a_load_that_removes_rows_waits_for_its_confirmation(desk: Loader, spool: Spool) -> None:
    job_id = send(spool, *ROWS)
    rehearsed(desk, spool, job_id)
    after(desk, spool, job_id, state="load")
    next_id = send(spool, *ROWS[:5])
    job = rehearsed(desk, spool, next_id, recorded_on=DAY + dt.timedelta(days=7))
    assert [*job.outcome.doubts] == ["--confirm-removals"]
    assert {row["change"] for row in job.outcome.changed} == {"removed"}
    refused = after(desk, spool, next_id, state="load")
    assert (refused.state, desk.review.ledger.version()) == ("rehearsed", 1)
    assert "--confirm-removals" in refused.fault
    confirmed = after(desk, spool, next_id, state="load", confirmed=("--confirm-removals",), fault="")
    assert confirmed.state == "loaded"
    assert desk.now().height == 5


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        ("extract = full", "not valid TOML"),
        (MAPPING.replace('"Ref"', '"Reference"'), "has no column 'Reference'"),
        (MAPPING + 'colour = "Ref"', "applications has no column 'colour'"),
        ("#" * 70_000, "more than 65,536 characters"),
    ],
)
def test_a_mapping_that_does_not_fit_is_one_sentence_and_the_file_stays(
    desk: Loader, spool: Spool, mapping: str, why: str
) -> None:
    job_id = send(spool, *ROWS)
    job = rehearsed(desk, spool, job_id, mapping=mapping)
    assert job.state == "guessed"
    assert why in job.fault
    assert spool.file(job).exists()


def test_a_file_that_is_none_does_not_stop_the_next(desk: Loader, spool: Spool) -> None:
    with spool.receiving("notes.xlsx", "amina", "data steward") as file:
        file.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    bad = spool.jobs()[0].id
    good = send(spool, *ROWS)
    assert inbox.work(desk.review.folder, spool) == 2
    assert {job.id: job.state for job in spool.jobs()} == {bad: "guessed", good: "guessed"}
    refused = spool.job(bad)
    assert refused is not None
    assert "old" in refused.fault.lower()


def test_what_breaks_the_inbox_is_said_without_its_reason_and_does_not_stop_it(
    desk: Loader, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise RuntimeError("C1 of Jane Smith")

    monkeypatch.setattr(inbox, "guesses_of", broken)
    job = after(desk, spool, send(spool, *ROWS))
    assert job.state == "guessed"
    assert "Jane" not in job.fault


def test_it_works_until_it_is_stopped(desk: Loader, spool: Spool) -> None:
    stop = Event()
    thread = Thread(target=inbox.run, args=(desk.review.folder, spool, stop), kwargs={"every": 0.01})
    thread.start()
    try:
        job_id = send(spool, *ROWS)
        for _ in range(2_000):
            if (job := spool.job(job_id)) is not None and job.state == "guessed":
                break
            stop.wait(0.01)
        assert job is not None
        assert job.state == "guessed"
    finally:
        stop.set()
        thread.join()


def test_without_an_inbox_the_command_says_how_to_set_one_up(
    desk: Loader, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--review", str(desk.review.folder), "inbox", "--once"]
    assert main(words) == 1
    assert "No inbox is set up" in capsys.readouterr().err


def test_the_command_works_in_the_folder_of_the_settings(desk: Loader) -> None:
    (desk.review.folder / "settings.toml").write_text('mode = "single-user"\ninbox = "files"\n')
    spool = Spool(desk.review.folder / "files")
    job_id = send(spool, *ROWS)
    assert main(["--review", str(desk.review.folder), "inbox", "--once"]) == 0
    job = spool.job(job_id)
    assert job is not None
    assert job.state == "guessed"


def test_an_empty_mapping_is_one_sentence() -> None:
    with pytest.raises(UserError, match="the setting 'extract' is missing"):
        inbox.plan_of("")


def test_a_file_of_a_new_review_drafts_its_terms_which_are_written_with_the_load(
    desk: Loader, spool: Spool
) -> None:
    terms = desk.review.folder / "terms.toml"
    before = terms.read_text()
    rows = [f"A-{n},0{n % 9 + 1}/02/2020,right to ask,{('north', 'Hill')[n % 2]},," for n in range(40)]
    guessed = after(desk, spool, send(spool, *rows))
    draft = changes_in(guessed.terms)
    assert draft["lists.areas"] == ["north", "south", "not known", "Hill"]
    assert "lists.areas" not in guessed.taken
    job = rehearsed(desk, spool, guessed.id, taken=("lists.areas",))
    assert job.outcome.counts[0]["rejected"] == 0
    assert terms.read_text() == before
    assert after(desk, spool, guessed.id, state="load").state == "loaded"
    assert "Hill" in read_terms(terms).lists["areas"]
    (entry,) = desk.review.record.about(Kind.ADMINISTRATION, "extract that was sent: its load is to write")
    assert (entry.who, "lists.areas" in entry.scope) == ("amina@force", True)


def test_a_new_code_of_a_later_file_is_shown_and_taken_only_when_a_person_says_so(
    desk: Loader, spool: Spool
) -> None:
    job_id = send(spool, *ROWS)
    rehearsed(desk, spool, job_id)
    after(desk, spool, job_id, state="load")
    job = after(desk, spool, send(spool, *ROWS, "A-99,01/02/2020,right to ask,Hill,,"))
    assert (job.state, job.taken, job.outcome.counts[0]["rejected"]) == ("rehearsed", (), 1)
    assert "List of areas lacks: Hill." in job.outcome.lines
    again = after(desk, spool, job.id, state="rehearse", taken=("lists.areas",))
    assert (again.outcome.counts[0]["rejected"], again.outcome.counts[0]["new"]) == (0, 1)
    assert "Hill" not in (desk.review.folder / "terms.toml").read_text()
    after(desk, spool, job.id, state="load", confirmed=("--confirm-corrections", "--confirm-day"))
    assert "Hill" in read_terms(desk.review.folder / "terms.toml").lists["areas"]


def test_a_code_that_may_be_a_person_is_not_shown(desk: Loader, spool: Spool) -> None:
    job_id = send(spool, *ROWS, "A-99,01/02/2020,right to ask,Jane Smith,,")
    job = rehearsed(desk, spool, job_id)
    assert job.outcome.counts[0]["rejected"] == 1
    assert "Smith" not in job.model_dump_json()


@pytest.mark.parametrize(
    "terms", ["demonstration = true", "[small_numbers]\nthreshold = 0", "[lists]\nareas = ['north']"]
)
def test_a_job_that_somebody_wrote_cannot_loosen_the_terms(desk: Loader, spool: Spool, terms: str) -> None:
    first = send(spool, *ROWS)
    rehearsed(desk, spool, first)
    after(desk, spool, first, state="load")
    before = (desk.review.folder / "terms.toml").read_text()
    names = ("demonstration", "small_numbers", "small_numbers.threshold", "lists.areas")
    job_id = send(spool, *ROWS, "A-99,01/02/2020,right to ask,south,,")
    job = after(desk, spool, job_id, state="load", mapping=MAPPING, terms=terms, taken=names)
    assert job.fault
    assert desk.review.ledger.version() == 1
    assert (desk.review.folder / "terms.toml").read_text() == before
