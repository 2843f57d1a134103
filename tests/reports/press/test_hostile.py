"""Whatever an author typed, a file of the release says it as it is, and leads nowhere."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import exports
from reports.exports import EXPORTS, Format, make
from tests.reports.press.releases import FIGURES, PICTURE, count, exact, published

HOSTILE = st.sampled_from(
    ["=1+1", "@x", "<r></r>", "<r><t>a</t></r>", "_x0041_", "_x005F_", "\r\n", '"', "'", "a,b", "&amp;", "<![CDATA[x]]>", "TRUE", "1", "$$", "$$a$$", "[a](b)", "](", "]]>", "</script>", "{{ 1 }}", "{% x %}", "#read(1)", "*_$", "\u200b", "|+1", "https://x.example", "[c]", "-->", "\\"]
)  # fmt: skip
TEXTS = st.lists(
    HOSTILE | st.text(st.characters(max_codepoint=0x17F, exclude_categories=["C", "Z"]), max_size=8),
    min_size=1,
    max_size=3,
)
LINES = TEXTS.map(lambda parts: " ".join(["a", *parts])[:110].strip()).filter(lambda text: "\r" not in text)
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
