"""A trial: whatever the grain of a register, it is loaded as it was guessed, and nobody takes it for a review."""

import random
from pathlib import Path

import pytest

from access.settings import Mode, read_settings
from data import trial
from data.cli_output import trial_lines
from data.errors import UserError
from data.intake.mapping import read_mapping
from data.review import open_review
from data.terms import read_terms
from tests.data.intake import registers
from tests.data.intake.test_guess import sheets


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CANDOUR_LEDGER", "CANDOUR_SETTINGS", "CANDOUR_REVIEW"):
        monkeypatch.delenv(name, raising=False)


def written(folder: Path, text: str, name: str = "complaints.csv") -> str:
    (folder / name).write_text(text)
    return str(folder / name)


CASES = "complaint_id,received,closed,finding\n" + "".join(
    f"C{n},2020-02-{n % 28 + 1:02d},2020-03-{n % 28 + 1:02d},{('Upheld', 'Not upheld')[n % 2]}\n"
    for n in range(40)
)


@pytest.mark.long
@pytest.mark.parametrize("make", registers.MAKERS, ids=lambda make: make.__name__)
def test_every_case_of_a_register_of_any_grain_is_loaded(tmp_path: Path, make: registers.Maker) -> None:
    made = make(random.Random(1))
    done = trial.prepare(tmp_path / "try-a", [written(tmp_path, made.text, made.name)])
    assert done.loaded.quarantine.is_empty()
    assert done.loaded.receipts[0].accepted in (300, 400)


def test_a_trial_says_that_it_is_one_and_is_for_one_user_of_this_machine(tmp_path: Path) -> None:
    done = trial.prepare(tmp_path / "try-complaints", [written(tmp_path, CASES)])
    review = open_review(done.folder)
    assert review.terms.name == "Trial of complaints.csv: not a review"
    assert (review.terms.case.one, review.terms.adverse) == ("complaint", ("Upheld",))
    settings = read_settings(done.folder)
    assert (settings.mode, settings.marking) == (Mode.SINGLE_USER, "OFFICIAL-SENSITIVE: TRIAL, NOT A REVIEW")
    assert read_mapping(done.folder / "mapping.toml").tables[0].file == "complaints.csv"
    review.ledger.engine.dispose()


def test_cases_and_findings_may_be_in_two_files_and_each_table_is_loaded_once(tmp_path: Path) -> None:
    findings = "complaint_id,finding\n" + "".join(f"C{n % 40},Upheld\n" for n in range(60))
    files = [written(tmp_path, CASES), written(tmp_path, findings, "findings.csv")]
    done = trial.prepare(tmp_path / "try-a", files)
    assert [(receipt.table_name, receipt.file) for receipt in done.loaded.receipts] == [
        ("applications", "complaints.csv"),
        ("findings", "complaints.csv"),
    ]


def test_rows_of_a_case_and_an_allegation_are_loaded_by_a_reference_made_of_both(tmp_path: Path) -> None:
    kinds = ("Incivility", "Neglect", "Assault")
    rows = "".join(f"C{n // 3},2020-02-{n // 3 % 28 + 1:02d},{kinds[n % 3]},Upheld\n" for n in range(60))
    done = trial.prepare(
        tmp_path / "try-a", [written(tmp_path, "Case No,Received,Allegation,Finding\n" + rows)]
    )
    accepted = {receipt.table_name: receipt.accepted for receipt in done.loaded.receipts}
    assert accepted == {"applications": 20, "allegations": 60, "findings": 60}


def test_a_long_list_is_filled_by_the_load(tmp_path: Path) -> None:
    rows = "".join(f"C{n},2020-02-{n % 28 + 1:02d},beat {n % 90}\n" for n in range(600))
    done = trial.prepare(tmp_path / "try-a", [written(tmp_path, "Case No,Received,Beat\n" + rows)])
    assert done.loaded.receipts[0].accepted == 600
    assert len(read_terms(done.folder / "terms.toml").lists["areas"]) == 90


