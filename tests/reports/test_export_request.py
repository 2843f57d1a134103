import datetime as dt
from types import SimpleNamespace

import pytest

from access.roles import Role
from access.services import services_of
from data.publishing.states import Step
from data.releases import Releases
from data.review import new_review
from reports.export_request import AskedRelease
from reports.exports import Format
from tests.conftest import TERMS
from tests.data.publishing.world import ANN, BEN, REASON, approved, draft, elsewhere, stated
from tests.pages.test_fetching import Reader

LATER = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(days=2)
EARLIER = dt.datetime(2024, 5, 22, 8, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A review with a statement, a release under embargo, one that is public, one withdrawn, and a draft."""
    folder = tmp_path_factory.mktemp("leaving")
    (folder / "terms.toml").write_text(TERMS)
    review = new_review(folder / "review", folder / "terms.toml")
    (review.folder / "settings.toml").write_text('mode = "single-user"\n')
    review.snapshot()
    releases = Releases(review.ledger, review.record)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANDOUR_REVIEW", str(review.folder))
        spoken = elsewhere(as_at=EARLIER.date(), known_at=EARLIER.date())
        made = stated(releases, spoken, EARLIER)
        public = approved(releases)
        gone = approved(releases)
        releases.step(gone, Step.WITHDRAWN, BEN, reason=REASON, seen=releases.find(gone).seen)
        embargoed = approved(releases, embargo=LATER)
        drafted = releases.drafted(ANN, draft()).id
        yield SimpleNamespace(
            desk=services_of(review.folder), releases=releases, stated=made, public=public, gone=gone,
            embargoed=embargoed, drafted=drafted,
        )  # fmt: skip


def page(release: int) -> AskedRelease:
    return AskedRelease(export="web_page", release=release, format=Format.HTML)


def fetched(world, role: Role, release: int):
    reader = Reader(world.desk, role)
    return reader, reader.fetch(page(release))


def test_the_press_takes_away_what_is_public_and_the_record_says_what_left(world):
    reader, answer = fetched(world, Role.PRESS_OFFICER, world.public)
    assert answer.status_code == 200
    assert "Release 2: Figures" in answer.text
    assert 'class="mark"' not in answer.text
    assert "OFFICIAL" not in answer.text
    entry = reader.written()[0]
    assert (entry["kind"], entry["outcome"]) == ("disclosure", "allowed")
    assert entry["scope"].startswith(
        f"export of web page of the release: release {world.public}; 1 rows; Web page;"
    )


def test_what_was_withdrawn_leaves_with_the_word_on_it(world):
    _, answer = fetched(world, Role.PRESS_OFFICER, world.gone)
    assert "WITHDRAWN: NOT TO BE USED" in answer.text
    assert f"Why it was withdrawn: {REASON}" in answer.text


@pytest.mark.parametrize(
    ("export_", "format_"),
    [
        ("notice", Format.PDF),
        ("notice", Format.DOCX),
        ("release_workbook", Format.XLSX),
        ("web_page", Format.HTML),
    ],
)
def test_what_is_public_at_once_leaves_in_every_format(world, export_, format_):
    assert world.releases.find(world.public).published_at.microsecond
    reader = Reader(world.desk, Role.PRESS_OFFICER)
    asked = AskedRelease(export=export_, release=world.public, format=format_)
    assert reader.fetch(asked).status_code == 200


def test_a_statement_made_elsewhere_leaves_with_its_day(world):
    _, answer = fetched(world, Role.PRESS_OFFICER, world.stated)
    assert "Published: Wednesday 22 May 2024." in answer.text


def test_what_is_under_embargo_leaves_with_whom_it_may_and_says_so(world):
    _, answer = fetched(world, Role.ANALYST, world.embargoed)
    assert answer.status_code == 200
    assert "EMBARGOED UNTIL" in answer.text
    _, refused = fetched(world, Role.PRESS_OFFICER, world.embargoed)
    assert refused.status_code == 403
    assert "EMBARGOED" not in refused.text


def test_the_press_takes_away_early_what_it_has_been_let_look_at(world):
    world.releases.allow_early(world.embargoed, BEN, "reader 7", REASON, given=True)
    _, answer = fetched(world, Role.PRESS_OFFICER, world.embargoed)
    assert answer.status_code == 200
    assert "EMBARGOED UNTIL" in answer.text


def test_of_what_nobody_has_approved_no_file_is_made(world):
    _, answer = fetched(world, Role.ANALYST, world.drafted)
    assert answer.status_code == 409
    assert "has not been approved" in answer.text
    _, refused = fetched(world, Role.PRESS_OFFICER, world.drafted)
    assert refused.status_code == 403


def test_of_a_release_that_is_not_there_nobody_learns_anything(world):
    _, answer = fetched(world, Role.PRESS_OFFICER, 99)
    assert answer.status_code == 403
