"""The pages of a nation: nothing of some forces unless it is chosen, no row, and the forces named."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fasteners
import pytest
import streamlit as st
from streamlit.navigation.page import Page
from streamlit.testing.v1 import AppTest

from access.roles import Permission, Role, permitted
from access.services import services_of
from access.visit import Refused
from data.demo import EXAMPLES
from data.errors import UserError
from data.partitions import read_file
from data.publishing.content import Bound
from data.review import FORCES, TERMS, new_review
from metrics.as_at import Clocks
from pages.registry import open_to
from service.nation import IncompleteError
from service.releases.drafting import freeze
from service.returns import gather
from service.view import Source, open_source
from tests.pages.reading import menus, texts
from tests.pages.test_main import opened

FORCES_THERE = ("Ashdown", "Bedlow")
SENT = "2 of 3 forces have sent returns"


@pytest.fixture(scope="session")
def nation_once(shared: Path, demonstration) -> Path:
    """Two forces with the demonstration's register each, and one that has sent nothing."""
    folder = shared / "nation"
    with fasteners.InterProcessLock(shared / "nation.lock"):
        if not folder.exists():
            making = shared / "nation-making"
            review = new_review(making, EXAMPLES / "national" / TERMS)
            there = "".join(
                f'[[forces]]\nname = "{name}"\nreview = "{demonstration.folder}"\n' for name in FORCES_THERE
            )
            (making / FORCES).write_text(f'{there}[[forces]]\nname = "Calder"\n')
            gather(review)
            review.ledger.engine.dispose()
            making.rename(folder)
    return folder


@pytest.fixture
def nation(nation_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = Path(shutil.copytree(nation_once, tmp_path / "nation"))
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    yield folder
    read_file.cache_clear()


def source_of(folder: Path, role: Role = Role.ANALYST, *, without: int = 1) -> Source:
    services = services_of(folder)
    visit = services.visit(services.welcome("reader", (role,), "test"))
    return open_source(visit, "M", without=without)


def missing(page: AppTest) -> bool:
    return any("1 force of 3 cannot be counted. Calder: no return yet." in one.value for one in page.warning)


def test_a_nation_without_a_force_shows_no_figure_until_the_reader_chooses_it(nation, monkeypatch):
    page = opened(nation, monkeypatch)
    assert missing(page)
    assert not page.title
    page.button(key="without_missing").click().run()
    assert not page.exception
    assert [title.value for title in page.title] == ["Overview"]
    assert SENT in menus(page)
    assert page.query_params["returns"] in ("without 1", ["without 1"])


def test_the_browser_stays_on_the_page_it_asked_for_where_a_force_is_missing(nation, monkeypatch):
    named: list[list[str]] = []
    navigation = st.navigation

    def draw(pages: list[Page], **how: Any) -> Page:
        named.append([page.url_path for page in pages])
        return navigation(pages, **how)

    monkeypatch.setattr(st, "navigation", draw)
    assert missing(opened(nation, monkeypatch, file="failures"))
    assert "failures" in named[-1]


@pytest.mark.long
@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_nation_opens_to_those_who_may_and_says_how_many_forces_it_counts(
    nation, monkeypatch, role
):
    for entry in open_to(role, source_of(nation, role)):
        chosen = {"returns": "without 1"} if permitted(role, Permission.FIGURES) else {}
        page = opened(nation, monkeypatch, role, entry.path, **chosen)
        assert [title.value for title in page.title] == [entry.title]
        assert not page.error, (entry.title, page.error[0].value)
        assert SENT in menus(page), entry.title


def test_what_a_nation_counts_is_what_its_forces_count(nation, demonstration, monkeypatch):
    source = source_of(nation)
    clocks = Clocks(source.last_day, source.last_day)
    whole = source.view(clocks, {})
    of_one = source.view(clocks, {"force": ("Ashdown",)})
    monkeypatch.setenv("CANDOUR_REVIEW", str(demonstration.folder))
    own = source_of(demonstration.folder).view(clocks, {})
    for name in ("population", "failures", "completed", "referrals", "people_waiting"):
        count = own.figure(name).numerator
        assert (whole.figure(name).numerator, of_one.figure(name).numerator) == (2 * count, count), name
    assert whole.figure("days_in_review").value == own.figure("days_in_review").value


def test_no_row_of_a_case_is_shown_of_a_nation_to_any_role(nation):
    for role in Role:
        source = source_of(nation, role)
        view = source.view(Clocks(source.last_day, source.last_day), {})
        for look in (
            lambda: view.behind("failures"),
            lambda: view.life("cases"),
            lambda: view.table("applications"),
            lambda: view.case_file("DV/15/00098"),
            lambda: view.moved("failures"),
            view.by_reviewer,
            lambda: source.register("quarantine"),
        ):
            with pytest.raises(Refused):
                look()
        assert not source.visit.may(Permission.EXPORT_CASE_ROWS)


def test_a_reader_who_may_see_one_force_sees_its_figures_alone(nation, monkeypatch):
    (nation / "settings.toml").write_text('[only_forces]\nreader = ["Bedlow"]\n')
    services_of.__globals__["_opened"].cache_clear()
    source = source_of(nation, without=0)
    assert source.place.forces == ("Bedlow",)
    assert source.values("force") == ["Bedlow"]
    page = opened(nation, monkeypatch)
    assert not missing(page)
    assert "Ashdown" not in " ".join(map(str, texts(page)))


def test_a_release_never_rests_on_some_of_the_forces(nation):
    source = source_of(nation)
    with pytest.raises(UserError, match="A release rests on every force, and some are missing"):
        freeze(source, Clocks(source.last_day, source.last_day), [Bound(figure="population")])
    with pytest.raises(IncompleteError):
        source_of(nation, without=0)


def test_a_damaged_partition_is_one_sentence_on_the_page(nation, monkeypatch):
    (folder,) = [path for path in (nation / "partitions").iterdir() if path.is_dir()]
    (folder / "cases.parquet").write_bytes(b"PAR1")
    read_file.cache_clear()
    page = opened(nation, monkeypatch, returns="without 1")
    assert not page.button
    assert [one.value for one in page.warning] == [
        "3 forces of 3 cannot be counted. Calder: no return yet; Ashdown and Bedlow: is cut short."
    ]
    assert not page.title
