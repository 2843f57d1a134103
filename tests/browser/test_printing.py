"""Pages as they are printed: opened again as PDF, and looked at as the printer would."""

import io

import pikepdf
import pytest

from access.roles import Role
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

CONTROLS = (
    "stSidebar", "stHeader", "stToolbar", "stSelectbox", "stButton", "stPopover", "stElementToolbarButton", "stDateInput",
    "stMultiSelect", "stSlider",
)  # fmt: skip


@pytest.fixture(
    scope="module", params=[("press officer", "headlines"), ("chief officer", "?as_at=2024-01-11")], ids=str
)
def printed(request, browser, server):
    role, place = request.param
    with browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark") as context:
        yield Visitor(context, server, Role(role)).open(place)


def test_a_printed_page_is_black_on_white_with_its_marking_and_its_days_and_no_controls(printed):
    page = printed.page
    sheets = pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) >= 2
    page.emulate_media(media="print", color_scheme="dark")
    printed.settled()
    shown = [name for name in CONTROLS if page.locator(f"[data-testid={name}] >> visible=true").count()]
    assert shown == []
    assert set(page.locator("h1, h2, [data-testid=stMarkdown] p").evaluate_all(COLOURS)) == {"rgb(0, 0, 0)"}
    # Nothing is wider than the sheet but what its own box cuts off.
    page.set_viewport_size({"width": 688, "height": 900})
    assert page.evaluate("() => document.querySelector('[data-testid=stMain]').scrollWidth") <= 688
    styles = page.evaluate(RULES)
    assert "OFFICIAL-SENSITIVE" in styles
    assert "counter(page)" in styles


COLOURS = "every => every.map(each => getComputedStyle(each).color)"
RULES = """() => [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])
    .filter(rule => rule instanceof CSSPageRule).map(rule => rule.cssText).join(' ')"""
