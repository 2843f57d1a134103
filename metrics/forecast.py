"""When the work will be finished, as a range: the coming days are drawn from the recent ones.

Each coming day is one of the last working days, drawn whole. Nobody knows the true pace from so few days, so
each draw first draws its own set of them. What is sent on needs a risk assessment: once none waits, none
comes of them. The last reviews cannot be shared out anew: once fewer remain than are usually in hand, the
pace falls, in some draws not at all, in some in proportion to what remains.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from metrics.as_at import Clocks
from metrics.workdays import per_working_day, working_days_after

WINDOW = 30
FEWEST = 15
DRAWS = 1_000
SEED = 20_240_531
HORIZON = 260  # working days: a year
NEVER = HORIZON + 1
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
LONGEST_HAND = 20  # working days of completions that can count as in hand
RECENT = ("grown", "assessed", "sent_on", "completed")
DONE = 0.5  # fewer than half a review is none

Outcome = Literal["range", "finished", "too few days", "no progress", "not begun", "not known", "out of date"]
Numbers = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Workload:
    day: dt.date
    unassessed: int  # cases waiting for a risk assessment
    outstanding: int  # detailed reviews to be completed
    in_hand: int  # how many reviews are usually with a team at once
    finished_on: dt.date | None  # since when nothing has remained
    recent: pl.DataFrame  # `day, grown, assessed, sent_on, completed` of the last working days
    more_for: int = HORIZON  # coming working days on which more may come in


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecast:
    made_on: dt.date
    outcome: Outcome
    outstanding: int
    unassessed: int
    days_used: int
    draws: int = DRAWS
    seed: int = SEED
    staff: float = 1.0
    grown: float = 0.0
    sent_on: float = 0.0
    completed: float = 0.0
    finished_on: dt.date | None = None
    low: dt.date | None = None  # by when one draw in ten is finished; None is more than a year on
    middle: dt.date | None = None  # five draws in ten
    high: dt.date | None = None  # nine draws in ten
    finishes: pl.DataFrame | None = None  # `day, draws`: how many finish on it
    band: pl.DataFrame | None = None  # `day, low, middle, high`: what will remain

    @property
    def is_current(self) -> bool:
        return self.outcome not in ("not known", "out of date")

    def on(self, clocks: Clocks) -> "Forecast":
        """Nothing is said of days past what is known, and nothing that lies in the past."""
        past = self.low is not None and self.low <= clocks.as_at
        if clocks.ahead or past:
            dates = dict.fromkeys(("finished_on", "low", "middle", "high", "finishes", "band"))
            return replace(self, outcome="not known" if clocks.ahead else "out of date", **dates)
        return self

    def chance_by(self, day: dt.date) -> float | None:
        """Share of the draws; None where nothing was drawn."""
        if self.finishes is None:
            return None
        return int(self.finishes.filter(pl.col("day") <= day)["draws"].sum()) / self.draws


def workload(then: pl.DataFrame, known: pl.DataFrame, day: dt.date) -> Workload:
    """then: running totals by the day on which they became known, `day, population, risk_assessed, sent_on`.
    known: totals by the day on which it happened, `day, waiting, outstanding, allocated, completed`. Both
    have every day from the first to `day` at the least.
    """
    came = then.filter(pl.col("day") <= day).rename({"population": "grown", "risk_assessed": "assessed"})
    done = known.filter(pl.col("day") <= day)
    began = came.filter(pl.col("sent_on") > 0)["day"].min()
    recent = per_working_day(
        came.join(done.select("day", "completed"), on="day"),
        began if isinstance(began, dt.date) else day + dt.timedelta(days=1),
        day,
    ).tail(WINDOW)
    hand = done.filter(pl.col("day").is_in(recent["day"].implode()))
    last = done.row(-1, named=True)
    return Workload(
        day=day,
        unassessed=last["waiting"],
        outstanding=last["outstanding"],
        in_hand=round(float((hand["allocated"] - hand["completed"]).to_numpy().mean())) if len(hand) else 0,
        finished_on=_finished_on(done) if recent.height else None,
        recent=recent,
    )


def forecast(workload: Workload, *, staff: float = 1.0, draws: int = DRAWS, seed: int = SEED) -> Forecast:
    """staff: factor on the pace of assessments and reviews; 1 is the pace of the recent days."""
    recent = workload.recent
    undated = Forecast(
        made_on=workload.day,
        outcome="not begun",
        outstanding=workload.outstanding,
        unassessed=workload.unassessed,
        days_used=recent.height,
        draws=draws,
        seed=seed,
        staff=staff,
        finished_on=workload.finished_on,
        grown=_mean(recent, "grown"),
        sent_on=_mean(recent, "sent_on"),
        completed=_mean(recent, "completed"),
    )
    if workload.finished_on is not None:
        return replace(undated, outcome="finished")
    if recent.height < FEWEST:
        return undated if recent.is_empty() else replace(undated, outcome="too few days")
    finish, remaining = _play(workload, staff, draws, np.random.default_rng(seed))
    coming = working_days_after(workload.day, HORIZON)

    def day_of(share: float, numbers: Days) -> dt.date | None:
        number = int(np.quantile(numbers, share, method="inverted_cdf"))
        return coming[number - 1] if 0 < number <= HORIZON else None

    middle = day_of(MIDDLE, finish)
    if middle is None:
        return replace(undated, outcome="no progress")
    numbers, counts = np.unique(finish[finish <= HORIZON], return_counts=True)
    low, mid, high = np.quantile(remaining, (LOW, MIDDLE, HIGH), axis=1, method="inverted_cdf")
    return replace(
        undated,
        outcome="range",
        low=day_of(LOW, finish),
        middle=middle,
        high=day_of(HIGH, finish),
        finishes=pl.DataFrame({"day": [coming[number - 1] for number in numbers], "draws": counts}),
        band=pl.DataFrame({"day": coming[: len(low)], "low": low, "middle": mid, "high": high}),
    )


def _play(workload: Workload, staff: float, draws: int, chance: np.random.Generator) -> tuple[Days, Numbers]:
    """The number of the working day on which each draw finishes, and what remains of it by day."""
    paces = _paces(workload.recent, staff)
    sets = chance.integers(0, len(paces), (draws, len(paces)))
    coming = sets[np.arange(draws), chance.integers(0, len(paces), (HORIZON, draws))]
    in_hand = min(workload.in_hand, LONGEST_HAND * _mean(workload.recent, "completed"))
    steepness = chance.random(draws)
    waiting = np.full(draws, float(workload.unassessed))
    left = np.full(draws, float(workload.outstanding))
    finish = np.full(draws, NEVER)
    remaining = np.zeros((HORIZON, draws))
    going = np.arange(draws)
    number = 0
    for number, day in enumerate(coming, start=1):
        assess, share, anyway, complete = paces[day[going]].T
        looked = np.minimum(waiting, assess)
        waiting = waiting - looked
        # Cases that leave the scope take their reviews with them, but never more than there are.
        left = np.maximum(left + (anyway + share * looked) * (number <= workload.more_for), 0)
        if in_hand > 0 and left.min() < in_hand:
            complete = complete * np.minimum(left / in_hand, 1.0) ** steepness
        left = np.maximum(left - complete, 0)
        remaining[number - 1, going] = left
        over = (waiting < DONE) & (left < DONE)
        finish[going[over]] = number
        going, waiting, left, steepness = going[~over], waiting[~over], left[~over], steepness[~over]
        if not len(going):
            break
    return finish, remaining[:number]


def _paces(recent: pl.DataFrame, staff: float) -> Numbers:
    """One row for each recent day: assessments made; reviews that each of them sends on, at most one; reviews
    sent on besides, by a new grade or by what came into the scope that day; reviews completed.
    """
    grown, assessed, sent_on, completed = recent.select(RECENT).to_numpy().astype(float).T
    assessed = np.maximum(assessed, 0)
    share = np.clip(np.divide(sent_on, assessed, out=np.zeros_like(sent_on), where=assessed > 0), 0, 1)
    usual = min(max(sent_on.sum() / max(assessed.sum(), 1), 0), 1)
    anyway = sent_on - share * assessed + usual * grown
    return np.column_stack([staff * assessed, share, anyway, staff * completed])


def _finished_on(done: pl.DataFrame) -> dt.date | None:
    remaining = done.filter((pl.col("outstanding") > 0) | (pl.col("waiting") > 0))["day"].max()
    if not isinstance(remaining, dt.date):
        return done["day"][0]
    return None if remaining == done["day"][-1] else remaining + dt.timedelta(days=1)


def _mean(recent: pl.DataFrame, name: str) -> float:
    return float(recent[name].to_numpy().mean()) if recent.height else 0.0
