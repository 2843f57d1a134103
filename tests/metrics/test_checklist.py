"""What stands in a release's way and what should be looked at: each sentence names its figure and number."""

import datetime as dt

import pytest

from data.publishing.content import Cell, Counted, Draft, Published, PublishedCell, PublishedFigure
from metrics.checklist import (
    compared,
    ill_timed,
    lower,
    missing_note,
    small_in_words,
    too_late,
    unchanged,
    unreconciled,
)
from tests.data.publishing.world import draft, told

DAY = dt.date(2024, 5, 30)


def parts(*numerators: int, denominators: tuple[int, ...] = ()) -> Counted:
    below = denominators or (None,) * len(numerators)
    cells = [
        Cell(where=(str(place),), numerator=above, denominator=each)
        for place, (above, each) in enumerate(zip(numerators, below, strict=True))
    ]
    return Counted(
        figure="failures",
        by=("first_team",),
        title="Failures found",
        definition="Failures.",
        counts="failures in scope",
        out_of="applications" if denominators else None,
        unit="failures",
        kind="share" if denominators else "count",
        cells=tuple(cells),
        rows="0" * 64,
    )


def figure(
    name: str, shown: str, *, where: tuple[str, ...] = (), definition: str = "", **changes
) -> PublishedFigure:
    number = None if shown == "*" else int(shown.replace(",", ""))
    return PublishedFigure(
        figure=name,
        title=name.capitalize(),
        definition=definition,
        counts=name,
        unit=name,
        kind=changes.pop("kind", "count"),
        by=("part",) if where else (),
        titles=("Part",) if where else (),
        cells=(PublishedCell(where=where, shown=shown, number=number, treatment="rounded"),),
    )


def release(*figures: PublishedFigure, number: int = 1, **changes) -> Published:
    return told(number, **changes).model_copy(update={"figures": figures})


def test_parts_that_add_up_are_silent_and_those_that_do_not_are_told_with_both_numbers():
    assert unreconciled(parts(2, 14, 17), Cell(numerator=33)) == []
    (said,) = unreconciled(parts(2, 14, 17), Cell(numerator=34))
    assert said.startswith(
        "Failures found by first team: the parts add up to 33 failures in scope, and the whole is 34."
    )
    assert said.count("See Data") == 1
    (said,) = unreconciled(parts(2, 3, denominators=(10, 11)), Cell(numerator=5, denominator=22))
    assert "the parts add up to 21 applications, and the whole is 22" in said


@pytest.mark.parametrize(
    ("nature", "note", "said"),
    [
        ("first release", "", None),
        ("update", "", "The note is missing. For an update it says what changed and why."),
        ("revision", "", "The note is missing. For a revision it says"),
        ("update", "More.", None),
        ("correction", "Mended.", "nature and scale of the correction"),
        ("revision", "Many more applications were found by checks of the database.", "nature and scale"),
        ("revision", "196 applications were added by further checks of the database.", None),
        ("correction", "The number of referrals was five and not four, as a referral was left out.", None),
    ],
)
def test_a_release_says_what_changed_and_a_revision_or_correction_by_how_much(nature, note, said):
    found = missing_note(draft(nature=nature, note=note))
    assert found == [] if said is None else len(found) == 1 and said in found[0]


def test_a_revision_of_words_only_needs_no_number_in_its_note():
    words = draft(nature="revision", note="The definition of a failure is clearer. No figure changed.")
    assert missing_note(words, unchanged=True) == []
    (message,) = missing_note(words, unchanged=False)
    assert message.startswith("The note says that no figure changed, but one did")


def test_figures_are_unchanged_only_where_the_last_release_has_the_very_same():
    earlier, last = release(figure("failures", "25")), release(figure("failures", "33"))
    assert unchanged(release(figure("failures", "33")), [earlier, last])
    assert not unchanged(release(figure("failures", "25")), [earlier, last])
    assert not unchanged(release(figure("failures", "33")), [])


