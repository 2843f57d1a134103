import pytest

from tests import docs


@pytest.mark.parametrize("path", docs.documents(), ids=lambda path: path.name)
def test_a_document_says_what_the_code_says_or_make_docs_was_not_run(path):
    assert path.read_text() == docs.documents()[path]


def test_a_place_that_is_gone_from_a_document_is_an_error():
    with pytest.raises(ValueError, match="there 0 times"):
        docs._with("# Glossary\n", "^- .*$", "- **A figure**: What it means.")
