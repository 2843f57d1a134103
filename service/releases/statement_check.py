"""What a draft is held against: all that was published, and what the reader has been let look at early."""

import datetime as dt
from zoneinfo import ZoneInfo

from access.roles import Permission
from data.publishing.states import State
from metrics.statement.checker import check
from metrics.statement.published import Checked, PublishedAt
from metrics.statement.text import vocabulary_of
from service.releases.current_release import Public, day_of
from service.releases.publishing import Press
from service.view import Source


def today(source: Source) -> dt.date:
    """In a demonstration it is the last that was loaded, or that of the last release, whichever is later."""
    press = Press(source)
    day = press.now.astimezone(ZoneInfo(source.terms.time_zone)).date()
    if not source.terms.demonstration:
        return day
    return min(day, max([source.last_day, *(day_of(release, source.terms) for release in press.public())]))


def published(source: Source) -> list[PublishedAt]:
    """Return every release that the reader may hold a draft against; Refused: they may see none."""
    press = Press(source)
    approved = (release for release in press.releases() if release.state(press.now) is State.APPROVED)
    public = press.public() + [
        Public(release, press.published(release.id), release.published_at, State.APPROVED)
        for release in approved
        if release.published_at is not None
    ]
    return [
        PublishedAt(
            release.published,
            day_of(release, source.terms),
            withdrawn=release.state is State.WITHDRAWN,
            embargoed=release.state is State.APPROVED,
            at=release.published_at,
        )
        for release in public
    ]


def checked(source: Source, draft: str, day: dt.date, releases: list[PublishedAt]) -> Checked:
    """Check a draft, and record only that it was done.

    Raises Refused, and UserError where the draft is too long or nothing was public by its day.
    """
    source.visit.consult(Permission.RELEASES, "check of a draft")
    return check(draft, day, releases, vocabulary_of(source.terms))
