import pytest

from reports.reader import NotAsAsked, read_markup


@pytest.mark.parametrize("caption", ['a" onmouseover="b', "a > b"])
def test_an_asked_text_that_would_end_its_attribute_or_its_tag_is_refused(caption):
    tag = '<div class="wide" role="region" tabindex="0" aria-label="{}"></div>'
    escaped = caption.replace('"', "&#34;").replace(">", "&gt;")
    assert read_markup(tag.format(escaped), "page", {caption}, "its markup") == []
    with pytest.raises(NotAsAsked):
        read_markup(tag.format(caption), "page", {caption}, "its markup")
