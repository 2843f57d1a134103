"""Releases to make files of: one with everything that a release can hold, and texts that mean harm."""

import datetime as dt

from data.publishing.content import Changed, DatedNote, Published, PublishedCell, PublishedFigure
from data.terms import Public
from reports.press.notice import Issue

PUBLISHED_AT = dt.datetime(2024, 5, 22, 8, 30, tzinfo=dt.UTC)
DIGEST = "0123456789abcdef" * 4
HELP = Public(
    how_to_apply="You can apply at any police station, or by calling 101.",
    website="https://www.police.example/ask",
    contact="Press office, press@police.example",
)


def count(figure: str, title: str, unit: str, said: PublishedCell, definition: str = "") -> PublishedFigure:
    return PublishedFigure(
        figure=figure,
        title=title,
        definition=definition or f"{title} by the day.",
        counts=unit,
        unit=unit,
        kind="count",
        cells=(said,),
    )


def exact(number: int, where: tuple[str, ...] = ()) -> PublishedCell:
    return PublishedCell(
        where=where, shown=f"{number:,}", number=number, low=number, high=number, treatment="as counted"
    )


def rounded(number: int, where: tuple[str, ...] = ()) -> PublishedCell:
    return PublishedCell(
        where=where, shown=f"{number:,}", number=number, low=number - 2, high=number + 2, treatment="rounded"
    )


def hidden(where: tuple[str, ...] = ()) -> PublishedCell:
    return PublishedCell(where=where, shown="*", number=None, low=1, high=7, treatment="suppressed")


FIGURES = (
    count("population", "Applications in the review", "applications", rounded(3780)),
    count(
        "failures",
        "Failures found",
        "failures",
        PublishedCell(shown="33", number=33, low=33, high=33, treatment="exact in the public interest"),
        "Failures in which police should have disclosed and did not, or where inadequate research was done.",
    ),
    count("people_not_safe", "People not safe to contact", "people", hidden()),
    PublishedFigure(
        figure="failure_rate",
        title="Failure rate",
        definition="Applications in which a failure was found, out of the applications risk assessed.",
        counts="applications with a failure",
        out_of="applications risk assessed",
        unit="share",
        kind="share",
        cells=(
            PublishedCell(
                shown="0.93%", number=0.0093, low=0.0087, high=0.0099, treatment="from rounded numbers"
            ),
        ),
    ),
    PublishedFigure(
        figure="failures",
        title="Failures found",
        definition="Failures in which police should have disclosed and did not, or where inadequate research was done.",
        counts="failures",
        unit="failures",
        kind="count",
        by=("part", "area"),
        titles=("Headline part", "Area"),
        cells=(
            hidden(("with harm", "north")),
            rounded(15, ("administrative", "north & <b>south</b>")),
            exact(0, ("service", "not recorded")),
        ),
    ),
)


def published(**changed: object) -> Published:
    fields: dict = {
        "number": 5,
        "version": 2,
        "title": "Risk assessment is complete: <script>alert(1)</script>",
        "review": "The review of 2015 to 2023",
        "body": "Test Police",
        "oversight_body": "The oversight body",
        "scheme": "The scheme",
        "demonstration": False,
        "as_at": dt.date(2024, 5, 20),
        "known_at": dt.date(2024, 5, 21),
        "status": "revised",
        "nature": "revision",
        "note": "Additional database checks found 196 more applications; =1+1 & $$note$$ [a](https://b.example).",
        "precedence": "A failure with harm is counted there, whatever its type.",
        "rule": "Counts from 1 to 7 are not shown; others are to the nearest 5.",
        "compared_with": "Release 4",
        "help": HELP,
        "changes": (
            Changed(
                figure="population",
                before="3,580",
                after="3,780",
                sentence="3,580 became 3,780: applications were added by additional database checks.",
            ),
        ),
        "figures": FIGURES,
    }
    return Published(**(fields | changed))


def elsewhere() -> Published:
    """A statement made before there were releases: one number, typed."""
    said = PublishedCell(
        shown="more than 3,500", number=3500, low=3501, qualifier="more than", treatment="typed"
    )
    told = count("population", "Applications in the review", "applications", said)
    return published(
        number=1, version=1, origin="elsewhere", status="provisional", nature="first release", note="",
        precedence="", rule="", compared_with="", changes=(), figures=(told,), where_from="A statement of the force.",
    )  # fmt: skip


def issue_of(public: Published | None = None, **changed: object) -> Issue:
    fields: dict = {"published_at": PUBLISHED_AT, "digest": DIGEST}
    return Issue(public=public or published(), **(fields | changed))


REAL = issue_of()
NOTED = issue_of(
    published(
        dated_notes=(
            DatedNote(day=dt.date(2023, 12, 25), words="Most staff were on leave"),
            DatedNote(day=dt.date(2024, 2, 5), words="<b>Six</b> joined; =1+1 & [a](https://b.example)"),
        )
    )
)
DEMONSTRATION = issue_of(published(demonstration=True))
EMBARGOED = issue_of(published(demonstration=True), state="embargoed")
ELSEWHERE = issue_of(elsewhere())
WITHDRAWN = issue_of(
    state="withdrawn",
    withdrawn_at=dt.datetime(2024, 6, 3, 13, 5, tzinfo=dt.UTC),
    reason="Its failures were miscounted.",
)
PICTURE = issue_of(figure="failures")
ISSUES = {
    "real": REAL,
    "embargoed demonstration": EMBARGOED,
    "made elsewhere": ELSEWHERE,
    "withdrawn": WITHDRAWN,
}
# What differs from the real one in one thing: no file of the one is a file of another.
OTHERS = {
    "another number": issue_of(published(number=6)),
    "another title": issue_of(published(title="Risk assessment is done")),
    "another day": issue_of(published(as_at=dt.date(2024, 5, 19))),
    "another status": issue_of(published(status="final")),
    "another number of failures": issue_of(published(figures=(FIGURES[0], count("failures", "Failures found", "failures", exact(34)), *FIGURES[2:]))),
    "a demonstration": DEMONSTRATION,
    "another second": issue_of(published_at=PUBLISHED_AT.replace(second=1)),
    "under embargo": issue_of(state="embargoed"),
    "withdrawn": WITHDRAWN,
}  # fmt: skip
