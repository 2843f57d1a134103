"""Every figure of Candour, once: to add one, define it in its module here."""

from functools import cache

from metrics.catalogue import cases, people, review, timeliness
from metrics.metric import AnyMetric, Duration, Metric, Subject

CATALOGUE: tuple[AnyMetric, ...] = tuple(
    dict.fromkeys(
        figure
        for section in (cases, review, people, timeliness)
        for figure in vars(section).values()
        if isinstance(figure, Metric | Duration) and figure.listed
    )
)


def metric(name: str) -> AnyMetric:
    """Return the figure called `name`; a KeyError if there is none."""
    return by_name()[name]


@cache
def by_name() -> dict[str, AnyMetric]:
    """Return every figure by its name."""
    return {figure.name: figure for figure in CATALOGUE}


def metrics_of(subject: Subject) -> tuple[AnyMetric, ...]:
    """Return the figures that count rows of `subject`, in the order of the catalogue."""
    return tuple(figure for figure in CATALOGUE if figure.subject == subject)