def test_what_names_people_in_a_column_of_codes_is_not_loaded(tmp_path: Path) -> None:
    text = CASES.replace("Not upheld", "Jane Smith").replace(",finding", ",route")
    done = trial.prepare(tmp_path / "try-a", [written(tmp_path, text)])
    assert b"Jane" not in b"".join(path.read_bytes() for path in done.folder.glob("*") if path.is_file())


def test_findings_of_which_nothing_can_be_taken_are_not_loaded(tmp_path: Path) -> None:
    text = (
        CASES.replace("Not upheld", "Jane Smith").replace("Upheld", "Ali Khan").replace("2020-02", "2020-01")
    )
    done = trial.prepare(tmp_path / "try-a", [written(tmp_path, text)])
    assert [receipt.table_name for receipt in done.loaded.receipts] == ["applications"]


def test_sheets_of_a_workbook_are_loaded_as_tables_of_one_register(tmp_path: Path) -> None:
    cases = [("Case", "Received"), *((f"C{n}", f"2020-02-{n % 28 + 1:02d}") for n in range(40))]
    outcomes = [(f"O{n}", f"C{n % 40}", ("Upheld", "Not upheld")[n % 2]) for n in range(90)]
    file = sheets(
        tmp_path / "a b.xlsx", Cases=cases, Outcomes=[("Outcome ref", "Case", "Outcome"), *outcomes]
    )
    done = trial.prepare(tmp_path / "try-a", [file])
    accepted = {receipt.table_name: receipt.accepted for receipt in done.loaded.receipts}
    assert accepted == {"applications": 40, "findings": 90}
    assert f'load "{file}" --mapping' in "\n".join(trial_lines(done))


def test_a_trial_says_what_it_leaves_out_and_why(tmp_path: Path) -> None:
    made = registers.heads(random.Random(1))
    done = trial.prepare(tmp_path / "try-a", [written(tmp_path, made.text, made.name)])
    printed = "\n".join(trial_lines(done))
    void = made.text.count(",Void,")
    assert f"Left out as void: {void} rows where Record is Void." in printed
    assert "Columns left out: Record (codes), Caseworker (about people) and Summary (free text)." in printed
    adverse = "Severe maladministration; not adverse: No maladministration and Reasonable redress."
    assert f"Adverse findings? {adverse}" in printed


def test_a_trial_is_never_made_over_another_folder(tmp_path: Path) -> None:
    file = written(tmp_path, CASES)
    trial.prepare(tmp_path / "try-a", [file])
    with pytest.raises(
        UserError, match=r"delete it with python -m data --review .* try --delete a, or choose"
    ):
        trial.prepare(tmp_path / "try-a", [file])


@pytest.mark.parametrize("name", ["CANDOUR_LEDGER", "CANDOUR_SETTINGS"])
def test_a_trial_never_goes_into_a_ledger_or_by_settings_of_another_review(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "other"))
    with pytest.raises(UserError, match="a trial is kept only in its own folder"):
        trial.prepare(tmp_path / "try-a", [written(tmp_path, CASES)])


def test_a_file_that_cannot_be_guessed_leaves_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    file = written(tmp_path, "Case No,Colour\n" + "".join(f"A-{n},grey\n" for n in range(9)))
    with pytest.raises(UserError, match=r"write the guess with python -m data suggest .* # NEEDED\."):
        trial.prepare(tmp_path / "try-a", [file])
    assert not (tmp_path / "try-a").exists()


def test_only_a_trial_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "try-mine").mkdir()
    with pytest.raises(UserError, match="There is no trial in"):
        trial.delete(tmp_path / "try-mine")
    done = trial.prepare(tmp_path / "try-a", [written(tmp_path, CASES)])
    trial.delete(done.folder)
    assert not done.folder.exists()


@pytest.mark.parametrize(
    ("name", "folder"), [("complaints 2020", "try-complaints-2020"), ("../../x", "try-x"), ("…", "try-file")]
)
def test_a_trials_folder_stands_beside_the_review_whatever_its_name(name: str, folder: str) -> None:
    assert trial.trial_folder(Path("reviews/mine"), name) == Path("reviews") / folder
