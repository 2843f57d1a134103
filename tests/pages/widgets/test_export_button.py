import pytest

from access.roles import Role
from tests.pages.reading import menus

WHOLE = ["Press notice", "Release workbook", "Web page"]


@pytest.fixture
def page(app):
    return app("headlines", role=Role.PRESS_OFFICER)


def test_every_file_of_the_current_release_is_offered_to_the_press(page):
    assert menus(page)[-3:] == ["Press notice", "Chart image", "Workbook"]
    assert [each.label for each in page.expander] == WHOLE
    # Three in the header's menu, and three beside the line to send.
    assert [each.label for each in page.button if each.label == "Make a link"] == ["Make a link"] * 6


def test_a_picture_is_offered_with_the_text_that_is_posted_beside_it(page):
    said = next(each.value for each in page.code if each.value.startswith("DEMONSTRATION DATA. "))
    assert said == (
        "DEMONSTRATION DATA. Demonstration Police, Release 4. The review covers 3,778 applications "
        "(22 May 2024; final). If you are in immediate danger, call 999."
    )


def test_a_picture_of_any_figure_is_offered_on_the_page_of_releases(app):
    page = app("releases", role=Role.PRESS_OFFICER, tab="Files")
    assert menus(page)[-4:] == ["Press notice", "Chart image", "Release workbook", "Web page"]
    chosen = page.selectbox(key="take_4_figure")
    assert chosen.options[0] == "Applications in the review"
    chosen.set_value("failures").run()
    assert any("33 failures had been found" in each.value for each in page.code)
