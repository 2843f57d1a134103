"""Statements to hold drafts against: four of exact numbers, as a force made them, and a protected release."""

import datetime as dt

from data.publishing.content import Published, PublishedCell, PublishedFigure, Qualifier, Treatment
from data.terms import Terms
from metrics.statement.published import PublishedAt
from metrics.statement.text import vocabulary_of

TERMS = Terms.model_validate(
    {
        "name": "The review",
        "body": "Wiltshire Police",
        "oversight_body": "Independent Office for Police Conduct",
        "scheme": "Domestic Violence Disclosure Scheme",
        "period": {"begins": dt.date(2015, 4, 1), "ends": dt.date(2023, 8, 31)},
        "began_on": dt.date(2023, 10, 26),
        "lists": dict.fromkeys(
            ("routes", "areas", "categories", "grades", "teams", "unsafe_reasons", "enquiry_topics"), ()
        )
        | {"reasons": ("incomplete system checks", "identity not resolved")},
    }
)
VOCABULARY = vocabulary_of(TERMS)


def said(
    shown: str,
    number: int | None,
    *where: str,
    qualifier: Qualifier = "",
    treatment: Treatment = "typed",
    low=None,
    high=None,
):
    if treatment == "typed" and not qualifier:
        low = high = number
    return PublishedCell(
        where=where, shown=shown, number=number, low=low, high=high, qualifier=qualifier, treatment=treatment
    )


def exact(number: int, *where: str) -> PublishedCell:
    return said(f"{number:,}", number, *where)


def told(figure: str, *cells: PublishedCell, by: tuple[str, ...] = ()) -> PublishedFigure:
    return PublishedFigure(
        figure=figure,
        title=figure,
        definition=figure,
        counts=figure,
        unit={"population": "applications", "risk_assessed": "applications", "headcount": "people"}.get(
            figure, figure
        ),
        kind="count",
        by=by,
        titles=by,
        cells=cells,
    )


def release(number: int, day: dt.date, *figures: PublishedFigure, origin: str = "elsewhere") -> PublishedAt:
    published = Published(
        number=number,
        version=1,
        origin=origin,
        title=f"Statement {number}",
        review=TERMS.name,
        body=TERMS.body,
        oversight_body=TERMS.oversight_body,
        demonstration=False,
        as_at=day,
        known_at=day,
        status="provisional",
        nature="update",
        where_from="read in the press",
        figures=figures,
    )
    return PublishedAt(published, day)


def parts(harm: int, administrative: int, service: int) -> PublishedFigure:
    cells = (exact(harm, "with harm"), exact(administrative, "administrative"), exact(service, "service"))
    return told("failures", *cells, by=("part",))


ABOUT_45 = told("headcount", said("45", 45, qualifier="about"))
FOUNDING = (
    release(
        1,
        dt.date(2023, 10, 26),
        told("population", said("3,500", 3500, qualifier="more than")),
        told("referrals", exact(1)),
    ),
    release(
        2,
        dt.date(2023, 11, 30),
        told("population", exact(3582)),
        told("referrals", exact(4)),
        told("headcount", exact(36)),
    ),
    release(
        3,
        dt.date(2024, 1, 11),
        told("population", exact(3582)),
        told("risk_assessed", exact(3582)),
        told("failures", exact(25)),
        parts(2, 11, 12),
        told("referrals", exact(4)),
        ABOUT_45,
    ),
    release(
        4,
        dt.date(2024, 5, 22),
        told("population", exact(3778)),
        told("risk_assessed", exact(3778)),
        told("failures", exact(33)),
        parts(2, 14, 17),
        told("referrals", exact(5)),
        ABOUT_45,
    ),
)


def rounded(number: int, low: int, high: int, *where: str) -> PublishedCell:
    return said(f"{number:,}", number, *where, treatment="rounded", low=low, high=high)


def suppressed(*where: str) -> PublishedCell:
    return said("*", None, *where, treatment="suppressed", low=1, high=7)


PROTECTED = (
    release(
        1,
        dt.date(2024, 5, 22),
        told("population", rounded(3780, 3778, 3782)),
        told("risk_assessed", rounded(3780, 3778, 3782)),
        told("failures", rounded(35, 33, 37)),
        told(
            "failures",
            suppressed("with harm"),
            rounded(15, 13, 17, "administrative"),
            rounded(15, 13, 17, "service"),
            by=("part",),
        ),
        told("referrals", suppressed()),
        origin="candour",
    ),
)
