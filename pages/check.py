"""A draft before the public reads it: every number of it compared with what was published."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import streamlit as st

from data.docx_reader import MOST_PACKED, Manuscript, read_manuscript
from data.errors import UserError
from data.formatting import capitalised, counted, listed_words
from metrics.statement import published
from metrics.statement.checker import LONGEST
from metrics.statement.published import Checked, Claim, Mark
from pages.framework import UploadedFile
from pages.shell.page_start import current_source
from pages.widgets import chart_card
from service.markdown import plain
from service.releases.publishing import Press
from service.sentences.figure import are

READ = "check_read"
CANNOT = (
    "It reads numbers, the nouns beside them and the days of a sentence. "
    "It does not understand the sentence. It knows what was published, not what is true. "
    "A person must read every result."
)
NOT_STORED = "Your draft is not stored. The record says only that a draft was checked."


@dataclass(frozen=True)
class Draft:
    """A statement of a day. remarks: what of a document was not read, or is not seen at once."""

    text: str
    day: dt.date
    remarks: tuple[str, ...] = ()


# Each mark has a symbol and words: colour alone is not enough.
MARKS = {
    Mark.MATCHES: ("\N{CHECK MARK}", "as published"),
    Mark.ANOTHER_DAY: ("\N{ANTICLOCKWISE OPEN CIRCLE ARROW}", "published, but for another day"),
    Mark.DIFFERS: ("\N{NOT EQUAL TO}", "differs from what was published"),
    Mark.UNPUBLISHED: ("\N{EMPTY SET}", "not published"),
    Mark.SMALL: ("<", "a small number, not published exactly"),
    Mark.UNCLEAR: ("?", "cannot tell"),
    Mark.NO_FIGURE: ("\N{MIDDLE DOT}", "not a figure of this review"),
    Mark.SUM: ("\N{N-ARY SUMMATION}", "does not add up"),
    Mark.OPPOSITE: ("\N{UP DOWN ARROW}", "says the opposite of what was meant"),
}
SYMBOLS, WORDS = ({mark: pair[place] for mark, pair in MARKS.items()} for place in (0, 1))
TONES = {Mark.MATCHES: "right", Mark.UNCLEAR: "unclear", Mark.NO_FIGURE: "none"}


def draw() -> None:
    press = Press(current_source())
    releases = press.comparable()
    if not releases:
        st.info("Nothing has been published yet. You can check a draft once a release is public.")
        return
    heading = st.container()
    left, right = st.columns(2, gap="small")
    with left, chart_card.frame("draft", "Your draft"):
        brought = ask_draft(press.today)
    with right, chart_card.frame("result"):
        if brought is None:
            heading.header("Paste a draft to compare its numbers with what was published.", anchor=False)
            chart_card.head("How far to trust it")
            st.caption(how_good())
            return
        try:
            checked = press.check(brought.text, brought.day, releases)
        except UserError as fault:
            st.error(plain(str(fault)))
            return
        heading.header(draft_summary(checked), anchor=False)
        for remark in brought.remarks:
            st.info(plain(remark))
        draw_checked(checked)
        names = [release.name for release in releases if release.day <= brought.day]
        st.caption(f"Compared with {listed_words(names)}.")
        with st.popover("How far to trust it", type="tertiary", key="menu_trust"):
            st.caption(how_good())


def ask_draft(today: dt.date) -> Draft | None:
    with st.form("check", border=False):
        words = "Paste the statement here."
        pasted = st.text_area("Draft", height=300, max_chars=LONGEST, placeholder=words, help=NOT_STORED)
        label, size = "Or a Word document (.docx)", MOST_PACKED >> 20
        brought = st.file_uploader(label, type="docx", max_upload_size=size, help=NOT_STORED)
        about = '"In January" is read from this day. Later releases are left out.'
        day = st.date_input("Date of the statement", value=today, format="DD/MM/YYYY", help=about)
        st.form_submit_button("Check", type="primary")
    if brought is None:
        st.session_state.pop(READ, None)
        return Draft(pasted, day) if pasted.strip() else None
    read = _read_once(brought)
    if isinstance(read, str):
        st.error(plain(read))
    elif not read.text.strip():
        st.error("No words could be read in the document. Paste them instead.")
    else:
        both = "Only the document was checked. Remove it to check what is pasted."
        return Draft(read.text, day, (both, *read.remarks) if pasted.strip() else read.remarks)
    return None


def _read_once(brought: UploadedFile) -> Manuscript | str:
    """Return a document's words, or why it could not be read; once for each document of this session."""
    cached: tuple[str, Manuscript | str] | None = st.session_state.get(READ)
    if cached is None or cached[0] != brought.file_id:
        try:
            cached = brought.file_id, read_manuscript(brought.getvalue())
        except UserError as fault:
            cached = brought.file_id, str(fault)
        st.session_state[READ] = cached
    return cached[1]


