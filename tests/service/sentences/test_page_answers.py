"""What the answers say of one, of none and of many, from figures made up for the purpose."""

from types import SimpleNamespace

import pytest

from data.terms import Case
from service.sentences import page_answers


class Made:
    """A view of figures that are as a test says, narrowed by what some subjects do not have."""

    def __init__(self, *whole, **figures):
        self.figures, self.whole_subjects = figures, whole
        case = Case(one="application", many="applications")
        self.source = SimpleNamespace(
            terms=SimpleNamespace(case=case), tables={"risk_assessments", "reviews"}
        )

    def figure(self, name):
        return SimpleNamespace(numerator=self.figures[name])

    def whole(self, subject):
        return subject in self.whole_subjects


@pytest.mark.parametrize(
    ("population", "waiting", "sent", "left", "said"),
    [
        (
            3778, 0, 798, 361,
            ("All 3,778 applications have been risk assessed. Of 798 sent for detailed review, 361 have yet "
            "to be reviewed."),
        ),
        (
            1, 0, 1, 1,
            ("The one application has been risk assessed. The one sent for detailed review has yet to be "
            "reviewed."),
        ),
        (
            1, 1, 0, 0,
            "The one application waits to be risk assessed. None has been sent for detailed review.",
        ),
        (
            2, 1, 1, 0,
            ("1 of 2 applications has been risk assessed; 1 is waiting. The one sent for detailed review has "
            "been reviewed."),
        ),
        (
            9, 2, 5, 1,
            ("7 of 9 applications have been risk assessed; 2 are waiting. Of 5 sent for detailed review, 1 "
            "has yet to be reviewed."),
        ),
    ],
)  # fmt: skip
def test_one_is_spoken_of_as_one_and_many_as_many(population, waiting, sent, left, said):
    view = Made(population=population, not_assessed=waiting, sent_on=sent, backlog=left)
    assert page_answers.progress(view) == said


def test_a_sentence_about_what_is_not_narrowed_says_so():
    said = "Of 5 referrals to the Independent Office, all are open."
    assert page_answers.in_the_whole(Made(), "referrals", said) == said
    assert page_answers.in_the_whole(Made("referrals"), "referrals", said) == (
        "In the whole review, of 5 referrals to the Independent Office, all are open."
    )
