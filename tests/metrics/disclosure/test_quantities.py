from metrics.catalogue.failures import HARM
from metrics.disclosure.quantities import counted_by, counted_out_of, spell_of


def test_a_share_counts_what_the_counts_of_its_two_sides_count():
    assert (counted_by("share_with_harm"), counted_out_of("share_with_harm")) == (
        "failures_with_harm",
        "failures",
    )
    assert (counted_by("share_assessed"), counted_out_of("share_assessed")) == ("risk_assessed", "population")


def test_a_side_that_no_count_counts_is_named_for_its_share():
    assert counted_by("failure_rate") == "failure_rate: numerator"
    assert counted_out_of("failure_rate") == "risk_assessed"


def test_those_that_entered_a_stage_are_the_count_of_them():
    assert counted_out_of("days_to_allocation") == "sent_on"
    assert counted_out_of("days_to_answer") == "enquiries"
    assert counted_out_of("days_to_assessment") == "days_to_assessment: out of"


def test_what_is_no_figure_of_the_catalogue_is_named_for_itself():
    assert counted_by("disclosed_after_50") == "disclosed_after_50"
    assert spell_of("disclosed_after_50") is None
    assert spell_of("failures_with_harm") is HARM.numerator
