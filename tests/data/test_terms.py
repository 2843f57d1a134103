import re
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

from data.errors import UserError
from data.schema import LISTS
from data.terms import DECISIONS, Case, DecisionKind, DecisionRule, Part, read_terms


def refusal(path: Path, text: str) -> str:
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        read_terms(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "A review to test with"', "", "terms.toml: the setting 'name' is missing."),
        ("began_on = 2023-10-01", 'began_on = "soon"', "began_on"),
        (
            "begins = 2015-04-01",
            "begins = 2025-04-01",
            "the period ends (2023-08-31) before it begins (2025-04-01)",
        ),
        ("routes =", "roads =", "there is no list called 'roads'"),
        ('areas = ["north",', 'areas = ["north", "north",', "the list 'areas' has a code twice"),
        (
            "[period]",
            'adverse = ["upheld"]\n[period]',
            "adverse names 'upheld', which is not in the list 'findings'",
        ),
        (
            "[period]",
            '[case]\nclosed_by = "habit"\n[period]',
            "case.closed_by: input should be 'day' or 'findings'",
        ),
        ("[period]", '[case]\nshut = "shut"\n[period]', "there is no setting called 'case.shut'"),
        (
            "[period]",
            '[stages]\nfailure = "omission"\n[period]',
            "stages: 'failure' is given without 'failed'; the forms go together",
        ),
        ("[period]", "[period]\ncolour = 1", "there is no setting called 'period.colour'"),
        (
            "days = 35",
            "days = 0",
            "terms.toml: in [[timescales]] number 1, days: input should be greater than 0.",
        ),
        ('"south", "not known"]', '3, "not known"]', "lists.areas number 2: input should be a valid string"),
        ("[period]", "[period", "is not valid TOML"),
        ("[period]", '[public]\nwebsite = "http://police.example"\n[period]', "public.website"),
        ("[period]", '[public]\nemergency = ""\n[period]', "public.emergency"),
        (
            "[period]",
            '[[decisions]]\nkind = "harms"\n[period]',
            "terms.toml: in [[decisions]] number 1, kind: input should be 'harm',",
        ),
        (
            "[period]",
            '[[decisions]]\nkind = "harm"\nowner = "mayor"\n[period]',
            "owner: input should be 'chief",
        ),
        ("[period]", '[[decisions]]\nkind = "harm"\ndays = -1\n[period]', "days: input should be greater"),
        (
            "[period]",
            '[[decisions]]\nkind = "harm"\nconsequence = 1\n[period]',
            "consequence: input should be",
        ),
        (
            "[period]",
            '[[decisions]]\nkind = "due"\n[[decisions]]\nkind = "due"\n[period]',
            "two of the decisions are of the kind 'due'",
        ),
        ("[period]", "answer_days = 0\n[period]", "answer_days: input should be greater than 0"),
        ("[period]", 'time_zone = "Swindon"\n[period]', "time_zone: there is no time zone 'Swindon'"),
    ],
)
def test_a_setting_that_does_not_fit_is_named_in_one_sentence(
    terms_file: Path, old: str, new: str, said: str
) -> None:
    text = terms_file.read_text()
    assert old in text
    assert said in refusal(terms_file, text.replace(old, new, 1))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    ("one", "other"),
    [("North", "north"), ("north west", "North  West"), ("north\u00a0west", "north west"), ("\uff2eorth", "north"),
     ("nor\u200bth", "north"), ("Stra\u00dfe", "STRASSE")],
)  # fmt: skip
def test_codes_that_differ_only_by_case_or_spaces_are_refused_and_both_are_named(
    terms_file: Path, name: str, one: str, other: str
) -> None:
    others = re.sub(rf"(?m)^{name} = .*\n", "", terms_file.read_text())
    text = others.replace("[lists]", f'[lists]\n{name} = ["first", "{one}", "{other}"]')
    said = refusal(terms_file, text)
    assert f"the list {name!r} has {one!r} and {other!r}, which differ only by case, spaces" in said
    assert said.endswith(": keep one of them.")


def test_a_code_in_which_nothing_can_be_seen_is_refused(terms_file: Path) -> None:
    text = terms_file.read_text().replace('areas = ["north"', 'areas = ["\u200b"')
    assert "the list 'areas' has a code in which nothing can be seen" in refusal(terms_file, text)


@pytest.mark.parametrize(
    ("old", "new"),
    [('areas = ["north",', 'areas = ["north\\u202Eeast",'), ('"A review to test with"', '"A \u2066review"')],
)
def test_a_sign_that_turns_or_hides_words_is_refused(terms_file: Path, old: str, new: str) -> None:
    text = terms_file.read_text()
    assert old in text
    assert "has the unseen sign U+20" in refusal(terms_file, text.replace(old, new))


def test_two_parts_whose_names_differ_only_by_case_are_refused(terms_file: Path) -> None:
    parts = "".join(f'\n[[partition]]\nname = "{name}"\ntitle = "all"\n' for name in ("All", "all"))
    said = refusal(terms_file, terms_file.read_text() + parts)
    assert "two parts of the partition are called 'All' and 'all', which differ only by case" in said


