"""The demonstration's nation: each force has a register of its own, drawn from the demonstration's."""

import shutil
from pathlib import Path

import pytest

from data.__main__ import main
from data.errors import UserError
from data.partitions import read_forces
from data.review import FORCES, TERMS, open_review
from metrics.as_at import Clocks
from metrics.questions import Question
from service import national_demo
from service.nation import nation_of, stamp, sums
from service.national_demo import EXAMPLE, demonstrate
from tests.service.test_returns import LAST

NAMES = ("Ashdown", "Bedlow")


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "example"
    folder.mkdir()
    shutil.copy(EXAMPLE / TERMS, folder)
    lines = "".join(f'[[forces]]\nname = "{name}"\npartition = "drawn"\n' for name in NAMES)
    (folder / FORCES).write_text(f'{lines}[[forces]]\nname = "Calder"\n')
    monkeypatch.setattr(national_demo, "EXAMPLE", folder)


def figure(folder: Path, name: str, force: str) -> dict:
    place = stamp(folder)
    assert place is not None
    question = Question((name,), Clocks(LAST, LAST))
    figures = question.plan.finish(sums(nation_of(str(folder), place), (force,), question))
    return figures[name].row(0, named=True)


def test_the_example_names_43_forces_of_which_41_have_sent_returns():
    forces = read_forces(EXAMPLE / FORCES).forces
    assert len(forces) == 43
    assert sum(force.partition is not None for force in forces) == 41


@pytest.mark.usefixtures("example")
def test_the_forces_of_the_demonstration_differ_and_one_has_sent_nothing(demonstration, tmp_path: Path):
    folder = tmp_path / "nation"
    demonstrate(folder, demonstration)
    place = stamp(folder)
    assert place is not None
    nation = nation_of(str(folder), place)
    assert nation.missing() == {"Calder": "no return yet"}
    sizes = [figure(folder, "population", name)["numerator"] for name in NAMES]
    assert sizes[0] != sizes[1]
    assert all(national_demo.FEWEST * 0.9 < size < national_demo.MOST for size in sizes)
    assert figure(folder, "failures", "Ashdown")["numerator"] > 0
    assert figure(folder, "referrals", "Ashdown")["numerator"] > 0
    # Put elsewhere with all that is in it, it is the same.
    moved = Path(shutil.move(folder, tmp_path / "moved"))
    assert figure(moved, "population", "Bedlow")["numerator"] == sizes[1]


@pytest.mark.long
@pytest.mark.usefixtures("example")
def test_a_nation_is_made_sent_to_and_gathered_by_commands(demonstration, tmp_path: Path, capsys):
    folder, review = tmp_path / "nation", str(demonstration.folder)
    assert main(["--review", review, "demo", str(folder), "--national"]) == 0
    assert "Made a nation of demonstration forces" in capsys.readouterr().out
    sent = tmp_path / "return"
    asked = ["send", str(sent), "--nation", str(folder), "--force", "Calder", "--reason", "national return"]
    assert main(["--review", review, *asked]) == 0
    with (folder / FORCES).open("a") as forces:
        forces.write(f'partition = "{sent}"\n')
    assert main(["--review", str(folder), "gather"]) == 0
    assert "Put together 3 forces in 1 partition" in capsys.readouterr().out
    assert figure(folder, "population", "Calder")["numerator"] == 3_778
    open_review(folder).ledger.engine.dispose()


def test_a_folder_with_something_in_it_is_left_as_it_is(demonstration, tmp_path: Path):
    (tmp_path / "mine").touch()
    with pytest.raises(UserError, match="choose another folder for the nation"):
        demonstrate(tmp_path, demonstration)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]
