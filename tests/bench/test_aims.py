"""What is held to at each size, how far off it is, and what is written down for the next run."""

import json

import pytest
from rich.console import Console

from tests.bench import aims
from tests.bench.aims import Measured


@pytest.mark.parametrize(
    ("size", "limits"), [(300, (6, 3)), (3_778, (6, 3)), (100_000, (4, 2)), (1_000_000, (2, 1.2))]
)
def test_each_size_is_held_to_its_own_aims(size, limits):
    assert Measured(aims.WHOLE_SET, 1.0, size).limits == limits


def test_what_is_aimed_at_from_a_size_on_is_not_below_it():
    assert Measured(aims.WEEKLY, 1.0, 100_000).limits is None
    assert Measured(aims.WEEKLY, 1.0, 1_000_000).limits == (0.1, 0.1)


@pytest.mark.parametrize(
    ("measured", "holds", "distance"),
    [
        (Measured(aims.CLICK, 3.2, 300), False, "4.0 times"),
        (Measured(aims.CLICK, 1.5, 300), True, "1.9 times"),
        (Measured(aims.CLICK, 0.8, 300), True, "reached"),
        (Measured(aims.READERS, 10), False, "10.0 times"),
        (Measured(aims.READERS, 100), True, "reached"),
        (Measured(aims.READERS, 0), False, "1000.0 times"),
    ],
)
def test_the_distance_says_how_many_times_the_aim_it_is(measured, holds, distance):
    assert (measured.holds, measured.distance()) == (holds, distance)


def test_the_worst_is_named_with_how_many_it_is_of():
    assert aims.worst(aims.CLICK, {"Data": 2.0, "Audit": 5.0}, 300) == [
        Measured(aims.CLICK, 5.0, 300, "Audit, of 2")
    ]
    assert aims.worst(aims.CLICK, {}, 300) == []


def test_what_is_written_is_shown_as_last_time_and_what_was_not_measured_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(aims, "LAST", tmp_path / "last.json")
    aims.write_last([Measured(aims.CLICK, 14.23, 300), Measured(aims.READERS, 3)])
    aims.write_last([Measured(aims.CLICK, 9.5, 300), Measured(aims.WEEKLY, 1.0, 300)])
    assert aims.read_last() == {Measured(aims.CLICK, 0, 300).what: 9.5, aims.READERS.what: 3}
    console = Console(record=True, width=160)
    aims.print_aims(console, [Measured(aims.CLICK, 4.0, 300)])
    assert [cell.strip() for cell in console.export_text().splitlines()[4].split("│")][3:8] == [
        "1.5", "DOES NOT HOLD", "0.8", "5.0 times", "9.5",
    ]  # fmt: skip


def test_the_file_of_the_last_run_names_no_machine():
    if aims.LAST.exists():
        last = json.loads(aims.LAST.read_text(encoding="utf-8"))
        assert set(last) == {"date", "versions", "measured"}
        assert all(isinstance(value, int | float) for value in last["measured"].values())
