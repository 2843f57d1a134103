import re

from metrics.statement.verdicts import WRONG, Checked, Claim, Mark
from pages.parts.check.drawn import SYMBOLS, TONES, WORDS, listed, marked

DRAFT = 'We said "33" <b>failures</b> & 5 referrals, adequate research.'


def claim(text: str, mark: Mark, sentence: str = "Why & how.", instead: str = "") -> Claim:
    start = DRAFT.index(text)
    return Claim(start, start + len(text), text, mark, sentence, instead=instead)


def test_every_mark_has_a_symbol_and_words_of_its_own():
    assert set(SYMBOLS) == set(WORDS) == set(Mark)
    assert len(set(SYMBOLS.values())) == len(set(WORDS.values())) == len(Mark)
    assert not WRONG & set(TONES)


def test_the_draft_is_whole_and_escaped_with_its_marks_in_place():
    turn = claim("adequate research", Mark.OPPOSITE)
    found = Checked(DRAFT, (claim("33", Mark.MATCHES), claim("5", Mark.SMALL)), (turn,))
    numbers = {id(each): place for place, each in enumerate((*found.claims, *found.beside), start=1)}
    shown = marked(found, numbers)
    bare = re.sub(r"<mark[^>]*>([^<]*)<sup.*?</mark>", r"\1", shown)
    assert bare == "We said &quot;33&quot; &lt;b&gt;failures&lt;/b&gt; &amp; 5 referrals, adequate research."
    assert re.findall(r'<mark class="candour-(\w+)" title="[^"]*finding (\d)">', shown) == [
        ("right", "1"),
        ("wrong", "2"),
        ("wrong", "3"),
    ]


def test_what_was_found_is_listed_with_its_reason_and_what_to_say_instead():
    each = claim("5", Mark.DIFFERS, instead="Say <4>.")
    assert listed([each], {id(each): 7}) == (
        "<li>\N{NOT EQUAL TO}7 <strong>5</strong>: Differs from what was published. Why &amp; how."
        "<br>Say instead: <strong>Say &lt;4&gt;.</strong></li>"
    )
