"""What the check says of a draft as a whole, and what it cannot say, in sentences."""

from data.formatting import capitalised, counted, listed_words
from metrics.statement import verdicts
from metrics.statement.published import PublishedAt
from metrics.statement.verdicts import Checked, Mark

CANNOT = (
    "It reads numbers, the nouns beside them and the days of a sentence. "
    "It does not understand the sentence. It knows what was published, not what is true. "
    "A person must read every mark."
)


def summary(checked: Checked) -> str:
    """Say how many numbers are not as published, what else is wrong, and how many could not be told."""
    numbers = checked.figures
    if not numbers and not checked.beside:
        return "No number in this draft says anything of the review that could be checked."
    found = _wrong(checked)
    unclear = checked.count(Mark.UNCLEAR)
    if not found and not unclear:
        return (
            "The one number is as published." if numbers == 1 else f"All {numbers} numbers are as published."
        )
    if not found:
        told = f"{unclear} of {counted(numbers, 'number', 'numbers')} could not be told"
        return f"Nothing contradicts what was published, but {told}."
    if unclear:
        found.append(f"{unclear} could not be told")
    return f"{capitalised(listed_words(found))}."


def _wrong(checked: Checked) -> list[str]:
    wrong, beside = sum(claim.wrong for claim in checked.claims), len(checked.beside)
    found: list[str] = []
    if wrong:
        every = "the one number" if checked.figures == 1 else f"{wrong} of {checked.figures} numbers"
        found.append(f"{every} {'is' if wrong == 1 else 'are'} not as published")
    if beside:
        found.append(counted(beside, "sum or turn of words is wrong", "sums or turns of words are wrong"))
    return found


def against(releases: list[PublishedAt]) -> str:
    return f"Held against {listed_words([release.name for release in releases])}."


def how_good() -> str:
    """Say how often the check was right when it was measured, and what it cannot do."""
    return (
        f"Measured in November 2026, before the latest repairs, on {verdicts.NUMBERS} numbers in "
        f"{verdicts.SENTENCES} sentences it had not seen. "
        f"{verdicts.ALARMS_RIGHT:.0%} of its alarms were right: on real wording, "
        f"{verdicts.REAL_ALARMS_RIGHT} of {verdicts.REAL_ALARMS}. "
        f"It caught {verdicts.WRONG_CAUGHT:.0%} of wrong numbers. "
        f"It called {verdicts.WRONG_AFFIRMED} wrong numbers “as published”. {CANNOT}"
    )
