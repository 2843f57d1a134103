import contextlib
import io
import random
import zipfile

import docx
import pytest

from data.docx_reader import (
    MOST_ATTRIBUTES,
    MOST_DEEP,
    MOST_ELEMENTS,
    MOST_PACKED,
    MOST_PARTS,
    MOST_UNPACKED,
    NO_WORD,
    TOO_DEEP,
    TOO_LONG,
    TOO_MANY,
    read_manuscript,
)
from data.errors import UserError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def written(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def packed(body: str, *, head: str = "", **parts: str | bytes) -> bytes:
    """A document of these parts; those whose names have a dot are put in as they are."""
    out = io.BytesIO()
    kinds = {"document": "document.main", "footnotes": "footnotes", "header1": "header"}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        told = "".join(
            f'<Override PartName="/word/{name}.xml" ContentType="{KIND}.{kind}+xml"/>'
            for name, kind in kinds.items()
        )
        file.writestr("[Content_Types].xml", f"<Types>{told}</Types>")
        file.writestr("word/document.xml", f"{head}<w:document {W} {MC}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            file.writestr(f"word/{name}.xml" if "/" not in name else name, content)
    return out.getvalue()


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


def test_paragraphs_and_tables_of_a_document_are_read_in_their_order():
    document = docx.Document()
    document.add_paragraph("We found 33 failures.")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Applications", "3,778"
    document.add_paragraph("That is all.")
    document.sections[0].header.paragraphs[0].text = "Draft 2"
    found = read_manuscript(written(document))
    assert found.text.split("\n\n") == [
        "Draft 2",
        "We found 33 failures.",
        "Applications",
        "3,778",
        "That is all.",
    ]
    assert found.remarks == ()


def test_a_number_whose_digits_are_in_several_runs_is_one_number():
    assert read_manuscript(packed(paragraph("3,", "7", "78 applications"))).text == "3,778 applications"


def test_text_boxes_are_read_once_and_notes_are_read():
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{0}</w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:txbxContent>{0}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    ).format(paragraph("Five referrals"))
    note = f"<w:footnotes {W}><w:footnote>{paragraph('Two with harm')}</w:footnote></w:footnotes>"
    found = read_manuscript(packed(box + paragraph("After"), footnotes=note))
    assert found.text.split() == ["Five", "referrals", "After", "Two", "with", "harm"]


def test_what_was_struck_out_is_not_read_and_said():
    changed = "<w:p><w:del><w:r><w:delText>25</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>26</w:t></w:r></w:moveFrom><w:ins><w:r><w:t>33</w:t></w:r></w:ins></w:p>"
    found = read_manuscript(packed(changed))
    assert found.text == "33"
    assert found.remarks == ("It has tracked changes, and was read as if every one had been accepted.",)


def test_hidden_text_comments_and_pictures_are_said():
    hidden = "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r></w:p>"
    found = read_manuscript(packed(hidden, **{"word/comments.xml": "<x/>", "word/media/1.png": b"x"}))
    assert found.text == "secret"
    assert [each.split(":")[0].split(",")[0] for each in found.remarks] == [
        "It has hidden text",
        "Its comments were not read",
        "It has pictures",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"We found 33 failures.",
        b"%PDF-1.7",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        packed(paragraph("x"))[:200],
        packed("<w:p>"),
        packed(paragraph("x")).replace(b"\x03\x00", b"\x03\x63", 1)[:-40] + b"\x00" * 40,
    ],
    ids=["empty", "text", "pdf", "old or locked", "cut short", "not closed", "damaged"],
)
def test_what_is_no_word_document_is_refused_in_one_sentence(content):
    with pytest.raises(UserError) as refused:
        read_manuscript(content)
    assert str(refused.value) == NO_WORD


def test_a_workbook_is_no_word_document():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", "<workbook/>")
    with pytest.raises(UserError, match="no Word document"):
        read_manuscript(out.getvalue())


def test_macros_are_refused():
    with pytest.raises(UserError, match="macros"):
        read_manuscript(packed(paragraph("x"), **{"word/vbaProject.bin": b"x"}))


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE w SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE w [<!ENTITY a SYSTEM "http://127.0.0.1/">]>',
    ],
)
def test_definitions_are_refused_before_they_are_followed(head):
    with pytest.raises(UserError, match="entities"):
        read_manuscript(packed(paragraph("x"), head=head))


def test_a_bomb_is_stopped_while_it_is_unpacked_whatever_it_says_of_its_size():
    bomb = packed(f"<w:p><w:r><w:t>{' ' * (MOST_UNPACKED + 1)}</w:t></w:r></w:p>")
    assert len(bomb) < MOST_PACKED
    with pytest.raises(UserError, match="larger than any statement"):
        read_manuscript(bomb)


NESTED = "<a>" * (MOST_DEEP + 1) + "</a>" * (MOST_DEEP + 1)


@pytest.mark.long
@pytest.mark.parametrize(
    ("body", "said"),
    [
        (NESTED, TOO_DEEP),
        ("<a>" * 500_000, TOO_DEEP),
        ("<w:p>" * 500_000, TOO_DEEP),
        ("<a/>" * (MOST_ELEMENTS + 1), TOO_MANY),
        ('<a b="" c=""/>' * (MOST_ATTRIBUTES // 2 + 1), TOO_MANY),
        (f'<w:p a="{"x" * 3_000_000}"/>', TOO_LONG),
        ("<w:p " + " ".join(f"a{n}='u'" for n in range(200_000)) + "/>", TOO_LONG),
        ("<w:p " + " ".join(f"xmlns:a{n}='u'" for n in range(200_000)) + "/>", TOO_LONG),
        (f"<!--{'x' * 3_000_000}-->", TOO_LONG),
        (f"<w:p {'x' * 3_000_000}", TOO_LONG),
    ],
    ids=["deep", "deep and open", "deep and ours", "elements", "attributes", "an attribute", "attributes of one",
         "names of one", "a comment", "a tag"],
)  # fmt: skip
def test_what_would_take_long_to_read_is_refused_while_it_is_read(body, said):
    with pytest.raises(UserError) as refused:
        read_manuscript(packed(body))
    assert str(refused.value) == said


def test_more_entries_in_the_list_of_parts_than_a_document_has_parts_are_refused():
    listed = "".join(f'<Override PartName="/{n}" ContentType="header+xml"/>' for n in range(MOST_PARTS + 1))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", f"<Types>{listed}</Types>")
    with pytest.raises(UserError) as refused:
        read_manuscript(out.getvalue())
    assert str(refused.value) == TOO_MANY


def test_the_limits_hold_over_all_parts_together():
    half = "<a/>" * (MOST_ELEMENTS // 2 + 1)
    with pytest.raises(UserError) as refused:
        read_manuscript(packed(half, header1=f"<w:hdr {W}>{half}</w:hdr>"))
    assert str(refused.value) == TOO_MANY


def test_what_a_long_statement_has_is_within_every_limit():
    body = paragraph("33 failures", "and more") * 10_000
    assert read_manuscript(packed(body)).text.count("33 failures") == 10_000


def test_a_large_file_is_not_opened():
    with pytest.raises(UserError, match="over 2 MB"):
        read_manuscript(b"x" * (MOST_PACKED + 1))


def test_a_document_damaged_anywhere_is_read_or_refused_in_one_sentence():
    chance = random.Random(5)
    whole = packed(
        paragraph("33 failures"), footnotes=f"<w:footnotes {W}>{paragraph('a note')}</w:footnotes>"
    )
    for _ in range(400):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(UserError):
            assert isinstance(read_manuscript(bytes(damaged)).text, str)
