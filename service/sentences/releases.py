"""The answer first: how many releases are public, what waits for whom, and what is public next."""

from data.formatting import capitalised, counted, listed_words
from data.publishing.moments import spoken_moment
from data.publishing.release import Release
from data.publishing.states import State
from service.releases.publishing import Press

WORDS = {State.DRAFT: "being drafted", State.IN_REVIEW: "in review", State.APPROVED: "approved under embargo"}


def answer(press: Press) -> str:
    """Say what is public, what is on its way, and what is public next."""
    moment = press.now
    releases = press.releases()
    states = [release.state(moment) for release in releases]
    gone = states.count(State.WITHDRAWN)
    public = counted(sum(each.public(moment) for each in releases) - gone, "release", "releases")
    ways = [
        f"{'one is' if (count := states.count(state)) == 1 else f'{count} are'} {word}"
        for state, word in WORDS.items()
        if state in states
    ]
    verb = "is" if public.startswith("1 ") else "are"
    told = f"{capitalised(public)} {verb} public"
    if gone:
        told = f"{told}, and {gone} {'was' if gone == 1 else 'were'} withdrawn"
    said = f"{told}; {listed_words(ways)}." if ways else f"{told}; none is on its way."
    return f"{said}{_next(press, releases)}"


def _next(press: Press, releases: list[Release]) -> str:
    moment = press.now
    waiting = [
        (public, release)
        for release in releases
        if release.state(moment) is State.APPROVED and (public := release.published_at) is not None
    ]
    if not waiting:
        return ""
    public, first = min(waiting, key=lambda pair: pair[0])
    return f" {first.name} becomes public at {spoken_moment(public, press.source.terms.time_zone)}."
