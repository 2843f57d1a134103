"""The table of bad files: 82 classes, each with a test of its own number in one of these modules.

Every test goes through the front door, on a real file, and checks the outcome, and that what was read is what was
accepted, held back, repeated and ignored (`outcomes`).
"""

import ast
import re
from pathlib import Path

CLASSES = range(1, 83)
NUMBERED = re.compile(r"test_(\d\d)_")


def _numbers() -> list[int]:
    return [
        int(found[1])
        for path in Path(__file__).parent.glob("test_faults_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and (found := NUMBERED.match(node.name))
    ]


def test_every_class_of_bad_file_has_a_test_and_every_number_is_of_a_class() -> None:
    assert sorted(set(_numbers())) == list(CLASSES)
