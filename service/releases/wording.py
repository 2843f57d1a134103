"""What a draft says in its own words, held against its numbers and against all that was published."""

import datetime as dt
from typing import NamedTuple
from zoneinfo import ZoneInfo

from data.errors import UserError
from data.publishing.content import Published
from data.releases import Releases
from metrics.statement.checker import check
from metrics.statement.published import PublishedAt
from metrics.statement.verdicts import Claim, Mark
from metrics.statement.vocabulary import vocabulary_of
from service.releases.checklist import public_before
from service.view import Source

# A number of the note that the release itself, or one before it, contradicts, or that is small and is told
# exactly nowhere: the approver decides on each. The rest is only shown.
CONTRADICTS = (Mark.DIFFERS, Mark.SUM, Mark.OPPOSITE, Mark.SMALL)


class Worded(NamedTuple):
    """What the statement check says of a release's title and note, one sentence each.

    errors: why they could not be checked. alarms: what an approver must confirm or overrule. warnings: what
    a person should look at.
    """

    errors: tuple[str, ...]
    alarms: tuple[str, ...]
    warnings: tuple[str, ...]


def worded(source: Source, told: Published, releases: Releases) -> Worded:
    """Hold the title and the note of a release against its own numbers, and against all published before."""
    zone = ZoneInfo(source.terms.time_zone)
    before = public_before(releases)
    day = _day(source, told, releases.now().astimezone(zone).date())
    published = [PublishedAt(each.told, each.published_at.astimezone(zone).date()) for each in before]
    text = f"{told.title}.\n{told.note}"
    try:
        found = check(text, day, [*published, PublishedAt(told, day)], vocabulary_of(source.terms))
    except UserError as fault:
        return Worded((f"The title and the note could not be checked: {fault}",), (), ())
    wrong = [each for each in (*found.claims, *found.beside) if each.wrong or each.mark is Mark.UNCLEAR]
    alarms = dict.fromkeys(_sentence(each) for each in wrong if each.mark in CONTRADICTS)
    warnings = [_sentence(each) for each in wrong if each.mark not in CONTRADICTS]
    return Worded((), tuple(alarms), tuple(warnings))


def _day(source: Source, told: Published, today: dt.date) -> dt.date:
    """Return the day on which the words are to be read: in a demonstration, the last that it knows."""
    return max(told.known_at, min(today, source.last_day)) if source.terms.demonstration else today


def _sentence(claim: Claim) -> str:
    instead = f" Say instead: {claim.instead}" if claim.instead else ""
    return f"The title or note says “{' '.join(claim.text.split())}”. {claim.sentence}{instead}"