def test_a_partition_that_leaves_a_failure_out_is_refused(terms_file: Path) -> None:
    part = '\n[[partition]]\nname = "service"\ntitle = "service"\ntype = "service"\n'
    said = refusal(terms_file, terms_file.read_text() + part)
    assert "no part of the partition takes a failure of type administrative" in said


def test_two_parts_of_one_name_are_refused(terms_file: Path) -> None:
    part = '\n[[partition]]\nname = "all"\ntitle = "all"\n'
    assert "two parts of the partition are called 'all'" in refusal(
        terms_file, terms_file.read_text() + 2 * part
    )


def test_terms_that_are_not_text_or_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no file"):
        read_terms(tmp_path / "terms.toml")
    (tmp_path / "terms.toml").write_bytes(b"name = '\xff\xfe'")
    with pytest.raises(UserError, match="is not UTF-8 text"):
        read_terms(tmp_path / "terms.toml")


def test_a_part_takes_the_failures_that_fit_it() -> None:
    rows = pl.DataFrame({"harm": [True, True, False], "type": ["service", "administrative", "service"]})
    fits = {
        part.name: rows.select(part.fits()).to_series().to_list()
        for part in (
            Part(name="harm", title="", harm=True),
            Part(name="service", title="", type="service"),
            Part(name="both", title="", harm=True, type="service"),
        )
    }
    assert fits == {"harm": [True, True, False], "service": [True, False, True], "both": [True, False, False]}


def test_a_list_that_a_review_lacks_is_empty(terms_file: Path) -> None:
    terms_file.write_text(terms_file.read_text().replace("routes = ", "# routes = "))
    terms = read_terms(terms_file)
    assert terms.codes("areas") == ("north", "south", "not known")
    assert terms.codes("routes") == terms.codes("findings") == terms.adverse == ()


def test_the_terms_say_which_findings_are_adverse_when_a_case_ends_and_what_all_this_is_called(
    terms_file: Path,
) -> None:
    text = terms_file.read_text()
    ours = """adverse = ["upheld"]
[case]
one = "complaint"
many = "complaints"
closed = "decided"
open = "pending"
closed_by = "findings"
finding = "failing"
findings = "failings"

[period]"""
    listed = text.replace("[period]", ours).replace("[lists]", '[lists]\nfindings = ["upheld", "not upheld"]')
    terms_file.write_text(listed)
    terms = read_terms(terms_file)
    assert terms.adverse == ("upheld",)
    assert terms.case == Case(
        one="complaint", many="complaints", closed="decided", open="pending", closed_by="findings",
        finding="failing", findings="failings",
    )  # fmt: skip


def test_terms_that_name_no_case_are_of_applications_that_end_on_their_closing_day(terms_file: Path) -> None:
    assert read_terms(terms_file).case == Case(
        one="application", many="applications", closed="closed", open="open", closed_by="day",
        finding="adverse finding", findings="adverse findings",
    )  # fmt: skip


def test_a_stage_is_called_as_the_terms_say_and_the_others_as_ever(terms_file: Path) -> None:
    ours = '[stages]\nfailure = "omission"\nfailures = "omissions"\nfailed = "fell short"\n[period]'
    terms_file.write_text(terms_file.read_text().replace("[period]", ours))
    words = read_terms(terms_file).words
    assert (
        words("{Failures} with a {referral}, and a {failure}") == "Omissions with a referral, and an omission"
    )
    assert words.renamed("first_failure_ref") == "first omission ref"
    assert words.renamed("Enquiries about failures") == "Enquiries about omissions"


@pytest.mark.parametrize(
    ("days", "within", "day"),
    [
        (1, "one working day", "first working day"),
        (10, "ten working days", "tenth working day"),
        (12, "12 working days", "12th working day"),
    ],
)
def test_the_days_in_which_an_enquiry_is_answered_are_in_words(terms_file: Path, days, within, day) -> None:
    terms_file.write_text(f"answer_days = {days}\n{terms_file.read_text()}")
    words = read_terms(terms_file).words
    assert words("{answer_within}; {answer_day}") == f"{within}; {day}"


def test_what_is_said_to_whoever_is_in_danger_is_never_empty(terms_file: Path) -> None:
    said = read_terms(terms_file).public
    assert "999" in said.emergency
    assert "55" in said.emergency
    assert (said.how_to_apply, said.website, said.contact) == ("", "", "")


def test_a_decision_has_the_rule_of_its_kind_where_the_terms_say_nothing_else(terms_file: Path) -> None:
    assert sorted(rule.kind for rule in DECISIONS) == sorted(get_args(DecisionKind))
    own = '[[decisions]]\nkind = "harm"\ndays = 5\nowner = "release approver"\n[period]'
    terms_file.write_text(terms_file.read_text().replace("[period]", own))
    terms = read_terms(terms_file)
    assert terms.decision("harm") == DecisionRule(
        kind="harm", owner="release approver", days=5, consequence="high"
    )
    assert terms.decision("stale data") == DecisionRule(
        kind="stale data", owner="data steward", days=7, consequence="medium"
    )
