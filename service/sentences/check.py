"""What the check says of a draft as a whole, and what it cannot say, in sentences."""

from data.formatting import capitalised, counted, listed_words
from metrics.statement import published
from metrics.statement.published import Checked, Mark, PublishedAt
from service.sentences.figure import are

CANNOT = (
    "It reads numbers, the nouns cross_checks them and the days of a sentence. "
    "It does not understand the sentence. It knows what was published, not what is true. "
    "A person must read every result."
)


def summary(checked: Checked) -> str:
    count = checked.figures
    if not count and not checked.cross_checks:
        return "No number in this draft can be checked against the review."
    unclear, cross_checks = checked.count(Mark.UNCLEAR), len(checked.cross_checks)
    wrong = sum(claim.wrong for claim in checked.claims)
    if not wrong and not cross_checks and not unclear:
        return "The one number is as published." if count == 1 else f"All {count} numbers are as published."
    if not wrong and not cross_checks:
        of_all = f"{unclear} of {counted(count, 'number', 'numbers')}"
        return f"Nothing contradicts what was published, but {of_all} {are(unclear)} unclear."
    every = "the one number" if count == 1 else f"{wrong} of {count} numbers"
    parts = {
        f"{every} {are(wrong)} not as published": wrong,
        counted(cross_checks, "sum or phrase is wrong", "sums or phrases are wrong"): cross_checks,
        f"{unclear} {are(unclear)} unclear": unclear,
    }
    return f"{capitalised(listed_words([words for words, count in parts.items() if count]))}."


def against(releases: list[PublishedAt]) -> str:
    return f"Compared with {listed_words([release.name for release in releases])}."


def how_good() -> str:
    return (
        f"Measured in November 2026, before the latest repairs, on {published.NUMBERS} numbers in "
        f"{published.SENTENCES} unseen sentences. "
        f"{published.ALARMS_RIGHT:.0%} of its alarms were right: on real wording, "
        f"{published.REAL_ALARMS_RIGHT} of {published.REAL_ALARMS}. "
        f"It caught {published.WRONG_CAUGHT:.0%} of wrong numbers. "
        f"It called {published.WRONG_AFFIRMED} wrong numbers “as published”. {CANNOT}"
    )
