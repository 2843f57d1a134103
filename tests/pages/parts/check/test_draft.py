import io

import docx
import pytest

from access.roles import Role
from data.docx_reader import NO_WORD
from pages.parts.check import draft


def document(words: str) -> bytes:
    out, made = io.BytesIO(), docx.Document()
    made.add_paragraph(words)
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "errors"), [(document("We have found 34 failures."), []), (b"PK nonsense", [NO_WORD])]
)
def test_a_document_is_read_once_however_often_the_page_runs(app, monkeypatch, content, errors):
    reads, read = [], draft.read_manuscript
    monkeypatch.setattr(draft, "read_manuscript", lambda each: reads.append(each) or read(each))
    test = app("check.py", role=Role.PRESS_OFFICER)
    test.get("file_uploader")[0].upload("draft.docx", content, "application/octet-stream")
    test.button[0].click().run()
    header = [each.value for each in test.header]
    test.run()
    test.run()
    assert reads == [content]
    assert [each.value for each in test.error] == errors
    assert [each.value for each in test.header] == header
    other = ("other.docx", document("Nothing."), "application/octet-stream")
    test.get("file_uploader")[0].set_value(other)
    test.button[0].click().run()
    assert len(reads) == 2
    assert draft.READ in test.session_state
    test.get("file_uploader")[0].clear()
    test.button[0].click().run()
    assert draft.READ not in test.session_state
