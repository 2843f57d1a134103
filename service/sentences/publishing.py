"""What the pages on published numbers say: of a draft, of numbers over time, and of all releases."""

from collections.abc import Sequence

from charts.releases import Publication, Slope
from data.formatting import capitalised, counted, listed_words
from data.publishing.release import Release
from data.publishing.states import State, spoken_moment
from metrics.clauses import Revision
from metrics.statement import published
from metrics.statement.published import Checked, Mark, PublishedAt
from service.releases.publishing import Press
from service.sentences.figure import are

CANNOT = (
    "It reads numbers, the nouns beside them and the days of a sentence. "
    "It does not understand the sentence. It knows what was published, not what is true. "
    "A person must read every result."
)
UP_TO = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
UNKNOWN = "Reason not known"
SHORT = {"update", "revision", "correction", "the same"}
WORDS = {State.DRAFT: "being drafted", State.IN_REVIEW: "in review", State.APPROVED: "approved under embargo"}


def draft_summary(checked: Checked) -> str:
    count = checked.figures
    if not count and not checked.cross_checks:
        return "No number in this draft can be checked against the review."
    unclear, beside = checked.count(Mark.UNCLEAR), len(checked.cross_checks)
    wrong = sum(claim.wrong for claim in checked.claims)
    if not wrong and not beside and not unclear:
        return "The one number is as published." if count == 1 else f"All {count} numbers are as published."
    if not wrong and not beside:
        of_all = f"{unclear} of {counted(count, 'number', 'numbers')}"
        return f"Nothing contradicts what was published, but {of_all} {are(unclear)} unclear."
    every = "the one number" if count == 1 else f"{wrong} of {count} numbers"
    parts = {
        f"{every} {are(wrong)} not as published": wrong,
        counted(beside, "sum or phrase is wrong", "sums or phrases are wrong"): beside,
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


def slopes_title(numbers: Sequence[Slope]) -> str:
    """Say how many rose, fell and did neither: "Six numbers rose, two unchanged"."""
    if not any(slope.before for slope in numbers):
        return "Published for the first time"
    apart = [(slope.now or 0) - (slope.then or 0) for slope in numbers if slope.drawn]
    counts = {
        "rose": sum(change > 0 for change in apart),
        "fell": sum(change < 0 for change in apart),
        "unchanged": apart.count(0),
        "not comparable": sum(bool(slope.before) and not slope.drawn for slope in numbers),
        "new": sum(not slope.before for slope in numbers),
    }
    (first, count), *rest = [(words, count) for words, count in counts.items() if count]
    words = [f"{capitalised(_spelled(count))} {'number' if count == 1 else 'numbers'} {first}"]
    return ", ".join([*words, *(f"{_spelled(count)} {word}" for word, count in rest)])


def _spelled(count: int) -> str:
    return UP_TO[count] if count < len(UP_TO) else f"{count:,}"


def history_title(name: str, publications: Sequence[Publication]) -> str:
    current = [one for one in publications if one.current] or publications
    words = [one.words for one in current]
    return f"{name}: {words[0]}" if len({*words}) == 1 else f"{name}: {words[0]} to {words[-1]}"


def badge(revision: Revision) -> str:
    if revision.changed and not revision.reasoned:
        return UNKNOWN
    return revision.means.removesuffix(".") if revision.kind in SHORT else "May be unchanged"


def releases_sentence(press: Press) -> str:
    moment, releases = press.now, press.releases()
    states = [release.state(moment) for release in releases]
    withdrawn = states.count(State.WITHDRAWN)
    public = sum(release.public(moment) for release in releases) - withdrawn
    ways = [
        f"{'one is' if (count := states.count(state)) == 1 else f'{count} are'} {word}"
        for state, word in WORDS.items()
        if state in states
    ]
    gone = f", and {withdrawn} {'was' if withdrawn == 1 else 'were'} withdrawn" if withdrawn else ""
    return (
        f"{capitalised(counted(public, 'release', 'releases'))} {are(public)} public{gone}; "
        f"{listed_words(ways) if ways else 'none is on its way'}.{_next(press, releases)}"
    )


def _next(press: Press, releases: list[Release]) -> str:
    approved = [release for release in releases if release.state(press.now) is State.APPROVED]
    waiting = [(release.published_at, release.name) for release in approved if release.published_at]
    if not waiting:
        return ""
    public, name = min(waiting)
    return f" {name} becomes public at {spoken_moment(public, press.source.terms.time_zone)}."
