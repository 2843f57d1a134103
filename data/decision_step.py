import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    TAKEN = "taken"
    ASSIGNED = "assigned"


@dataclass(frozen=True)
class DecisionStep:
    """reference: of the promise; empty for a matter. at: in UTC. as_at: day of the figures it rests on.

    size: how many waited by those figures.
    """

    step: int
    kind: str
    reference: str
    action: str
    to_role: str
    note: str
    who: str
    role: str
    at: str
    as_at: dt.date
    size: int
    recorded_from: dt.date
