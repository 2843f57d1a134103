"""The command line: what it does, and the one sentence it says when it cannot."""

import csv
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, OperationalError, ProgrammingError

import data
from data import trial
from data.__main__ import main
from data.intake.load import Progress
from data.migration import NEWEST
from data.record import at_the_keyboard
from data.releases import Releases
from data.review import Review, new_review, open_review
from data.schema import SCHEMAS
from tests.conftest import TERMS
from tests.data.conftest import lines
from tests.data.test_commands import SENTENCES, locked_error
from tests.data.test_migration import NEXT, use_later_version

MAPPING = """\
extract = "full"
[[tables]]
table = "applications"
[tables.columns]
application_ref = "Ref"
received_on = "Received"
route = "Route"
area = "Area"
decision = "Decision"
decided_on = "Decided"
"""
GOOD = lines(
    "A-1,01/02/2020,right to ask,north,disclosure,02/02/2020", "A-2,03/02/2020,right to know,south,,"
)


WHY = ("--reason", "The yearly return to the office")


class Shell:
    """A folder with a review, and what a command printed there."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.review = folder / "review"
        self._capsys = capsys
        self.out = self.err = ""

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def run(self, *arguments: str) -> int:
        code = main(["--review", str(self.review), *arguments])
        self.out, self.err = self._capsys.readouterr()
        return code

    def printed(self) -> Any:
        return self._capsys.readouterr()

    def load(self, text: str = GOOD, *options: str) -> int:
        file, mapping = self.write("a.csv", text), self.write("mapping.toml", MAPPING)
        options = options if "--recorded-on" in options else ("--recorded-on", "2024-01-11", *options)
        return self.run("load", file, "--mapping", mapping, *options)

    def opened(self) -> Review:
        return open_review(self.review)


@pytest.fixture
def shell(
    tmp_path: Path, blank_review: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    shutil.copytree(blank_review, tmp_path / "review")
    return Shell(tmp_path, capsys)


def sentence(text: str) -> bool:
    """Whether this is one plain sentence on one line, and no traceback."""
    return text.count("\n") == 1 and text.endswith((".\n", "FILE.\n")) and "Traceback" not in text


def test_new_makes_a_review_and_says_what_comes_next(shell: Shell, terms_file: Path) -> None:
    folder = shell.folder / "other"
    assert shell.run("new", str(folder), "--terms", str(terms_file)) == 0
    assert f"python -m data --review {folder} load FILE --mapping mapping.toml" in shell.out
    assert open_review(folder).ledger.version() == 0
    assert shell.run("new", str(folder), "--terms", str(terms_file)) == 1
    assert "There is a review in" in shell.err
    assert sentence(shell.err)


def test_migrate_says_that_there_is_nothing_to_do(shell: Shell) -> None:
    assert shell.run("migrate") == 0
    assert f"The ledger of {shell.review} is up to date, at revision {NEWEST}; nothing" in shell.out


def test_migrate_brings_an_old_ledger_up_to_date_and_writes_it_down(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_later_version(monkeypatch, shell.folder / "migrations")
    assert shell.run("status") == 1
    assert f"bring it up to date with python -m data --review {shell.review} migrate." in shell.err
    assert shell.run("migrate") == 0
    assert f"from revision {NEWEST} to {NEXT}; every row was kept." in shell.out
    with shell.opened().record.reading() as rows:
        assert [row.scope for row in rows][-1] == f"migration from revision {NEWEST} to {NEXT}"


def test_roles_are_granted_in_postgresql_only(shell: Shell) -> None:
    assert shell.run("grant", "--reader", "pages") == 1
    assert "The ledger is in SQLite, which has no roles" in shell.err
    assert sentence(shell.err)


@pytest.mark.postgres
def test_grant_says_what_each_role_may_do(
    shell: Shell, postgres_server: sa.URL, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = sa.create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    roles = [f"{kind}_{uuid.uuid4().hex[:8]}" for kind in ("pages", "loads")]
    with root.connect() as connection:
        for role in roles:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
    monkeypatch.setenv("CANDOUR_LEDGER", postgres_url)
    shell.review = shell.folder / "other"
    new_review(shell.review).ledger.engine.dispose()
    assert shell.run("grant", "--reader", roles[0], "--loader", roles[1]) == 0
    assert f"The role {roles[0]} may read the ledger" in shell.out
    assert f"The role {roles[1]} may load" in shell.out
    review = shell.opened()
    with review.record.reading() as rows:
        assert [row.scope for row in rows] == [f"rights granted to {roles[0]} and {roles[1]}"]
    review.ledger.engine.dispose()


def test_a_backup_is_written_tried_and_restored_and_the_keys_are_asked_for(shell: Shell) -> None:
    shell.load()
    file, again = str(shell.folder / "a.backup"), shell.folder / "again"
    assert shell.run("backup", file) == 0
    assert f"Wrote load 1 of 'A review to test with' to {file}, with the record up to entry 3, " in shell.out
    keys, anchor = shell.review / "record.keys", shell.review / "record.anchor"
    assert f"It does not hold the keys of the record: back up {keys} and {anchor} too" in shell.out
    assert shell.run("drill", file) == 0
    assert "is whole: " in shell.out
    assert "a record of 3 entries, every signature verified." in shell.out
    assert shell.run("restore", file, str(again)) == 0
    assert f"your copy of the record's keys as {again / 'record.keys'}, make an empty file" in shell.out
    assert f"{again / 'record.anchor'}, and hold the record once against" in shell.out
    assert f"python -m access --review {again} verify --anchor COPY." in shell.out
    assert shell.run("backup", file) == 1
    assert "a backup is never written over" in shell.err
    assert sentence(shell.err)
    Path(file).write_bytes(b"")
    assert shell.run("drill", file) == 1
    assert "is not a whole backup: it was cut off or changed, so take another copy." in shell.err
    assert sentence(shell.err)


def test_load_prints_counts_that_add_up_and_keeps_the_load(shell: Shell) -> None:
    assert shell.load() == 0
    assert (
        "applications from a.csv: 2 rows read = 2 accepted + 0 in quarantine + 0 repeated + 0 blank"
        in shell.out
    )
    assert "Accepted = 2 new + 0 changed + 0 unchanged; 0 removed." in shell.out
    assert "Kept as load 1." in shell.out
    assert shell.err == ""


def test_the_same_file_again_says_that_nothing_changed_and_which_load_took_it_first(shell: Shell) -> None:
    shell.load(lines("A-3,01/02/2020,right to ask,north,,"))
    shell.load(GOOD, "--confirm-corrections", "--confirm-removals")
    assert shell.load() == 0
    assert "Nothing changed: load 2 took this already, and the ledger is still at load 2." in shell.out
    assert "Accepted = 2 new + 0 changed + 0 unchanged; 1 removed." in shell.out
    assert shell.load(GOOD, "--recorded-on", "2024-02-11") == 0
    assert "Nothing changed: load 2 took this already" in shell.out


def test_a_dry_run_shows_and_keeps_nothing(shell: Shell) -> None:
    assert shell.load(GOOD, "--dry-run") == 0
    assert "2 new" in shell.out
    assert "This was a dry run: nothing was kept." in shell.out
    assert shell.opened().ledger.version() == 0


def test_quarantine_is_shown_by_row_column_shape_and_reason_and_never_by_value(shell: Shell) -> None:
    bad = "Secret-1,31/02/2020,right to ask,[red]nroth,,"
    assert shell.load(GOOD + bad + "\n") == 0
    assert re.search(r"a\.csv\W+4\W+received_on\W+99/99/9999\W+is not a day that exists", shell.out)
    assert "Secret" not in shell.out.title()


def test_dropped_columns_and_warnings_are_told(shell: Shell) -> None:
    shell.load(
        GOOD.replace("Ref,", "Name,Ref,").replace("\nA", "\nx,A").replace("01/02/2020", "01/02/2020 12:30")
    )
    assert "Columns left out: Name." in shell.out
    assert "Warning: Times of day in 'Received' were left out." in shell.out


def test_the_note_is_kept_with_the_load(shell: Shell) -> None:
    shell.load(GOOD, "--note", "Weekly")
    assert shell.opened().ledger.loads()["note"].to_list() == ["Weekly"]


def test_removals_wait_for_their_confirmation(shell: Shell) -> None:
    rows = [f"A-{n},01/02/2020,right to ask,north,," for n in range(10)]
    shell.load(lines(*rows))
    assert shell.load(lines(*rows[:2])) == 1
    assert "lacks 8 of the 10 current applications" in shell.err
    assert sentence(shell.err)
    assert shell.load(lines(*rows[:2]), "--confirm-removals", "--recorded-on", "2024-01-18") == 0
    assert "8 removed" in shell.out


def test_status_says_what_is_held_and_how_it_came(shell: Shell) -> None:
    assert shell.run("status") == 0
    assert "Nothing has been loaded yet." in shell.out
    shell.load(GOOD, "--note", "[Weekly]")
    assert shell.run("status") == 0
    assert "1 load, the last recorded on 11 January 2024." in shell.out
    assert re.search(r"applications\W+2\W+1\W+0", shell.out)
    assert re.search(r"1\W+11 Jan 2024\W+2\W+2\W+0\W+0\W+0\W+Weekly\]", shell.out)


def test_export_writes_every_table_as_known_on_a_day(shell: Shell) -> None:
    shell.load()
    south = lines("A-1,01/02/2020,right to ask,south,,")
    shell.load(south, "--recorded-on", "2024-01-18", "--confirm-removals")
    assert shell.run("export", str(shell.folder / "then"), *WHY, "--as-known", "2024-01-11") == 0
    assert shell.run("export", str(shell.folder / "now"), *WHY) == 0
    then = pl.read_parquet(shell.folder / "then" / "applications.parquet")
    assert then.select("application_ref", "area").rows() == [("A-1", "north"), ("A-2", "south")]
    now = (shell.folder / "now" / "applications.csv").read_text(encoding="utf-8-sig").splitlines()
    table = list(csv.DictReader(now[1:-1]))
    assert [(row["application_ref"], row["area"]) for row in table] == [("A-1", "south")]
    assert now[0] == now[-1] == "OFFICIAL-SENSITIVE"
    assert "As known on 11 January 2024" in (shell.folder / "then" / "README.txt").read_text()
    assert len(list((shell.folder / "now").iterdir())) == 2 * len(SCHEMAS) + 1


def test_status_and_export_are_in_the_record_before_anything_is_shown(shell: Shell) -> None:
    shell.load()
    shell.run("status")
    shell.run("export", str(shell.folder / "out"), *WHY, "--as-known", "2024-01-11")
    shell.run("export", str(shell.folder / "out"), *WHY)
    review = shell.opened()
    with review.record.reading() as rows:
        said = [(row.kind, row.scope, row.outcome) for row in rows][2:]
    assert said == [
        ("consultation", "what the review holds at load 1", "allowed"),
        ("disclosure", "every table as known on 2024-01-11, loads 1 to 1", "allowed"),
    ]
    assert review.record.between(dt.date(2000, 1, 1), dt.date(2999, 1, 1))[-1].reason == WHY[1]
    review.record.anchor.path.unlink()
    assert shell.run("status") == shell.run("export", str(shell.folder / "other"), *WHY) == 1
    assert shell.out == ""
    assert not (shell.folder / "other").exists()


def test_no_export_without_a_reason(shell: Shell) -> None:
    shell.load()
    with pytest.raises(SystemExit):
        shell.run("export", str(shell.folder / "out"))
    assert "--reason" in shell.printed().err
    assert shell.run("export", str(shell.folder / "out"), "--reason", "because") == 1
    assert "Say why these rows are needed outside Candour" in shell.err
    assert sentence(shell.err)
    assert not (shell.folder / "out").exists()


def test_export_never_writes_over_anything(shell: Shell) -> None:
    shell.load()
    assert shell.run("export", str(shell.folder), *WHY) == 1
    assert "There is something in" in shell.err
    assert sentence(shell.err)


def test_an_empty_review_has_nothing_to_export(shell: Shell) -> None:
    assert shell.run("export", str(shell.folder / "out"), *WHY) == 1
    assert not (shell.folder / "out").exists()


@pytest.mark.long
@pytest.mark.parametrize("ref", ["=HYPERLINK(1)", "+CMD|' /C CALC'!A0", "-2+3", "@SUM(1)"])
def test_a_formula_is_stored_as_text_and_escaped_on_export(shell: Shell, ref: str) -> None:
    assert shell.load(lines(f"{ref},01/02/2020,right to ask,north,,")) == 0
    shell.run("export", str(shell.folder / "out"), *WHY)
    assert pl.read_parquet(shell.folder / "out" / "applications.parquet")["application_ref"].item() == ref
    written = (shell.folder / "out" / "applications.csv").read_text(encoding="utf-8-sig").splitlines()
    assert next(csv.DictReader(written[1:-1]))["application_ref"] == f"'{ref}"


def test_try_loads_a_file_by_a_guess_opens_it_and_says_so_in_few_lines(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(trial, "open_dashboard", lambda folder: opened.append(folder) or 0)
    file = shell.write("register.csv", GOOD)
    folder = shell.folder / "try-register"
    assert shell.run("try", file) == 0
    assert opened == [folder]
    printed = shell.out.splitlines()
    assert len(printed) <= 15
    assert printed[0] == "register.csv: One row for each case: 2 rows."
    assert "Loaded 2 applications of 2 rows." in printed
    again = f"load {file} --mapping {folder / 'mapping.toml'} --confirm-corrections --confirm-removals"
    assert f"--review {folder} {again}" in shell.out
    assert shell.run("try", file, "--name", "again", "--no-open") == 0
    assert opened == [folder]
    assert shell.run("try", "--delete", "again") == 0
    assert not (shell.folder / "try-again").exists()


def test_try_names_what_it_rejects(shell: Shell) -> None:
    bad = lines(
        *(f"A-{n},01/02/2020,right to ask,north,,{'02' if n else '01'}/01/2021" for n in range(9)),
        "A-9,TBC,,,,",
    )
    assert shell.run("try", shell.write("a.csv", bad), "--no-open") == 0
    assert "Rejected 1 row: received_on is not a date." in shell.out


@pytest.mark.parametrize("arguments", [[], ["a.csv", "--delete", "a"]])
def test_try_takes_files_or_a_trial_to_delete(shell: Shell, arguments: list[str]) -> None:
    assert shell.run("try", *arguments) == 1
    assert shell.err == "Name the files to try, or a trial to delete: python -m data try FILE.\n"


def test_suggest_prints_a_mapping_or_writes_it_once(shell: Shell) -> None:
    file = shell.write("a.csv", GOOD)
    assert shell.run("suggest", file) == 0
    assert 'application_ref = "Ref"' in shell.out
    assert "[lists]" in shell.err
    out = shell.folder / "new.toml"
    assert shell.run("suggest", file, "--out", str(out)) == 0
    assert 'application_ref = "Ref"' in out.read_text()
    assert shell.run("suggest", file, "--out", str(out)) == 1
    assert "There is a file" in shell.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["load", "none.csv", "--mapping", "MAPPING"], "There is no file none.csv"),
        (["load", "A", "--mapping", "none.toml"], "There is no file none.toml"),
        (["load", "A", "--mapping", "A"], "a.csv is not valid TOML"),
        (["load", "A", "--mapping", "MAPPING", "--recorded-on", "2999-01-01"], "is still to come"),
        (["load", "sqlite:///none.db", "--mapping", "MAPPING"], "There is no database file none.db"),
        (["suggest", "none.csv"], "There is no file none.csv"),
        (["new", "A/b", "--terms", "TERMS"], "check the path"),
    ],
)
def test_every_failure_is_one_sentence_and_exit_code_1(shell: Shell, arguments: list[str], said: str) -> None:
    names = {
        "A": shell.write("a.csv", GOOD),
        "MAPPING": shell.write("mapping.toml", MAPPING),
        "TERMS": shell.write("t.toml", TERMS),
    }
    names["A/b"] = f"{names['A']}/b"
    assert shell.run(*(names.get(each, each) for each in arguments)) == 1
    assert said in shell.err
    assert sentence(shell.err)
    assert shell.out == ""
    assert shell.opened().ledger.version() == 0


def test_a_review_that_is_not_there_is_a_sentence(shell: Shell) -> None:
    shell.review = shell.folder / "none"
    for command in (["status"], ["export", "x", *WHY]):
        assert shell.run(*command) == 1
        assert "There is no review in" in shell.err
        assert sentence(shell.err)


def test_debug_shows_where_it_went_wrong(shell: Shell) -> None:
    with pytest.raises(Exception, match=r"There is no file none\.csv"):
        shell.run("--debug", "suggest", "none.csv")


@pytest.mark.parametrize(
    "arguments", [[], ["lode"], ["load", "x"], ["load", "x", "--mapping", "y", "--recorded-on", "11/01/2024"]]
)
def test_a_command_that_makes_no_sense_is_a_usage_error(shell: Shell, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        shell.run(*arguments)
    assert stopped.value.code == 2
    assert sentence(shell.printed().err)


def test_real_data_is_never_loaded_into_a_demonstration(shell: Shell) -> None:
    terms = shell.write("shown.toml", f"demonstration = true\n{TERMS}")
    shell.review = shell.folder / "shown"
    shell.run("new", str(shell.review), "--terms", terms)
    assert shell.load() == 1
    assert "real data is never mixed with one" in shell.err


STATEMENT = """
[[statements]]
title = "A statement"
published_at = 2024-01-11T10:00:00+00:00
where_from = "Press"
as_at = 2024-01-11

