"""Whatever an author typed, a file of the release says it as it is, and leads nowhere."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import exports
from reports.exports import EXPORTS, Format, make
from reports.press import markup, notice, release_workbook
from reports.reader import NotAsAsked
from reports.verify import check_docx, check_page, check_release_pdf, check_release_xlsx
from tests.reports.press.releases import FIGURES, NOTED, PICTURE, count, exact, published

HOSTILE = st.sampled_from(
    ["=1+1", "@x", "<r></r>", "<r><t>a</t></r>", "_x0041_", "_x005F_", "\r\n", '"', "'", "a,b", "&amp;", "<![CDATA[x]]>", "TRUE", "1", "$$", "$$a$$", "[a](b)", "](", "]]>", "</script>", "{{ 1 }}", "{% x %}", "#read(1)", "*_$", "\u200b", "|+1", "https://x.example", "[c]", "-->", "\\"]
)  # fmt: skip
TEXTS = st.lists(
    HOSTILE | st.text(st.characters(max_codepoint=0x17F, exclude_categories=["C", "Z"]), max_size=8),
    min_size=1,
    max_size=3,
)
LINES = TEXTS.map(lambda parts: " ".join(["a", *parts])[:110].strip()).filter(lambda text: "\r" not in text)
WRITTEN = {
    "docx": (markup.docx, check_docx),
    "pdf": (notice.pdf, check_release_pdf),
    "html": (markup.html, check_page),
    "xlsx": (release_workbook.xlsx, check_release_xlsx),
}
WAYS = [
    (each, format_)
    for each in EXPORTS
    if each.id in ("notice", "release_workbook", "web_page", "social_image")
    for format_ in each.formats
]


def of(title: str, note: str, name: str):
    told = count("failures", name, name, exact(33), note)
    split = FIGURES[-1].model_copy(update={"cells": (exact(0, (name, note)),), "definition": note})
    public = published(
        title=title, note=note, rule=note, precedence=name, figures=(told, split), where_from=note
    )
    return replace(PICTURE, public=public)


@pytest.mark.parametrize(("export", "format_"), WAYS, ids=[str(format_) for _, format_ in WAYS])
@pytest.mark.parametrize("examples", [6, pytest.param(500, marks=pytest.mark.soak)])
def test_whatever_was_typed_leaves_as_it_is(export, format_, examples):
    @given(LINES, TEXTS.map("\n".join), LINES)
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    def typed(title, note, name):
        assert make(export, of(title, note, name), format_).digest

    typed()


@pytest.mark.parametrize(("export", "format_"), WAYS, ids=[str(format_) for _, format_ in WAYS])
def test_what_looks_like_an_escape_of_a_workbook_leaves_as_it_is(export, format_):
    assert make(export, of("a _x0041_", "b _x0041_", "c _x005F_"), format_).digest


def test_every_way_is_tried():
    assert (
        {format_ for _, format_ in WAYS} == set(exports._RELEASED) == {*Format} - {Format.CSV, Format.PARQUET}
    )


NOTES = NOTED.public.dated_notes
OTHERS = {
    "without notes": (),
    "without one of them": NOTES[:1],
    "with other words": (NOTES[0].model_copy(update={"words": "Some staff were on leave"}), NOTES[1]),
    "with another day": (NOTES[0].model_copy(update={"day": NOTES[1].day}), NOTES[1]),
    "in another order": NOTES[::-1],
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize(("write", "check"), WRITTEN.values(), ids=WRITTEN)
def test_a_file_leaves_with_the_dated_notes_of_its_release_and_no_others(write, check, other):
    file = write(NOTED)
    check(file, NOTED)
    with pytest.raises(NotAsAsked):
        check(file, replace(NOTED, public=NOTED.public.model_copy(update={"dated_notes": other})))
