"""Kinds of sentence that a press office writes, which were once read wrongly."""

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from metrics.statement.checker import check
from tests.metrics.statement.published import FOUNDING, VOCABULARY

SENTENCES = tomllib.loads((Path(__file__).parent / "kinds.toml").read_text())["sentence"]


@pytest.mark.parametrize("sentence", SENTENCES, ids=lambda sentence: sentence["text"])
def test_each_number_of_a_kind_gets_its_mark(sentence):
    checked = check(sentence["text"], dt.date(2024, 5, 23), FOUNDING, VOCABULARY)
    marks = [
        f"{claim.text}: {claim.mark}"
        for claim in (*checked.claims, *checked.cross_checks)
        if claim.mark != "not a figure"
    ]
    assert marks == sentence["marks"]
