"""The books of a ledger balance, and where they do not it is said."""

from collections.abc import Iterator

import pytest

from data.connection import reading
from data.ledger import Ledger
from data.receipt_audit import imbalances
from tests.data.test_ledger import FIRST, WEEK, arrival, rows, store


@pytest.fixture
def ledger(tmp_path) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    ledger.create("A review", demonstration=False)
    store(ledger, FIRST, arrival(rows(A="north", B="north", C="north")))
    store(ledger, FIRST + WEEK, arrival(rows(A="south", B="north"), fingerprint="g", held=("D",)))
    yield ledger
    ledger.engine.dispose()


def found(ledger: Ledger) -> list[str]:
    with reading(ledger.engine) as connection:
        return imbalances(connection, ledger.tables)


def unguarded(ledger: Ledger, *statements: str) -> None:
    with ledger.engine.begin() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in names.scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_the_books_of_a_ledger_that_only_loads_wrote_balance(ledger: Ledger) -> None:
    assert found(ledger) == []


@pytest.mark.parametrize(
    ("statement", "sentences"),
    [
        (
            "DELETE FROM applications WHERE application_ref = 'B'",
            ["The receipt of applications in load 1 says 3 rows opened; there are 2."],
        ),
        (
            "UPDATE applications SET recorded_to = NULL, closed_by = NULL WHERE application_ref = 'C'",
            ["The receipt of applications in load 2 says 2 rows closed; there is 1."],
        ),
        (
            "DELETE FROM quarantine",
            ["The receipt of applications in load 2 says 1 row held back; there are 0."],
        ),
        (
            "INSERT INTO loads SELECT 3, recorded_on, loaded_at, note FROM loads WHERE load = 2",
            ["Load 3 has no receipt."],
        ),
        (
            "INSERT INTO loads SELECT 9, recorded_on, loaded_at, note FROM loads WHERE load = 2",
            ["The loads are not numbered one by one.", "Load 9 has no receipt."],
        ),
    ],
)
def test_what_does_not_agree_is_said(ledger: Ledger, statement: str, sentences: list[str]) -> None:
    unguarded(ledger, statement)
    assert found(ledger) == sentences
