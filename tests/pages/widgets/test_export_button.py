import pytest

from access.roles import Role

WHOLE = ["press notice", "workbook of the release", "web page of the release"]


@pytest.fixture
def page(app):
    return app("headlines", role=Role.PRESS_OFFICER)


def test_every_file_of_what_was_last_said_is_offered_to_the_press(page):
    offered = [each.proto.popover.label for each in page.get("popover")]
    assert offered == [f"Export: {each}" for each in (*WHOLE, "picture of a figure")]
    assert [each.label for each in page.button if each.label == "Make a link"] == ["Make a link"] * 4


def test_a_picture_is_offered_with_the_text_that_is_posted_beside_it(page):
    chosen = page.selectbox(key="take_figure")
    assert chosen.options[0] == "Applications in the review"
    said = next(each.value for each in page.code if each.value.startswith("DEMONSTRATION DATA. "))
    assert said == (
        "DEMONSTRATION DATA. Demonstration Police, Release 4. The review covers 3,778 applications "
        "(22 May 2024; final). If you are in immediate danger, call 999."
    )
