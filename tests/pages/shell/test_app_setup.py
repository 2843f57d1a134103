from starlette.applications import Starlette
from starlette.testclient import TestClient

from pages.registry import needs
from pages.shell.app_setup import addresses


def test_the_document_of_every_page_brings_its_style_before_anything_is_drawn():
    with TestClient(Starlette(routes=addresses())) as client:
        for address in needs():
            document = client.get(address).text
            assert '<div id="root">' in document
            assert "stMainBlockContainer" in document.split("<style>")[-1]
