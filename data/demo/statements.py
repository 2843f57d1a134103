"""The statements that the demonstration's review had made in public before Candour, as they were typed."""

from pathlib import Path

from data.publishing.external_statements import read_statements
from data.publishing.release import Person
from data.releases import Releases
from data.review import Review

TYPIST = Person("demonstration press officer", "press officer")
CONFIRMS = Person("demonstration release approver", "release approver")


def enter_statements(review: Review, path: Path) -> None:
    """Enter them, in their order, and have another person confirm each."""
    releases = Releases(review.ledger, review.record)
    for told, published_at in read_statements(path, review.terms):
        found = releases.entered(TYPIST, told, published_at)
        releases.confirmed(found.id, CONFIRMS, seen=found.seen)
