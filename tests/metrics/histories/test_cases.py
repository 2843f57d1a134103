import pytest

from metrics.histories.cases import cases, enquiries, failures, findings
from tests.metrics.world import (
    BY_HAND,
    FIRST,
    PARTITION,
    SECOND,
    STILL,
    TERMS,
    THIRD,
    D,
    enquiry,
    finding,
    frames,
)


def case_of(ref, rows=BY_HAND):
    return cases(frames(rows)).filter(application_ref=ref).collect()


def test_a_case_has_one_row_for_each_stretch_over_which_nothing_known_of_it_changed():
    found = case_of("A1").select("recorded_from", "recorded_to", "completed_on", "failed_on")
    assert found.rows() == [
        (D(2023, 10, 5), SECOND, None, None),
        (SECOND, THIRD, D(2023, 10, 24), D(2023, 10, 24)),
        (THIRD, STILL, D(2023, 10, 24), D(2023, 10, 24)),
    ]


def test_a_case_that_was_removed_has_no_row_from_then_on():
    assert case_of("A9")["recorded_to"].max() == THIRD


def test_a_correction_is_a_new_stretch():
    assert case_of("A6").select("area", "recorded_from").rows()[:2] == [
        ("north", D(2023, 10, 5)),
        ("south", SECOND),
    ]


def test_grades_before_the_latest_are_kept_in_order():
    latest = case_of("A2").row(-1, named=True)
    assert (latest["grade"], latest["graded_on"]) == ("high", D(2023, 10, 20))
    assert latest["earlier_grades"] == [{"assessed_on": D(2023, 10, 4), "grade": "standard"}]
    assert case_of("A3").row(-1, named=True)["earlier_grades"] is None


def test_a_second_review_does_not_complete_the_first():
    rows = {**BY_HAND, "reviews": [each for each in BY_HAND["reviews"] if each["kind"] == "second"]}
    assert case_of("A1", rows)["completed_on"].to_list() == [None] * case_of("A1", rows).height


def test_a_child_recorded_before_its_parent_counts_once_the_parent_is_known():
    rows = {
        "applications": [each | {"recorded_from": THIRD} for each in BY_HAND["applications"][:1]],
        "risk_assessments": BY_HAND["risk_assessments"][:1],
    }
    found = case_of("A1", rows)
    assert found.select("recorded_from", "assessed_on").rows() == [(THIRD, D(2023, 10, 3))]


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (D(2023, 11, 20), D(2023, 12, 4)),  # a Monday: two weeks on
        (D(2023, 11, 25), D(2023, 12, 8)),  # a Saturday: Monday is the first day
        (D(2023, 12, 20), D(2024, 1, 8)),  # Christmas Day, Boxing Day and New Year's Day are left out
        (D(2024, 3, 22), D(2024, 4, 9)),  # Good Friday and Easter Monday are left out
        (D(2023, 5, 1), D(2023, 5, 16)),  # begins on a bank holiday, and the coronation's is left out
    ],
)
def test_the_tenth_working_day_leaves_out_weekends_and_bank_holidays(received_on, due_on):
    row = (
        enquiries(frames({"enquiries": [enquiry("N1", received_on, "other")]}), TERMS)
        .collect()
        .row(0, named=True)
    )
    assert row["due_on"] == due_on
    assert (row["overdue_from"] - due_on).days == 1


def test_an_answer_is_in_time_within_the_working_days_that_the_terms_give():
    rows = frames({"enquiries": [enquiry("N1", D(2023, 11, 20), "other")]})
    within_three = TERMS.model_copy(update={"answer_days": 3})
    assert enquiries(rows, within_three).collect()["due_on"].to_list() == [D(2023, 11, 23)]


def test_a_failure_bears_the_area_its_case_had_on_each_day():
    rows = {
        **BY_HAND,
        "failures": [BY_HAND["failures"][0] | {"application_ref": "A6", "recorded_from": D(2023, 10, 26)}],
    }
    found = failures(frames(rows), PARTITION).collect()
    assert found.select("recorded_from", "area").unique(maintain_order=True).rows()[:2] == [
        (D(2023, 10, 26), "north"),
        (SECOND, "south"),
    ]


def test_a_load_that_was_superseded_sets_no_day_of_a_finding():
    rows = {
        "findings": [
            finding("G1", "A1", "upheld", recorded_from=FIRST, recorded_to=FIRST),
            finding("G1", "A1", recorded_from=FIRST, recorded_to=THIRD),
            finding("G1", "A1", "upheld", recorded_from=THIRD),
        ]
    }
    assert findings(frames(rows), TERMS).collect().select("recorded_from", "decided_on").rows() == [
        (FIRST, None),
        (THIRD, THIRD),
    ]


def test_a_finding_bears_the_kind_of_the_allegation_that_it_is_about():
    found = findings(frames(BY_HAND), TERMS).collect()
    assert dict(found.filter(recorded_from=THIRD).select("finding_ref", "allegation").iter_rows()) == {
        "G1": "delay", "G2": None, "G3": None, "G4": None,
    }  # fmt: skip
