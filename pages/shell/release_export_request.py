"""What a reader has asked to take away of a release: made when it is fetched, from what was published."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from data.errors import UserError
from data.publishing.states import State
from reports.exports import Format, export
from reports.press.issue import Issue, Standing
from service.releases.publishing import Press
from service.view import Source

STANDINGS: Final[dict[State, Standing]] = {
    State.APPROVED: "embargoed",
    State.PUBLISHED: "published",
    State.AMENDED: "replaced",
    State.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, kw_only=True)
class AskedRelease:
    export: str
    release: int
    format: Format
    figure: str = ""
    reason: str = ""

    def scope(self, _source: Source) -> str:
        figure = f", {self.figure}" if self.figure else ""
        return f"export of {export(self.export).title.lower()}: release {self.release}{figure}"

    def content(self, source: Source) -> Issue:
        """Return the release as the reader may take it away at this moment.

        Raises:
            Refused: the role held now may not see it, or the visit has ended.
            UserError: nobody has approved it.
        """
        return issue_of(Press(source), self.release, self.figure)


def issue_of(press: Press, release: int, figure: str = "") -> Issue:
    """Return a release as its files are made from it.

    Raises:
        Refused: the reader may not see it.
        UserError: nobody has approved it.
    """
    found = press.release(release)
    standing = STANDINGS.get(found.state(press.now))
    if standing is None or found.published_at is None or found.approved is None:
        raise UserError(f"{found.name} has not been approved: files are made of it once it is.")
    gone = found.steps[-1] if standing == "withdrawn" else None
    return Issue(
        public=press.told(release),
        published_at=found.published_at,
        digest=found.approved,
        standing=standing,
        figure=figure,
        withdrawn_at=None if gone is None else dt.datetime.fromisoformat(gone.at),
        reason="" if gone is None else gone.reason,
    )
