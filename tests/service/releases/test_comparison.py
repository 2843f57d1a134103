"""Why two releases differ, from the demonstration's register: what the press is told of it, and what analysts are."""

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.publishing.content import Bound, Draft
from metrics.clauses import NOT_BRIDGED, UNCHANGED
from service.releases.comparison import _compared_with, between, in_order
from service.releases.publishing import Press
from service.view import open_source
from tests.data.publishing.world import ANN, approved, draft, opened, told

JANUARY, MAY = dt.date(2024, 1, 11), dt.date(2024, 5, 22)


@pytest.fixture(scope="module")
def folder(untouched: Path, tmp_path_factory) -> Path:
    return Path(shutil.copytree(untouched, tmp_path_factory.mktemp("bridging") / "review"))


@pytest.fixture
def press(folder, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    desk = services_of(folder)

    def of(role: Role) -> Press:
        return Press(open_source(desk.visit(desk.welcome("reader", (role,), "test")), "M"))

    return of


def found(press: Press, one: int, other: int) -> dict:
    told = [each.published for each in press.public()]
    bridged = between(press.source, told[one - 1], told[other - 1])
    return {(each.figure, each.where): each for each in bridged}


@pytest.fixture(scope="module")
def added(demonstration) -> int:
    """Applications in scope known in May and not in January, counted from the table itself."""
    rows = demonstration.snapshot().scan("applications").filter("in_scope").collect()

    def known(day):
        return set(
            rows.filter(pl.col("recorded_from") <= day, pl.col("recorded_to") > day)["application_ref"]
        )

    assert not known(JANUARY) - known(MAY)
    return len(known(MAY) - known(JANUARY))


def test_january_and_may_are_bridged_from_the_rows_of_the_register(press, added):
    bridged = found(press(Role.PRESS_OFFICER), 3, 4)
    population = bridged["population", ()].revision
    assert added == 3_778 - 3_582
    assert (population.before, population.after, population.kind) == ("3,582", "3,778", "revision")
    assert (
        population.why
        == f"{added} more applications were added, most of them following additional database checks"
    )
    failures = bridged["failures", ()].revision
    assert (failures.kind, failures.why) == ("update", "eight more have been found since")
    parts = {where: each.revision.scale for (_, where), each in bridged.items() if where}
    assert parts == {("harm",): "", ("administrative",): "up by 3 (27.3%)", ("service",): "up by 5 (41.7%)"}
    assert not bridged["failures_with_harm", ()].revision.changed


def test_values_that_are_told_together_are_not_narrowed_to_by_the_word_for_them(press):
    one, two = (each.published for each in press(Role.ANALYST).public()[2:4])

    def together(release):
        merged = [
            told.model_copy(
                update={
                    "cells": tuple(cell.model_copy(update={"where": ("other",)}) for cell in told.cells[:1])
                }
            )
            for told in release.figures
            if told.by
        ]
        return release.model_copy(update={"figures": tuple(merged)})

    bridged = between(press(Role.ANALYST).source, together(one), together(two))
    assert bridged
    assert {(each.where, each.counted) for each in bridged} == {(("other",), "")}
    assert {each.revision.why for each in bridged} <= {NOT_BRIDGED, UNCHANGED}


def test_only_who_may_see_figures_is_told_the_true_steps(press):
    assert all(not each.counted for each in found(press(Role.PRESS_OFFICER), 1, 4).values())
    inside = found(press(Role.ANALYST), 1, 4)["population", ()]
    assert inside.counted.startswith("3,539 + 248 added to the register \N{MINUS SIGN} 9 removed from the")
    assert inside.revision.scale == ""


def test_a_number_that_the_register_does_not_have_is_said_to_be_so(press):
    staff = found(press(Role.ANALYST), 3, 4)["headcount", ()]
    assert not staff.revision.explained
    assert staff.counted.endswith(
        "Release 4 gives about 45. The register as known on 22 May 2024 gives 24, which does not fit."
    )


def test_the_order_in_which_two_releases_are_named_makes_no_difference(press):
    asked = press(Role.PRESS_OFFICER)
    assert found(asked, 3, 4) == found(asked, 4, 3)
    first, last = (asked.public()[number].published for number in (0, 3))
    assert in_order(last, first) == (first, last)


def test_who_may_see_no_releases_is_told_nothing(press):
    told = [each.published for each in press(Role.ANALYST).public()]
    with pytest.raises(Refused):
        between(press(Role.AUDITOR).source, told[2], told[3])


def test_a_release_tells_why_it_differs_from_the_last_that_stands(press):
    draft = Draft(
        title="Figures at the end of May", as_at=dt.date(2024, 5, 30), known_at=dt.date(2024, 5, 30),
        status="final", nature="update", note="The figures at the end of May.",
        figures=tuple(Bound(figure=name) for name in ("population", "failures", "failures_with_harm", "headcount")),
    )  # fmt: skip
    analyst = press(Role.ANALYST)
    release = analyst.draft(draft)
    told = analyst.counted_draft(release.id).published
    assert told.compared_with == "Release 4, 22 May 2024"
    changed = {each.figure: each for each in told.changes}
    # 3,778, 33 and 2 were published a week before, and are still so; of the staff about 45 had been said.
    assert [each.whole.shown for each in told.figures[:3]] == ["3,778", "33", "2"]
    assert list(changed) == ["headcount"]
    assert (changed["headcount"].before, changed["headcount"].after) == ("about 45", "about 20")
    assert "because" not in changed["headcount"].sentence


def test_a_release_is_compared_only_with_what_is_public_when_it_is_submitted(tmp_path):
    now = dt.datetime(2040, 1, 1, 12, tzinfo=dt.UTC)
    releases, clock, ledger = opened(f"sqlite:///{tmp_path / 'ledger.sqlite'}", tmp_path, now)
    hour = dt.timedelta(hours=1)
    approved(releases, embargo=now + hour)
    later = releases.drafted(ANN, draft(embargo=now + 2 * hour))
    mine = told(later.number)
    assert _compared_with(later, mine, releases) is None
    clock.moment += hour
    assert _compared_with(later, mine, releases).name == "Release 1"
    ledger.engine.dispose()
