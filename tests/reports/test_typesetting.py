import io
import json

import pikepdf
import polars as pl
import pytest

from data.errors import UserError
from reports import typesetting
from reports.content import Section, Table
from reports.typesetting import pdf
from tests.reports.conftest import MADE, briefing_of


@pytest.fixture(scope="module")
def opened(briefing):
    with pikepdf.open(io.BytesIO(pdf(briefing))) as found:
        yield found


def test_a_briefing_is_tagged_for_those_who_cannot_see_it(opened, briefing):
    metadata = opened.Root.Metadata.read_bytes().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert str(opened.Root.Lang) == "en-GB"
    assert opened.Root.MarkInfo.Marked is True
    assert opened.Root.ViewerPreferences.DisplayDocTitle is True
    said = [
        str(each.Alt) for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
    ]
    assert set(said) == {briefing.sections[1].charts[0].alt}


def test_a_briefing_says_of_itself_its_title_and_its_day_and_nothing_of_who_or_where(opened):
    said = {name: str(each) for name, each in opened.docinfo.items()}
    assert said.pop("/Creator").startswith("Typst ")
    assert said == {
        "/Title": "Briefing: The first review",
        "/CreationDate": f"D:{MADE:%Y%m%d%H%M%S}Z",
        "/ModDate": f"D:{MADE:%Y%m%d%H%M%S}Z",
    }


def test_nothing_in_a_briefing_is_an_action_a_link_or_a_file(opened):
    keys = {str(key) for each in opened.objects if isinstance(each, pikepdf.Dictionary) for key in each}
    assert not keys & {"/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/Annots", "/URI", "/AF"}


def test_all_that_is_said_reaches_the_template_as_data_and_none_of_it_as_markup(briefing):
    template = (typesetting.TEMPLATES / typesetting.BRIEFING).read_text()
    assert "eval" not in template
    assert "@preview" not in template
    assert "#read" in json.dumps(typesetting.fields_of(typesetting.paper_of(briefing)))


def test_the_template_can_read_nothing_but_its_own_folder(briefing, tmp_path, monkeypatch):
    typst = pytest.importorskip("typst")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / typesetting.BRIEFING).write_text('#read("../secret.txt")')
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path / "inside")
    with pytest.raises(typst.TypstError):
        pdf(briefing)


@pytest.mark.parametrize("letter", ["評", "\x00", "\ufffe", "ש", "\u202e"], ids=ascii)
def test_a_letter_that_cannot_be_printed_gets_one_sentence_that_names_it(letter):
    asked = briefing_of(Section(heading="Where", lines=(f"An area called {letter}",)))
    with pytest.raises(
        UserError, match=rf"^The briefing cannot print the letter U\+{ord(letter):04X}[^.]*\.$"
    ):
        pdf(asked)


def test_welsh_names_and_composed_letters_are_printed():
    assert pdf(briefing_of(Section(heading="Where", lines=("Llŷn, Tŵr and e\u0301",))))


@pytest.mark.parametrize("value", [1.5, True])
def test_a_table_on_paper_holds_texts_and_counts_only(value):
    table = Table(title="", subtitle="", rows=pl.DataFrame({"Value": [value]}))
    with pytest.raises(TypeError, match="texts and counts"):
        pdf(briefing_of(Section(heading="Where", tables=(table,))))