def draw_checked(checked: Checked) -> None:
    everything = [*checked.claims, *checked.cross_checks]
    numbers = {id(claim): place for place, claim in enumerate(everything, start=1)}

    def listed(title: str, mark: Mark) -> None:
        _findings(title, [claim for claim in everything if claim.mark is mark], numbers)

    _findings("Correct first", [claim for claim in everything if claim.wrong], numbers)
    if checked.count(Mark.UNCLEAR):
        listed("Unclear", Mark.UNCLEAR)
    st.subheader("The draft, marked", anchor=False)
    st.html(f'<div class="candour-draft">{draft_html(checked, numbers)}</div>')
    used = (f"{SYMBOLS[mark]} {WORDS[mark]}" for mark in Mark if checked.count(mark))
    st.caption(" \N{MIDDLE DOT} ".join(used).replace("<", "\\<"))
    with st.expander("What matches, and what is no figure of this review"):
        listed("As published", Mark.MATCHES)
        listed("Not figures of this review", Mark.NO_FIGURE)


def draft_html(checked: Checked, numbers: dict[int, int]) -> str:
    written, place = list[str](), 0
    for claim in sorted((*checked.claims, *checked.cross_checks), key=lambda claim: claim.start):
        if claim.start < place:
            continue  # of two that overlap, only the first is marked
        written += [escape(checked.draft[place : claim.start]), _mark(claim, numbers[id(claim)])]
        place = claim.end
    return "".join([*written, escape(checked.draft[place:])])


def findings_html(claims: Iterable[Claim], numbers: dict[int, int]) -> str:
    return "".join(_item(claim, numbers[id(claim)]) for claim in claims)


def _findings(title: str, claims: list[Claim], numbers: dict[int, int]) -> None:
    st.subheader(title, anchor=False)
    if claims:
        st.html(f'<ul class="candour-found">{findings_html(claims, numbers)}</ul>')
    else:
        st.markdown("Nothing.")


def _mark(claim: Claim, number: int) -> str:
    tone = TONES.get(claim.mark, "wrong")
    words = f"{WORDS[claim.mark]}, finding {number}"
    return (
        f'<mark class="candour-{tone}" title="{escape(words)}">{escape(claim.text)}'
        f'<sup aria-hidden="true">{escape(SYMBOLS[claim.mark])}{number}</sup>'
        f'<span class="candour-spoken"> ({escape(words)})</span></mark>'
    )


def _item(claim: Claim, number: int) -> str:
    symbol, words = escape(SYMBOLS[claim.mark]), escape(capitalised(WORDS[claim.mark]))
    instead = f"<br>Say instead: <strong>{escape(claim.instead)}</strong>" if claim.instead else ""
    sentence = f"<strong>{escape(claim.text)}</strong>: {words}. {escape(claim.sentence)}"
    return f"<li>{symbol}{number} {sentence}{instead}</li>"


def draft_summary(checked: Checked) -> str:
    count = checked.figures
    if not count and not checked.cross_checks:
        return "No number in this draft can be checked against the review."
    unclear, beside = checked.count(Mark.UNCLEAR), len(checked.cross_checks)
    wrong = sum(claim.wrong for claim in checked.claims)
    if not wrong and not beside and not unclear:
        return "The one number is as published." if count == 1 else f"All {count} numbers are as published."
    if not wrong and not beside:
        of_all = f"{unclear} of {counted(count, 'number', 'numbers')}"
        return f"Nothing contradicts what was published, but {of_all} {are(unclear)} unclear."
    every = "the one number" if count == 1 else f"{wrong} of {count} numbers"
    parts = {
        f"{every} {are(wrong)} not as published": wrong,
        counted(beside, "sum or phrase is wrong", "sums or phrases are wrong"): beside,
        f"{unclear} {are(unclear)} unclear": unclear,
    }
    return f"{capitalised(listed_words([words for words, count in parts.items() if count]))}."


def how_good() -> str:
    return (
        f"Measured in November 2026, before the latest repairs, on {published.NUMBERS} numbers in "
        f"{published.SENTENCES} unseen sentences. "
        f"{published.ALARMS_RIGHT:.0%} of its alarms were right: on real wording, "
        f"{published.REAL_ALARMS_RIGHT} of {published.REAL_ALARMS}. "
        f"It caught {published.WRONG_CAUGHT:.0%} of wrong numbers. "
        f"It called {published.WRONG_AFFIRMED} wrong numbers “as published”. {CANNOT}"
    )
