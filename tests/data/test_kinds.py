"""The words of the record are written down once."""

import ast
from pathlib import Path

from data.kinds import Kind, Outcome

ROOT = Path(__file__).parents[2]
SOURCES = sorted(path for floor in ("access", "data") for path in (ROOT / floor).rglob("*.py"))


def strings_in_entries(path: Path) -> set[str]:
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    of_entries = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Entry"]
    words = [each for call in of_entries for each in (*call.args, *(named.value for named in call.keywords))]
    return {str(each.value) for each in words if isinstance(each, ast.Constant)}


def test_no_entry_spells_a_kind_or_an_outcome_itself() -> None:
    assert len(SOURCES) > 50
    words = {*Kind, *Outcome}
    assert not {str(path): spelt for path in SOURCES if (spelt := strings_in_entries(path) & words)}
