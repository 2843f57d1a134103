import re

import pytest

from pages.shell.header import print_rules as rules


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