def test_a_small_number_in_words_or_digits_is_pointed_at_and_a_day_is_not():
    def said(note: str) -> list[str]:
        return [each.split(".")[0] for each in small_in_words(draft(note=note), 7)]

    assert said("Since 5 June, 33 failures and 3,778 applications.") == []
    assert said("Two people came to harm; 3 were not reached; 8 were.") == [
        "The title or note has the number 2",
        "The title or note has the number 3",
    ]


def test_each_day_after_the_last_load_is_named():
    late = Draft.model_validate(draft().model_dump() | {"as_at": DAY, "known_at": DAY + dt.timedelta(days=1)})
    assert too_late(late, DAY + dt.timedelta(days=1)) == []
    (said,) = too_late(late, DAY)
    assert said.startswith(
        "The release is as known on 31 May 2024, but the last load is of 30 May 2024. Choose"
    )
    assert [each[:20] for each in too_late(late, dt.date(2024, 5, 1))] == [
        "The release is for 3",
        "The release is as kn",
    ]


@pytest.mark.parametrize(
    ("embargo", "said"),
    [
        (None, None),
        (dt.datetime(2024, 5, 29, 9, tzinfo=dt.UTC), None),
        (
            dt.datetime(2024, 5, 27, 9, tzinfo=dt.UTC),
            "on a weekend or a bank holiday",
        ),  # the spring bank holiday
        (dt.datetime(2024, 6, 1, 9, tzinfo=dt.UTC), "on a weekend or a bank holiday"),
        (dt.datetime(2024, 5, 22, 9, tzinfo=dt.UTC), "has passed"),
    ],
)
def test_an_embargo_that_has_passed_or_ends_when_nobody_works_is_pointed_at(embargo, said):
    found = ill_timed(embargo, dt.datetime(2024, 5, 22, 9, tzinfo=dt.UTC), "WRITTEN")
    assert found == [] if said is None else said in found[0] and "WRITTEN" in found[0]


def test_a_count_that_is_lower_than_was_last_said_of_it_is_named_with_both_numbers():
    earlier = [
        release(figure("failures", "33"), figure("failures", "12", where=("Service",)), number=3),
        release(figure("failures", "40"), number=4, as_at=DAY),
    ]
    now = release(figure("failures", "35"), figure("failures", "10", where=("service",)), figure("new", "1"))
    why = ". It is lower now, so the note should say why."
    assert lower(now, earlier) == [
        f"Failures would be 35. Release 4 gave 40 for 30 May 2024{why}",
        f"Failures, service, would be 10. Release 3 gave 12 for 30 May 2024{why}",
    ]
    assert lower(release(figure("failures", "*")), earlier) == []
    assert (
        lower(release(figure("failures", "41"), figure("failures", "12", where=("service",))), earlier) == []
    )
    assert lower(release(figure("failures", "30", kind="share")), earlier) == []


def test_what_differs_from_the_last_release_otherwise_is_said_once_each():
    last = release(
        figure("failures", "33", definition="Old words."),
        figure("people", "45"),
        number=4,
        status="final",
        as_at=DAY,
    )
    older = release(figure("gone", "1"), number=3)
    now = release(figure("failures", "35"), number=5, status="provisional", as_at=dt.date(2024, 5, 1))
    assert compared(now, {"failures": "New words."}, [older, last]) == [
        "People is in Release 4 but not in this one. Readers will ask why.",
        "Release 4 called its figures final. This release calls them provisional again.",
        "The release is for 1 May 2024, but Release 4 was for a later day, 30 May 2024.",
        "Failures has another definition than in Release 4. Compare both, and say so in the note.",
    ]
    same = release(*last.figures, number=5, status="final", as_at=DAY, nature="first release")
    assert compared(same, {"failures": "Old words.", "people": "Any words."}, [last]) == [
        "Every number is the same as in Release 4. Is a new release needed?",
        "The release is called the first, but Release 4 was published before it.",
    ]
    assert compared(now, {}, []) == []
