import io

import pikepdf
import pytest

from data.errors import UserError
from reports.press.paper import pdf
from tests.reports.press.releases import PUBLISHED_AT, REAL, issue_of, published


def test_a_notice_is_tagged_and_says_of_itself_its_title_and_its_moment_alone():
    with pikepdf.open(io.BytesIO(pdf(REAL))) as opened:
        assert "<pdfuaid:part>1</pdfuaid:part>" in opened.Root.Metadata.read_bytes().decode()
        assert (str(opened.Root.Lang), opened.Root.MarkInfo.Marked) == ("en-GB", True)
        said = {name: str(each) for name, each in opened.docinfo.items()}
        moment = f"D:{PUBLISHED_AT:%Y%m%d%H%M%S}Z"
        assert said.pop("/Creator").startswith("Typst ")
        assert said == {"/Title": REAL.title, "/CreationDate": moment, "/ModDate": moment}


def test_a_letter_that_cannot_be_printed_gets_one_sentence_that_says_what_to_do():
    with pytest.raises(
        UserError, match=r"^The press notice cannot print the letter U\+8A55.* Word document instead\.$"
    ):
        pdf(issue_of(published(title="評価")))
