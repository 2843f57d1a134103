"""A document that one reader sends to be checked is that reader's alone."""

import io

import docx
import pytest
from playwright.sync_api import expect

from access.roles import Role
from tests.browser.conftest import Server, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def draft() -> bytes:
    document, out = docx.Document(), io.BytesIO()
    document.add_paragraph("We have found 34 failures.")
    document.save(out)
    return out.getvalue()


def test_a_document_is_checked_and_nobody_else_can_replace_or_delete_it(
    browser, server: Server, draft: bytes
):
    with browser.new_context() as own, browser.new_context() as other:
        reader = Visitor(own, server, Role.PRESS_OFFICER).open("check")
        sent = {"name": "draft.docx", "mimeType": "application/octet-stream", "buffer": draft}
        with reader.page.expect_request(lambda request: "upload_file" in request.url) as upload:
            reader.page.locator("input[type=file]").set_input_files(sent)
        place = upload.value.url
        assert upload.value.response().status == 204

        stranger = Visitor(other, server, Role.CHIEF_OFFICER).open("check")
        headers = {"origin": server.address, "x-xsrftoken": cookie(other, "_streamlit_xsrf")}
        for method in ("PUT", "DELETE"):
            response = other.request.fetch(place, method=method, data=b"x" * 10, headers=headers)
            assert response.status == 403, response.text()
            assert "Open the page again" in response.text()
        assert not stranger.abroad

        reader.page.get_by_role("button", name="Check", exact=True).click()
        expect(reader.page.locator("h2")).to_contain_text("number")


def cookie(context, name: str) -> str:
    return next((cookie["value"] for cookie in context.cookies() if cookie["name"] == name), "")
