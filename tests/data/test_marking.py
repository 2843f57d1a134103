import pytest

from data.faults import Fault
from data.marking import marked


def test_real_data_bears_the_words_and_a_demonstration_says_that_it_is_one():
    assert marked(demonstration=False) == "OFFICIAL-SENSITIVE"
    assert marked(" OFFICIAL ", demonstration=False) == "OFFICIAL"
    assert marked("OFFICIAL", demonstration=True) == "OFFICIAL · DEMONSTRATION DATA"


@pytest.mark.parametrize("words", ["", "  ", "=1", "-x", "two\nlines", "x" * 101])
def test_a_marking_that_cannot_stand_on_a_file_is_refused(words):
    with pytest.raises(Fault, match="must begin with a letter"):
        marked(words, demonstration=False)
