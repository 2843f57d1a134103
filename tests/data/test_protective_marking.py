import pytest

from access.settings import read_settings
from data.errors import UserError
from data.protective_marking import configured, marked


def test_real_data_bears_the_words_and_a_demonstration_says_that_it_is_one():
    assert marked(demonstration=False) == "OFFICIAL-SENSITIVE"
    assert marked(" OFFICIAL ", demonstration=False) == "OFFICIAL"
    assert marked("OFFICIAL", demonstration=True) == "OFFICIAL · DEMONSTRATION DATA"


@pytest.mark.parametrize("words", ["", "  ", "=1", "-x", "two\nlines", "x" * 101])
def test_a_marking_that_cannot_stand_on_a_file_is_refused(words):
    with pytest.raises(UserError, match="must begin with a letter"):
        marked(words, demonstration=False)


def test_the_words_are_those_of_the_deployment_and_else_the_usual_ones(tmp_path, monkeypatch):
    monkeypatch.delenv("CANDOUR_SETTINGS", raising=False)
    assert configured(tmp_path) == "OFFICIAL-SENSITIVE"
    (tmp_path / "settings.toml").write_text('mode = "single-user"\n')
    assert configured(tmp_path) == "OFFICIAL-SENSITIVE"
    (tmp_path / "settings.toml").write_text('marking = "OFFICIAL"\n')
    assert configured(tmp_path) == "OFFICIAL" == read_settings(tmp_path).marking
    named = tmp_path / "named.toml"
    monkeypatch.setenv("CANDOUR_SETTINGS", str(named))
    with pytest.raises(UserError, match="There is no file"):
        configured(tmp_path)
    named.write_text('marking = "PART 3"\n')
    assert configured(tmp_path) == "PART 3" == read_settings(tmp_path).marking
    named.write_text("marking = 3\n")
    with pytest.raises(UserError, match=r"named\.toml: .*marking"):
        configured(tmp_path)
