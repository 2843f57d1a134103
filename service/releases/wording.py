"""What a draft says in its own words, held against its numbers and against all that was published."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from data.errors import UserError
from data.publishing.content import Published
from data.releases import Releases
from metrics.statement.checker import check
from metrics.statement.published import Claim, Mark, PublishedAt
from metrics.statement.text import vocabulary_of
from service.releases.current_release import day_of, public_of
from service.view import Source

# A number of the note that the release itself, or one before it, contradicts, or that is small and is told
# exactly nowhere: the approver decides on each. The rest is only shown.
CONTRADICTS = (Mark.DIFFERS, Mark.SUM, Mark.OPPOSITE, Mark.SMALL)


class Worded(NamedTuple):
    """errors: why they could not be checked. alarms: what an approver must confirm or overrule. warnings:
    what a person should look at."""

    errors: tuple[str, ...]
    alarms: tuple[str, ...]
    warnings: tuple[str, ...]


def worded(source: Source, draft: Published, releases: Releases) -> Worded:
    day = releases.now().astimezone(ZoneInfo(source.terms.time_zone)).date()
    if source.terms.demonstration:  # the last day that it knows
        day = max(draft.known_at, min(day, source.last_day))
    published = [PublishedAt(past.published, day_of(past, source.terms)) for past in public_of(releases)]
    text = "\n".join([f"{draft.title}.", draft.note, *(f"{note}." for note in draft.dated_notes)])
    try:
        checked = check(text, day, [*published, PublishedAt(draft, day)], vocabulary_of(source.terms))
    except UserError as fault:
        return Worded((f"The title and the note could not be checked: {fault}",), (), ())
    claims = (*checked.claims, *checked.cross_checks)
    wrong = [claim for claim in claims if claim.wrong or claim.mark is Mark.UNCLEAR]
    alarms = dict.fromkeys(_sentence(claim) for claim in wrong if claim.mark in CONTRADICTS)
    warnings = [_sentence(claim) for claim in wrong if claim.mark not in CONTRADICTS]
    return Worded((), tuple(alarms), tuple(warnings))


def _sentence(claim: Claim) -> str:
    instead = f" Say instead: {claim.instead}" if claim.instead else ""
    return f"The title or note says “{' '.join(claim.text.split())}”. {claim.sentence}{instead}"
