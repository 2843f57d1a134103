"""The benchmark itself runs, small; what it measures is printed and not judged here."""

import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.bench import __main__ as bench
from tests.bench.measure import WorkerDied, alone, in_child
from tests.bench.visitor import ROOT
from tests.bench.workers import equal_at_20, killed, left, out_of_memory, worker_killed


@pytest.mark.long
@pytest.mark.parametrize("part", sorted(set(bench.PARTS) - {"browser", "proxy", "cold"}))
def test_each_part_runs_small_and_says_equal(part, monkeypatch, capfd):
    monkeypatch.setattr(bench, "in_child", lambda work, *arguments: work(*arguments))
    pages = ["--pages", "Staffing", "Audit"]
    ended = bench.main(["--sizes", "300", "--parts", part, "--turns", "1", *pages])
    printed = capfd.readouterr().out
    assert ended == 0, printed
    assert f"{part} at 300" in printed
    assert ("EQUAL" in printed.split("All parts:")[0]) == (part != "readers")
    assert "DIFF" not in printed
    assert "peak memory" in printed
    assert ("What is held to" in printed) == (part in ("metrics", "pages", "readers"))


@pytest.mark.long
def test_it_is_run_as_a_command():
    command = [sys.executable, "-m", "tests.bench", "--sizes", "40", "--parts", "loads", "--turns", "1"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, "All parts: EQUAL" in ended.stdout) == (0, True), ended.stderr


def test_every_part_names_a_function_that_is_there():
    assert all(find_spec(f"tests.bench.{part.module}") for part in bench.PARTS.values())


@pytest.mark.long
@pytest.mark.parametrize(
    ("ends", "how"),
    [
        (killed, "killed was ended by SIGKILL, perhaps for want of memory"),
        (out_of_memory, "MemoryError"),
        (left, "left ended without an answer (exit code 3)"),
        (worker_killed, "killed was ended by SIGKILL"),
    ],
)
def test_a_part_that_dies_is_named_and_the_others_still_run(ends, how, monkeypatch, capfd):
    monkeypatch.setattr(bench, "PARTS", {"metrics": ends, "loads": equal_at_20})
    assert bench.main(["--sizes", "20"]) == 1
    printed = capfd.readouterr().out
    assert "The part metrics at 20 died: " in printed
    assert how in printed
    assert "loads at 20" in printed
    assert "The part loads" not in printed


def test_a_part_whose_answers_differ_fails_the_run(monkeypatch):
    monkeypatch.setattr(bench, "PARTS", {"loads": equal_at_20})
    assert bench.main(["--sizes", "20"]) == 0
    assert bench.main(["--sizes", "20", "30"]) == 1


def test_a_worker_hands_back_what_it_returns():
    assert in_child(sorted, [3, 1, 2]) == [1, 2, 3]


def test_a_worker_that_is_killed_is_named():
    with pytest.raises(WorkerDied, match="killed was ended by SIGKILL"):
        alone(killed)


@pytest.mark.parametrize("asked", [["--sizes", "0"], ["--parts", "nothing"], ["--turns", "0"]])
def test_what_cannot_be_run_is_refused(asked, capsys):
    with pytest.raises(SystemExit, match="2"):
        bench.main(asked)
    assert "usage: python -m tests.bench" in capsys.readouterr().err


def test_sizes_are_taken_apart_or_together_smallest_first(monkeypatch):
    run = []
    monkeypatch.setattr(bench, "PARTS", {"loads": equal_at_20})
    monkeypatch.setattr(bench, "in_child", lambda _, part, size, options: (run.append(size) is None, []))
    assert bench.main(["--sizes", "100_000,20", "3778"]) == 0
    assert run == [20, 3_778, 100_000]
