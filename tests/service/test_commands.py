"""The load command and the way back from a wrong day, as they are typed."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest

from data.__main__ import main
from data.errors import UserError
from data.intake.load import Loaded, Unconfirmed
from data.publishing.content import Bound, Cell, Counted, Published, PublishedCell, PublishedFigure
from data.publishing.states import Step
from data.releases import Releases
from data.review import Review, open_review
from service.commands import lowering
from tests.data.conftest import DAY, Loader, applications, lines, plan_of
from tests.data.publishing.world import ANN, BEN, TYPIST, Clock, draft, elsewhere, frozen, stated, told

MAPPING = """\
extract = "full"
[[tables]]
table = "referrals"
file = "*.csv"
[tables.columns]
referral_ref = "R"
referred_on = "On"
kind = "Kind"
route = "Route"
subject = "Sub"
"""
WHY = ("--reason", "Recorded on a day in 2031")
WEEK = dt.timedelta(days=7)
PUBLISHED = dt.datetime(2024, 1, 12, 9, tzinfo=dt.UTC)
WORDS = {
    "title": "Applications in the review",
    "definition": "Applications.",
    "counts": "applications",
    "unit": "applications",
}
SHOWN = "Applications in the review"


def written_register(*numbers: int) -> str:
    rows = [f"R{number},{number % 28 + 1:02}/01/2023,complaint,voluntary,organisation" for number in numbers]
    return "\n".join(("R,On,Kind,Route,Sub", *rows)) + "\n"


class Shell:
    """What an analyst types, and what is printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        (folder / "mapping.toml").write_text(MAPPING)
        self.out = self.err = ""

    def run(self, *arguments: str) -> int:
        code = main(["--review", str(self.folder / "review"), *arguments])
        self.out, self.err = self.capsys.readouterr()
        return code

    def load(self, text: str, day: str, *options: str) -> int:
        (self.folder / "a.csv").write_text(text)
        file, mapping = str(self.folder / "a.csv"), str(self.folder / "mapping.toml")
        return self.run("load", file, "--mapping", mapping, "--recorded-on", day, *options)

    def review(self) -> Review:
        return open_review(self.folder / "review")


