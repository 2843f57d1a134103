"""Which rows are of kinds of their own, and which only differ as rows of one kind do."""

from data.intake.meant_rows import kinds_of, void_rows
from data.intake.profile import Part, parts_of
from data.intake.sources import open_file
from tests.data.conftest import Loader


def part(desk: Loader, *rows: str) -> Part:
    desk.file("\n".join([*rows, ""]), "a.csv")
    (only,) = parts_of(open_file(desk.folder / "a.csv", []))
    return only


def day(number: int) -> str:
    return f"2020-02-{number % 28 + 1:02d}"


def test_rows_with_columns_of_their_own_are_kinds(desk: Loader) -> None:
    rows = (f"Case,C{n},{day(n)},\nCharge,C{n},,Upheld" for n in range(40))
    kinds = kinds_of(part(desk, "Type,Case,Received,Finding", *rows))
    assert [(meant.codes, meant.rows) for meant, _ in kinds] == [(("Case",), 40), (("Charge",), 40)]
    assert [own.height for _, own in kinds] == [40, 40]
    assert kinds[1][0].setting == {"Type": ["Charge"]}


def test_steps_of_a_case_are_no_kinds_though_each_says_something_else(desk: Loader) -> None:
    rows = (f"Logged,C{n},{day(n)},letter,\nClosed,C{n},{day(n + 1)},,Upheld" for n in range(40))
    assert kinds_of(part(desk, "Step,Case,Day,How,Finding", *rows)) == []


def test_open_and_closed_cases_are_no_kinds(desk: Loader) -> None:
    rows = (f"C{n},{day(n)},{('Open,,' + day(9), 'Closed,' + day(30) + ',')[n % 2]}" for n in range(40))
    assert kinds_of(part(desk, "Case,Received,Status,Closed,Due", *rows)) == []


def test_void_rows_are_counted_whatever_their_case_and_never_where_most_are_so(desk: Loader) -> None:
    rows = [f"C{n},{day(n)},{('VOID', 'Void', *['Live'] * 18)[n % 20]}" for n in range(60)]
    (void,) = void_rows(part(desk, "Case,Received,Record", *rows), fed=())
    assert (void.rows, void.without, void.in_doubt) == (6, True, False)
    assert list(void_rows(part(desk, "Case,Received,Record", *rows[:2]), fed=())) == []
