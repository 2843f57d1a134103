"""The answer first: how many releases are public, what waits for whom, and what is public next."""

from data.formatting import capitalised, counted, listed_words
from data.publishing.release import Release
from data.publishing.states import State, spoken_moment
from service.releases.publishing import Press
from service.sentences.figure import are

WORDS = {State.DRAFT: "being drafted", State.IN_REVIEW: "in review", State.APPROVED: "approved under embargo"}


def answer(press: Press) -> str:
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
