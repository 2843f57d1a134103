"""Every figure of Candour, once."""

from metrics.assurance import ASSURED
from metrics.contact import CONTACTED
from metrics.enquiries import ENQUIRED
from metrics.failures import FOUND
from metrics.metric import AnyMetric, Subject
from metrics.progress import PROGRESS
from metrics.recommendations import RECOMMENDED
from metrics.referrals import REFERRED
from metrics.reviews import REVIEWED
from metrics.staffing import STAFFED
from metrics.timeliness import TIMELY

CATALOGUE: tuple[AnyMetric, ...] = (
    *PROGRESS,
    *FOUND,
    *REFERRED,
    *RECOMMENDED,
    *CONTACTED,
    *REVIEWED,
    *STAFFED,
    *ASSURED,
    *ENQUIRED,
    *TIMELY,
)


def metric(name: str) -> AnyMetric:
    """Return the figure called `name`.

    Raises:
        KeyError: there is none.
    """
    return {each.name: each for each in CATALOGUE}[name]


def metrics_of(subject: Subject) -> tuple[AnyMetric, ...]:
    """Return the figures that count rows of `subject`, in catalogue order."""
    return tuple(each for each in CATALOGUE if each.subject == subject)