@pytest.fixture
def shell(
    tmp_path: Path, blank_review: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Shell:
    monkeypatch.delenv("CANDOUR_LEDGER", raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    shutil.copytree(blank_review, tmp_path / "review")
    return Shell(tmp_path, capsys)


def test_one_of_five_referrals_left_asks_and_shows_the_four_that_would_go(shell: Shell) -> None:
    assert shell.load(written_register(1, 2, 3, 4, 5), "2024-01-11") == 0
    assert shell.load(written_register(1), "2024-01-18") == 1
    assert "a.csv lacks 4 of the 5 current referrals" in shell.err
    assert shell.err.endswith("If that is right, load it with --confirm-removals.\n")
    assert shell.err.count("\n") == 1
    for ref in ("R2", "R3", "R4", "R5"):
        assert ref in shell.out
    assert "In all: 4 removed rows and no changed cells." in shell.out
    assert shell.load(written_register(1), "2024-01-18", "--confirm-removals") == 0
    assert "4 removed" in shell.out
    assert "Kept as load 2." in shell.out


def test_a_dry_run_shows_the_rows_that_would_go_and_what_would_have_to_be_confirmed(shell: Shell) -> None:
    shell.load(written_register(*range(1, 41)), "2024-01-11")
    assert shell.load(written_register(1), "2024-01-18", "--dry-run") == 0
    assert "In all: 39 removed rows and no changed cells; the first 20 are shown." in shell.out
    assert "lacks 39 of the 40 current referrals" in shell.out
    assert "load it with --confirm-removals." in shell.out
    assert shell.out.endswith("This was a dry run: nothing was kept.\n")


def test_a_lowered_figure_is_named_with_its_release_before_and_after(shell: Shell) -> None:
    shell.load(written_register(*range(1, 21)), "2024-01-11")
    review, day = shell.review(), dt.date(2024, 1, 11)
    said = PublishedCell(shown="20", number=20, treatment="typed")
    words: dict[str, Any] = {
        "title": "Referrals",
        "definition": "",
        "counts": "referrals",
        "unit": "referrals",
    }
    referrals = PublishedFigure(figure="referrals", kind="count", cells=(said,), **words)
    told = elsewhere(as_at=day, known_at=day).model_copy(update={"figures": (referrals,)})
    releases = Releases(review.ledger, review.record)
    found = releases.entered(TYPIST, told, dt.datetime(2024, 1, 12, 9, tzinfo=dt.UTC))
    releases.step(found.id, Step.CONFIRMED, BEN, seen=found.seen)
    review.ledger.engine.dispose()
    assert shell.load(written_register(*range(1, 20)), "2024-01-18") == 1
    assert "in Release 1, as at 11 January 2024: from 20 to 19." in shell.err
    assert "It removes 1 row. If that is right, load it with --confirm-removals." in shell.err
    assert "R20" in shell.out
    assert shell.load(written_register(*range(1, 20)), "2024-01-18", "--confirm-removals") == 0


def test_a_wrong_day_is_asked_for_and_there_is_a_way_back_from_it(shell: Shell) -> None:
    shell.load(written_register(1, 2), "2024-01-11")
    assert shell.load(written_register(1, 2, 3), "2031-01-18") == 1
    assert "18 January 2031 is still to come" in shell.err
    assert shell.load(written_register(1, 2, 3), "2031-01-18", "--confirm-day") == 0
    assert shell.load(written_register(1, 2, 3, 4), "2024-01-25") == 1
    assert "supersede" in shell.err
    assert shell.run("supersede", "2", *WHY) == 0
    assert "Load 2, recorded on 18 January 2031, no longer counts; load 3 says so" in shell.out
    assert "Nothing was erased." in shell.out
    assert shell.load(written_register(1, 2, 3), "2024-01-18") == 0
    assert "Kept as load 4." in shell.out
    assert shell.run("status") == 0
    assert "2 loads, the last recorded on 18 January 2024." in shell.out
    assert "Load 2 of 18 January 2031 was superseded by load 3: Recorded on a day in 2031." in shell.out
    assert shell.run("supersede", "2", *WHY) == 1
    assert "Only the last load that stands can be superseded, which is load 4" in shell.err


def test_a_review_of_which_every_load_is_superseded_says_so(shell: Shell) -> None:
    shell.load(written_register(1, 2), "2024-01-11")
    assert shell.run("supersede", "1", *WHY) == 0
    assert "no load stands" in shell.out
    assert shell.run("status") == 0
    assert "No load stands." in shell.out


def register(*numbers: int, area: str = "north", received: str = "01/02/2020") -> list[str]:
    return [f"A-{number},{received},right to ask,{area},," for number in numbers]


def figure(shown: str, *, by: tuple[str, ...] = (), where: tuple[str, ...] = ()) -> PublishedFigure:
    said = PublishedCell(shown=shown, number=int(shown), treatment="typed", where=where)
    titles = tuple(each.title() for each in by)
    return PublishedFigure(figure="population", kind="count", cells=(said,), by=by, titles=titles, **WORDS)


def statement(*figures: PublishedFigure, as_at: dt.date = DAY) -> Published:
    return elsewhere(as_at=as_at, known_at=as_at).model_copy(update={"figures": figures})


class Office:
    """A review of 40 applications and its releases, and loads that are checked against them."""

    def __init__(self, desk: Loader) -> None:
        self.desk = desk
        self.releases = Releases(desk.review.ledger, desk.review.record, Clock(PUBLISHED + WEEK))
        self.take(*register(*range(40)))

    def take(self, *rows: str, on: dt.date = DAY, **settings) -> Loaded:
        checks = [lowering(self.desk.review, self.releases)]
        return self.desk.take(lines(*rows), on=on, checks=checks, **settings)

    def state(self, *figures: PublishedFigure, **settings) -> int:
        return stated(self.releases, statement(*figures, **settings), PUBLISHED)


@pytest.fixture
def office(desk: Loader) -> Office:
    return Office(desk)


LOWERED = (
    r"The load lowers 1 published number: Applications in the review, in Release 1, as at 11 January 2024"
)


def test_one_row_fewer_than_was_published_asks_although_few_rows_go(office: Office) -> None:
    office.state(figure("40"))
    with pytest.raises(Unconfirmed, match=rf"{LOWERED}: from 40 to 39\..*--confirm-removals") as refused:
        office.take(*register(*range(39)), on=DAY + WEEK)
    assert refused.value.alterations.select("row", "change").rows() == [("A-39", "removed")]
    assert office.desk.review.ledger.version() == 1
    confirmed = office.take(*register(*range(39)), on=DAY + WEEK, confirm_removals=True)
    assert confirmed.receipts[0].removed == 1


def test_a_number_that_was_lowered_and_confirmed_once_is_not_asked_for_again(office: Office) -> None:
    office.state(figure("40"))
    office.take(*register(*range(39)), on=DAY + WEEK, confirm_removals=True)
    assert office.take(*register(*range(39)), "A-50,01/03/2020,right to ask,north,,", on=DAY + 2 * WEEK).kept


def test_a_row_that_changes_lowers_a_figure_just_as_one_that_goes(office: Office) -> None:
    office.state(figure("40"))
    outside = "A-0,15/09/2023,right to ask,north,,"
    with pytest.raises(Unconfirmed, match=f"{LOWERED}: from 40 to 39"):
        office.take(outside, *register(*range(1, 40)), on=DAY + WEEK)
    partial = plan_of(applications(), extract="partial")
    with pytest.raises(Unconfirmed, match=f"{LOWERED}: from 40 to 39"):
        office.take(outside, on=DAY + WEEK, plan=partial)


def test_a_correction_that_lowers_a_figure_needs_both_words(office: Office) -> None:
    office.state(figure("40"))
    outside = ["A-0,15/09/2023,right to ask,north,,", *register(*range(1, 40))]
    with pytest.raises(Unconfirmed, match=LOWERED):
        office.take(*outside, confirm_corrections=True)
    with pytest.raises(Unconfirmed, match="changes 1 and removes 0"):
        office.take(*outside, confirm_removals=True)
    assert office.take(*outside, confirm_corrections=True, confirm_removals=True).kept


def test_a_dry_run_names_the_figure_and_keeps_nothing(office: Office) -> None:
    office.state(figure("40"))
    rehearsed = office.take(*register(*range(39)), on=DAY + WEEK, rehearsal=True)
    assert [option for option, _ in rehearsed.doubts] == ["--confirm-removals"] * 2
    assert "from 40 to 39" in rehearsed.doubts[0][1]
    assert rehearsed.doubts[1][1] == "It removes 1 row."
    assert office.desk.review.ledger.version() == 1


def test_a_figure_of_an_earlier_day_is_judged_on_its_own_day(office: Office) -> None:
    office.state(figure("40"))
    new = "A-99,15/01/2024,right to ask,north,,"
    office.take(*register(*range(40)), new, on=DAY + WEEK)
    # It came after the day that the statement speaks of: the statement says nothing of it.
    assert office.take(*register(*range(39, -1, -1)), on=DAY + 2 * WEEK).kept


def test_a_load_that_raises_a_figure_or_leaves_it_asks_nothing(office: Office) -> None:
    office.state(figure("40"))
    assert office.take(*register(*range(45)), on=DAY + WEEK).kept


def test_a_published_part_is_judged_and_a_part_that_nobody_published_is_not(office: Office) -> None:
    office.take(*register(*range(20)), *register(*range(20, 40), area="south"), on=DAY + WEEK)
    office.state(figure("20", by=("area",), where=("north",)))
    moved = [*register(*range(19)), *register(*range(19, 40), area="south")]
    with pytest.raises(Unconfirmed, match=r"Applications in the review \(north\), .*: from 20 to 19"):
        office.take(*moved, on=DAY + 2 * WEEK)
    other = [*register(*range(21)), *register(*range(21, 40), area="south")]
    assert office.take(*other, on=DAY + 2 * WEEK).kept


def test_a_part_that_was_typed_in_other_words_is_not_passed_over(office: Office) -> None:
    office.state(figure("40", by=("area",), where=("The North Division",)))
    with pytest.raises(Unconfirmed, match=r"\(north\), .*: from 40 to 39"):
        office.take(*register(*range(39)), on=DAY + WEEK)


def test_a_part_of_which_nothing_is_left_counts_as_lowered(office: Office) -> None:
    office.take(*register(*range(39)), *register(39, area="south"), on=DAY + WEEK)
    office.state(figure("1", by=("area",), where=("south",)))
    with pytest.raises(Unconfirmed, match=r"\(south\), .*: from 1 to 0"):
        office.take(*register(*range(39, -1, -1)), on=DAY + 2 * WEEK)


def test_a_statement_that_was_withdrawn_or_never_confirmed_stands_for_nothing(office: Office) -> None:
    release = office.releases.entered(ANN, statement(figure("40")), PUBLISHED)
    assert office.take(*register(*range(39)), on=DAY + WEEK).kept
    found = office.releases.step(release.id, Step.CONFIRMED, BEN, seen=release.seen)
    office.releases.step(found.id, Step.WITHDRAWN, BEN, reason="It was wrong from the start", seen=found.seen)
    assert office.take(*register(*range(38)), on=DAY + 2 * WEEK).kept


def test_a_figure_that_the_catalogue_does_not_know_is_passed_over(office: Office) -> None:
    office.state(figure("40").model_copy(update={"figure": "of another register"}))
    odd = figure("40", by=("shoe_size",), where=("large",))
    stated(office.releases, statement(odd), PUBLISHED + dt.timedelta(hours=1))
    assert office.take(*register(*range(39)), on=DAY + WEEK).kept


def test_a_release_of_candours_own_is_judged_like_a_statement(office: Office) -> None:
    bound = {"figures": (Bound(figure="population"),), "as_at": DAY, "known_at": DAY}
    made = office.releases.drafted(ANN, draft().model_copy(update=bound))
    counted = Counted(figure="population", kind="count", cells=(Cell(numerator=40),), rows="0" * 64, **WORDS)
    said = PublishedCell(shown="40", number=40, low=38, high=42, treatment="rounded")
    public = PublishedFigure(figure="population", kind="count", cells=(said,), **WORDS)
    made = office.releases.submitted(
        made.id,
        ANN,
        frozen().model_copy(update={"figures": (counted,), "as_at": DAY, "known_at": DAY}),
        told(made.number, as_at=DAY, known_at=DAY).model_copy(update={"figures": (public,)}),
        seen=made.seen,
    )
    # Approved is not published: a load before the embargo's end is judged only from then on.
    office.releases.approved(made.id, BEN, seen=made.seen)
    with pytest.raises(UserError, match=f"{LOWERED}: from 40 to 39"):
        office.take(*register(*range(39)), on=DAY + WEEK)


def test_of_many_lowered_numbers_the_first_are_named_and_the_rest_counted(office: Office) -> None:
    for number in range(7):
        stated(
            office.releases,
            statement(figure("40"), as_at=DAY - dt.timedelta(days=number)),
            PUBLISHED + dt.timedelta(hours=number),
        )
    with pytest.raises(Unconfirmed, match=r"lowers 7 published numbers: .*; and 2 more\."):
        office.take(*register(*range(39)), on=DAY + WEEK)
