"""A release as an accessible workbook, by the library of the Government Analysis Function."""

import io
import warnings
from typing import Any
from xml.sax.saxutils import escape

from reports.press.issue import Issue
from reports.press.leaves import CONTENTS, COVER, NOTES, ONE_TABLE, Book, Leaf, book_of
from reports.workbook import A4, SAFELY

NARROWEST, WIDEST, LETTER = 12, 70, 1.2


def xlsx(issue: Issue) -> bytes:
    """Write a release as a workbook: the same release gives the same bytes."""
    book = book_of(issue)
    written = io.BytesIO()
    with warnings.catch_warnings():
        # It uses what pandas will take away, and leaves a file of its own open.
        warnings.simplefilter("ignore")
        made = _made(written, book)
    for sheet, leaf in zip(made.worksheets()[3:], book.leaves, strict=True):
        _lay_out(sheet, leaf)
    contents, notes = made.worksheets()[1:3]
    contents.set_column(0, 0, NARROWEST + 4)
    contents.set_column(1, 1, WIDEST)
    notes.set_column(0, 0, NARROWEST + 4)
    notes.set_column(1, 1, WIDEST)
    for sheet in made.worksheets():
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
    said = {"title": issue.title, "author": issue.public.body, "created": issue.published_at}
    made.set_properties(said)
    made.close()
    return written.getvalue()


def _made(written: io.BytesIO, book: Book) -> Any:  # noqa: ANN401  # gptables ships no types
    import gptables
    import pandas as pd

    cover = gptables.Cover(
        title=_kept(book.title),
        intro=[_kept(each) for each in book.about_it],
        about=[_kept(each) for each in book.about],
        contact=[_kept(each) for each in book.contact],
        cover_label=COVER,
    )
    sheets = {leaf.name: _table(leaf, number) for number, leaf in enumerate(book.leaves, 1)}
    notes = {
        "Note": [str(n) for n in range(1, len(book.notes) + 1)],
        "Note text": [_kept(n) for n in book.notes],
    }
    # What xlsxwriter writes to may be held in memory, which the types of gptables do not tell.
    into: Any = written
    return gptables.produce_workbook(
        into,
        sheets,
        cover=cover,
        contentsheet_label=CONTENTS,
        notes_table=pd.DataFrame(notes),
        notesheet_label=NOTES,
        auto_width=False,
        workbook_options=dict(SAFELY),
    )


def _table(leaf: Leaf, number: int) -> Any:  # noqa: ANN401
    import gptables
    import pandas as pd

    rows = [[_kept(cell) if isinstance(cell, str) else cell for cell in row] for row in leaf.rows]
    return gptables.GPTable(
        table=pd.DataFrame(rows, columns=list(leaf.columns), dtype=object),
        table_name=f"Table_{number}",
        title=f"{leaf.title} {''.join(f'$${each}$$' for each in leaf.notes)}".strip(),
        subtitles=[_kept(each) for each in leaf.above],
        instructions=ONE_TABLE,
        index_columns={2: 0},
    )


def _lay_out(sheet: Any, leaf: Leaf) -> None:  # noqa: ANN401
    heads = len(leaf.above) + 2
    sheet.freeze_panes(heads + 1, 1)
    for place, name in enumerate(leaf.columns):
        longest = max(len(str(each)) for each in (name, *(row[place] for row in leaf.rows)))
        sheet.set_column(place, place, min(max(round(longest * LETTER) + 2, NARROWEST), WIDEST))


def _kept(text: str) -> str:
    """Return a text such that xlsxwriter writes it as it is: it takes `<r>...</r>` for its own markup."""
    if not (text.startswith("<r>") and text.endswith("</r>")):
        return text
    return f'<r><t xml:space="preserve">{escape(text)}</t></r>'
