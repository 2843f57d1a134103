"""Two OpenID providers, each in a process of its own: a lenient one in Python and a strict one in Node."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import free_port
from tests.conftest import required

STRICT = Path(__file__).with_name("oidc")
SECRET = "a secret between two servers"
READERS = {
    "amina": ["Analysts"],
    "boris": ["Canteen"],
    "carla": ["Analysts", "Auditors"],
}


class Provider:
    """Who says who a reader is; `kind` is lenient or strict."""

    def __init__(self, kind: str, folder: Path, redirect: str) -> None:
        self.kind = kind
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.metadata = f"{self.address}/.well-known/openid-configuration"
        command = self._lenient() if kind == "lenient" else self._strict(folder, redirect)
        log = folder / f"{kind}.txt"
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output)
        for _ in range(600):
            assert self.process.poll() is None, log.read_text()
            try:
                with urllib.request.urlopen(self.metadata, timeout=1):
                    return
            except OSError:
                time.sleep(0.1)
        raise RuntimeError("the provider did not answer within a minute")

    def _lenient(self) -> list[str]:
        told = [json.dumps({"sub": who, "roles": groups}) for who, groups in READERS.items()]
        users = [part for each in told for part in ("--user-claims", each)]
        return [sys.executable, "-m", "oidc_provider_mock", "--port", str(self.port), *users]

    def _strict(self, folder: Path, redirect: str) -> list[str]:
        for each in ("package.json", "provider.js"):
            shutil.copyfile(STRICT / each, folder / each)
        quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]
        subprocess.run(["npm", "install", *quiet], cwd=folder, check=True, timeout=300, env=os.environ)
        told = {"port": self.port, "redirect": redirect, "secret": SECRET, "readers": READERS}
        return ["node", "provider.js", json.dumps(told)]

    def choose(self, page: Page, who: str) -> None:
        """Sign in as one of the readers, on the provider's own page."""
        assert page.url.startswith(self.address)
        # The provider for Python 3.12 and later has longer words on its buttons.
        page.get_by_role("button", name=re.compile(f"^(Authorize as )?{re.escape(who)}$")).first.click()

    def deny(self, page: Page) -> None:
        """Refuse, on the provider's own page."""
        page.get_by_role("button", name=re.compile("^deny", re.IGNORECASE)).click()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


def can_run(kind: str) -> bool:
    """Whether a provider can run here; where the strict one is required it is tried, and fails if it cannot."""
    return kind == "lenient" or required("oidc") or bool(shutil.which("node") and shutil.which("npm"))
