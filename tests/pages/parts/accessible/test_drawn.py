import pytest

from access.roles import Role
from pages.parts.accessible.tested import LIMITS
from pages.registry import REGISTRY
from tests.pages.reading import answer


@pytest.mark.parametrize("role", [Role.PRESS_OFFICER, Role.AUDITOR])
def test_the_statement_is_open_to_every_reader_and_says_what_is_not_right(app, role):
    page = app("accessibility.py", role=role)
    assert answer(page) == (
        f"Candour is partly accessible: all {len(REGISTRY)} pages are tested, and {len(LIMITS)} things are known "
        "not to be right."
    )
    assert page.table[0].value["What"].tolist() == [each.what for each in LIMITS]
    said = "\n".join(each.value for each in page.markdown)
    assert f"Every one of the {len(REGISTRY)} pages with axe" in said
    assert "1,440 pixels wide on a light page" in said
    assert "Tell whoever runs Candour for Demonstration Police" in said
