import re
import shutil
import sqlite3
from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from access.roles import Role
from pages.shell.page_start import print_rules as rules
from service.markdown import PARTS
from tests.pages.conftest import MAIN, open_at, sign_in


def read_again(text):
    return re.sub(r"\\([0-9a-f]{6})", lambda found: chr(int(found.group(1), 16)), text)


@pytest.mark.parametrize(
    "words",
    [
        "OFFICIAL-SENSITIVE · A review · As at 11 January 2024",
        '"; } body { display: none } @page { content: "',
        "</style><script>alert(1)</script>",
        "back\\slash and 'quotes'",
        "Ymgynghoriad yr Heddlu: ŵ",
    ],
)
def test_whatever_the_words_are_they_stay_words(words):
    text = rules(words)
    content = re.search(r'@top-left \{ content: "(.*?)"; \}', text).group(1)
    assert read_again(content) == words
    assert not set('"<>{};') & set(content)
    assert text.count("{") == text.count("}") == 3


def test_words_stand_on_one_line():
    assert "two lines" in rules("two\n  lines")


def titled():
    from types import SimpleNamespace

    from pages.framework import draw_as_words
    from pages.shell.page_start import draw_title

    draw_as_words()
    terms = SimpleNamespace(name="A [b](c)", body="Body", demonstration=False)
    draw_title(SimpleNamespace(marking="OFFICIAL [a](http://b) **c**", terms=terms), "Title")


def test_a_marking_in_brackets_is_no_link_in_its_badge():
    (badge,) = AppTest.from_function(titled).run().markdown
    assert badge.value == rf":blue-badge[OFFICIAL \[a\](http:{PARTS}//b) \*\*c\*\*]"
    assert badge.proto.help == r"A \[b\](c) · Body"


def test_a_row_that_was_altered_hides_every_figure_and_says_which_load(untouched, tmp_path, monkeypatch):
    folder = shutil.copytree(untouched, tmp_path / "review")
    shutil.rmtree(folder / "snapshots")
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as ledger, ledger:
        for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            ledger.execute(f"DROP TRIGGER {name}")
        ledger.execute("UPDATE failures SET harm = NOT harm WHERE rowid = 3")
        (load,) = ledger.execute("SELECT opened_by FROM failures WHERE rowid = 3").fetchone()
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    sign_in(folder, monkeypatch, Role.CHIEF_OFFICER)
    page = AppTest.from_file(MAIN, default_timeout=60)
    open_at(page, "overview")
    (error,) = page.error
    assert error.value == (
        f"Load {load} is not as the record has it. No figure is shown, since none can be verified. "
        "Have whoever looks after the ledger restore the last whole backup."
    )
    assert not page.metric
    assert not page.header
    assert not page.get("plotly_chart")
