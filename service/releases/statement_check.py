"""What a draft is held against: all that was published, and what the reader has been let look at early."""

import datetime as dt
from zoneinfo import ZoneInfo

from access.roles import Permission
from data.publishing.states import State
from metrics.statement.checker import check
from metrics.statement.published import PublishedAt
from metrics.statement.verdicts import Checked
from metrics.statement.vocabulary import vocabulary_of
from service.releases.publishing import Press
from service.view import Source


def today(source: Source) -> dt.date:
    """Return the day that a statement is of unless it says so.

    In a demonstration it is the last that was loaded, or that of the last release, whichever is later.
    """
    press, zone = Press(source), _zone(source)
    day = press.now.astimezone(zone).date()
    if not source.terms.demonstration:
        return day
    known = [each.published_at.astimezone(zone).date() for each in press.public()]
    return min(day, max([source.last_day, *known]))


def published(source: Source) -> list[PublishedAt]:
    """Return every release that the reader may hold a draft against.

    Raises:
        Refused: the reader may see no releases.
    """
    press, zone = Press(source), _zone(source)
    found = [
        PublishedAt(
            each.told,
            each.published_at.astimezone(zone).date(),
            each.state is State.WITHDRAWN,
            at=each.published_at,
        )
        for each in press.public()
    ]
    approved = [release for release in press.releases() if release.state(press.now) is State.APPROVED]
    return found + [
        PublishedAt(
            press.told(each.id),
            each.published_at.astimezone(zone).date(),
            embargoed=True,
            at=each.published_at,
        )
        for each in approved
        if each.published_at is not None
    ]


def checked(source: Source, draft: str, day: dt.date, releases: list[PublishedAt]) -> Checked:
    """Check a draft; that it was done is written down, and nothing of the draft.

    Raises:
        Refused: the reader may see no releases.
        UserError: the draft is too long, or nothing was public by its day.
    """
    source.visit.consult(Permission.RELEASES, "check of a draft")
    return check(draft, day, releases, vocabulary_of(source.terms))


def _zone(source: Source) -> ZoneInfo:
    return ZoneInfo(source.terms.time_zone)