[[statements.numbers]]
figure = "failures"
title = "Failures found"
counts = "failures"
unit = "failures"
number = 25
"""


def test_statements_made_before_are_entered_from_a_file_once_and_by_name(shell: Shell) -> None:
    file = shell.write("statements.toml", STATEMENT)
    assert shell.run("enter", file) == 0
    assert shell.out == (
        "Entered 'A statement' of 11 January 2024 as Release 1.\n"
        "Nothing of this is public before a release approver has confirmed it, on Releases.\n"
    )
    assert shell.run("enter", file) == 1
    assert shell.err == "This very statement is entered already, as Release 1.\n"
    review = shell.opened()
    (release,) = Releases(review.ledger, review.record).all()
    (entered,) = release.steps
    assert (entered.who, entered.role, entered.kind) == (at_the_keyboard(), "data steward", "entered")
    review.ledger.engine.dispose()
    assert shell.run("enter", shell.write("wrong.toml", STATEMENT.replace("25", "-25"))) == 1
    assert sentence(shell.err)


def test_demo_builds_the_demonstration_where_it_is_asked_to(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Path, str]] = []

    def build(folder: Path, *, example: str, progress: Progress) -> Review:
        progress("Loading", 0, 1)
        asked.append((folder, example))
        return shell.opened()

    monkeypatch.setattr("data.demo.build", build)
    assert shell.run("demo") == 0
    assert shell.run("demo", str(shell.folder / "shown")) == 0
    assert shell.run("demo", "--example", "housing") == 0
    assert asked == [
        (shell.review, "demonstration"),
        (shell.folder / "shown", "demonstration"),
        (shell.review.with_name("housing"), "housing"),
    ]
    assert "Made the demonstration review in" in shell.out


def test_a_demonstration_that_there_is_none_of_is_refused_by_the_names_of_those_there_are(
    shell: Shell,
) -> None:
    assert shell.run("demo", "--example", "hospital") == 1
    assert "There is no example 'hospital'; there are demonstration and housing." in shell.err


def test_a_command_that_is_stopped_says_so(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("service.commands.load", stop)
    assert shell.load() == 130
    assert sentence(shell.err)


def test_a_ledger_in_use_for_too_long_is_a_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait(*_: object, **__: object) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, locked_error(shell.folder / "other.sqlite"))

    monkeypatch.setattr("service.commands.load", wait)
    assert shell.load() == 1
    assert "Another load has been using the ledger" in shell.err
    assert sentence(shell.err)


def test_many_rows_in_quarantine_for_one_reason_are_told_in_one_line(shell: Shell) -> None:
    assert shell.load(GOOD + "".join(f"B-{n},TBC,right to ask,north,,\n" for n in range(25))) == 0
    assert re.search(r"a\.csv\W+4, 5, 6, 7 and 21 more\W+received_on\W+A\W+is not a date", shell.out)
    assert shell.out.count("is not a date") == 1


def test_of_many_reasons_the_first_are_shown_and_the_rest_counted(shell: Shell) -> None:
    assert shell.load(GOOD + "".join(f"B-1{',x' * more}\n" for more in range(6, 30))) == 0
    assert "has 26 cells where the header has 6" in shell.out
    assert "has 27 cells" not in shell.out
    assert "... and 4 more." in shell.out


def test_a_database_that_is_down_is_a_sentence(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CANDOUR_LEDGER", "postgresql://nobody@127.0.0.1:1/none")
    assert shell.run("status") == 1
    assert shell.err == SENTENCES["not_reached"] + "\n"


@pytest.mark.long
def test_the_command_runs_as_a_module_and_its_review_comes_from_the_environment(shell: Shell) -> None:
    shell.load()
    done = subprocess.run(
        [sys.executable, "-m", "data", "status"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(data.__file__).parents[1],
        env=os.environ | {"CANDOUR_REVIEW": str(shell.review)},
    )
    assert "A review to test with" in done.stdout


@pytest.mark.parametrize("raised", [ProgrammingError, DataError, IntegrityError, DatabaseError])
def test_every_error_of_a_database_is_a_sentence_without_values(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, raised: type[DatabaseError]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise raised("INSERT", {"name": "Jane Smith"}, Exception("invalid input: 'Jane Smith'"))

    monkeypatch.setattr("service.commands.load", fail)
    assert shell.load() == 1
    assert "The database refused this" in shell.err
    assert "Jane" not in shell.err
    assert sentence(shell.err)


def test_an_error_of_a_driver_itself_is_a_sentence_without_values(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise psycopg.errors.ForeignKeyViolation("Jane Smith")

    monkeypatch.setattr("service.commands.load", fail)
    assert shell.load() == 1
    assert "The database refused this (ForeignKeyViolation)" in shell.err
    assert "Jane" not in shell.err


def test_a_ledger_that_is_no_database_says_so(shell: Shell) -> None:
    (shell.review / "ledger.sqlite").write_text("This is a letter, not a database. " * 100)
    assert shell.run("status") == 1
    assert "The file named as a database is not one, or is damaged" in shell.err
    assert sentence(shell.err)


def test_a_source_that_is_no_database_says_so(shell: Shell) -> None:
    letter = shell.write("letter.db", "This is a letter, not a database. " * 100)
    mapping = shell.write(
        "m.toml", MAPPING.replace("[tables.columns]", 'source_table = "cases"\n[tables.columns]')
    )
    assert shell.run("load", f"sqlite:///{letter}", "--mapping", mapping) == 1
    assert "The file named as a database is not one, or is damaged" in shell.err
    assert sentence(shell.err)
