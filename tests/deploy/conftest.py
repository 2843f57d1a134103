"""One site for all tests of the proxy, made as deploy/README.md says."""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.grants import grant
from data.intake.load import load
from data.review import new_review, open_review
from tests.conftest import TERMS, postgres_programs, required
from tests.data.conftest import DAY, applications, lines, plan_of
from tests.deploy.site import ROOT, Site

CASES = [f"A{number},2020-01-{number:02},right to ask,north,disclosure,2020-02-01" for number in range(1, 13)]


@pytest.fixture(scope="module")
def site(postgres_server: sa.URL) -> Iterator[Site]:
    if shutil.which("nginx") is None and not Path("/usr/sbin/nginx").exists():
        if required("nginx"):
            pytest.fail("tests of the proxy are required, and there is no nginx on this machine")
        pytest.skip("there is no nginx on this machine")
    # nginx's workers are another account's where it is started as root: pytest's folders are closed to them.
    with tempfile.TemporaryDirectory(prefix="candour-site-") as folder:
        Path(folder).chmod(0o755)
        database = make_database(postgres_server)
        site = Site(Path(folder), database)
        try:
            make_review(site)
            site.start()
            yield site
        finally:
            site.stop()


def make_database(server: sa.URL) -> sa.URL:
    """Make a database and its roles by the shipped script."""
    name = f"candour_{uuid.uuid4().hex}"
    programs = postgres_programs()
    assert programs is not None
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    subprocess.run(
        [programs / "psql", address, "-q", "-v", f"database={name}", "-f", ROOT / "deploy" / "roles.sql"],
        check=True,
        capture_output=True,
    )
    return server.set(database=name)


def make_review(site: Site) -> None:
    """Make a review as the owner, and load it as the loader."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("CANDOUR_")]:
            patch.delenv(name)
        for name, value in site.environment("candour_owner").items():
            patch.setenv(name, value)
        (site.folder / "terms.toml").write_text(TERMS)
        review = new_review(site.review, site.folder / "terms.toml")
        grant(review.ledger, "candour_reader", "candour_loader")
        review.ledger.engine.dispose()
        patch.setenv("CANDOUR_LEDGER", site.environment("candour_loader")["CANDOUR_LEDGER"])
        (site.folder / "applications.csv").write_text(lines(*CASES))
        review = open_review(site.review)
        load(review, [str(site.folder / "applications.csv")], plan_of(applications()), recorded_on=DAY)
        review.ledger.engine.dispose()
