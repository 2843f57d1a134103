import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.errors import REFUSALS, refusal

FOLDER = Path(__file__).parents[2] / "data"
NAMES = ("refusal", "sentence")
SENTENCES: dict[str, str] = REFUSALS["sentences"]


def calls() -> Iterator[tuple[str, set[str | None]]]:
    """Name and fields of every refusal in the code."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in NAMES and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    yield str(name.value), {field.arg for field in node.keywords}


@pytest.mark.parametrize(("name", "fields"), list(calls()))
def test_every_refusal_fills_the_fields_of_its_sentence(name: str, fields: set[str | None]) -> None:
    wanted = set(re.findall(r"(?<!\{)\{(\w+)", SENTENCES[name]))
    # None stands for the fields of a dictionary.
    assert fields == wanted or (None in fields and fields - {None} <= wanted)


def test_every_sentence_is_used_and_ends_with_a_full_stop() -> None:
    assert set(SENTENCES) == {name for name, _ in calls()}
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in SENTENCES.values())


def test_what_a_file_says_is_never_taken_for_a_field() -> None:
    assert "{0} {file}" in str(refusal("folder", source="{0} {file}"))
