"""The terms of reference: another review needs another `terms.toml` and no code."""

import datetime as dt
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

import polars as pl
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from data.errors import UserError
from data.formatting import capitalised, ordinal, spelled
from data.intake.extract import folded
from data.schema import LISTS, USUAL
from data.stable_file import read_stable

M = TypeVar("M", bound=BaseModel)
Code = Annotated[str, Field(min_length=1, max_length=80)]
Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Noun = Annotated[str, Field(min_length=1, max_length=60)]


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError(f"there is no time zone {name!r}; write it as Europe/London, from the IANA database")
    return name


FROM_DATA = "from the data"
ANSWER_DAYS = 10  # working days in which an enquiry is to be answered, where the terms do not say

# The Silent Solution of the police in the United Kingdom, as they ask for it to be told.
EMERGENCY = (
    "If you are in immediate danger, call 999. If you call from a mobile phone and cannot speak, press 55 "
    "when you are asked to, and your call is put through to the police."
)


class Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Case(Section):
    """What a case is called, and one that has ended or has not; and what an adverse finding is called.

    closed_by: "day" where the register has closing days; "findings" where a case ends with its last finding.
    """

    one: str = "application"
    many: str = "applications"
    closed: str = "closed"
    open: str = "open"
    closed_by: Literal["day", "findings"] = "day"
    finding: str = "adverse finding"
    findings: str = "adverse findings"


class Stages(Section):
    """What the stages of a review and what comes of them are called: one, many and, of some, what was done.

    any_review: a detailed review, a second look and a check alike.
    """

    triage: Noun = "risk assessment"
    triages: Noun = "risk assessments"
    triaged: Noun = "risk assessed"
    detailed_review: Noun = "detailed review"
    detailed_reviews: Noun = "detailed reviews"
    detailed_reviewed: Noun = "reviewed in detail"
    any_review: Noun = "review"
    any_reviews: Noun = "reviews"
    second_look: Noun = "second look"
    second_looks: Noun = "second looks"
    sample_check: Noun = "sample check"
    sample_checks: Noun = "sample checks"
    failure: Noun = "failure"
    failures: Noun = "failures"
    failed: Noun = "failed"
    referral: Noun = "referral"
    referrals: Noun = "referrals"
    refer: Noun = "refer"
    referred: Noun = "referred"
    recommendation: Noun = "recommendation"
    recommendations: Noun = "recommendations"
    contact: Noun = "contact"
    contacted: Noun = "contacted"
    staffing: Noun = "staffing"
    staff: Noun = "staff"
    enquiry: Noun = "enquiry"
    enquiries: Noun = "enquiries"
    force: Noun = "force"
    forces: Noun = "forces"

    @model_validator(mode="after")
    def _in_all_forms(self) -> "Stages":
        # The forms of one word stand together and begin alike.
        for _, names in groupby(type(self).model_fields, lambda name: name[:4]):
            forms = set(names)
            given, lacking = sorted(forms & self.model_fields_set), sorted(forms - self.model_fields_set)
            if given and lacking:
                raise ValueError(f"{given[0]!r} is given without {lacking[0]!r}; the forms go together")
        return self


class Nouns:
    """The review's own words by their names in the terms; in capitals, as they begin a sentence."""

    def __init__(self, **nouns: str) -> None:
        vars(self).update(nouns)

    def __getattr__(self, name: str) -> str:
        raise AttributeError(f"the terms have no word for {name}")

    @property
    def cache_key(self) -> tuple[tuple[str, str], ...]:
        return tuple(vars(self).items())

    def __call__(self, text: str) -> str:
        """Fill in the words that stand in braces, "a" and "an" with them."""
        return _ARTICLE.sub(self._with_article, text).format_map(vars(self))

    def _with_article(self, words: re.Match[str]) -> str:
        article, name = words.groups()
        vowel = vars(self)[name][0].lower() in "aeiou"
        return f"{article[0]}{'n' if vowel else ''} {{{name}}}"

    def renamed(self, name: str) -> str:
        """Put them into a name that the code gives a page, a table, a column or a dimension."""
        return _USUAL.sub(self._in_place, name.replace("_", " "))

    def _in_place(self, usual: re.Match[str]) -> str:
        noun = vars(self)[_NAMES[usual.group().lower()]]
        return capitalised(noun) if usual.group()[0].isupper() else noun


_ARTICLE = re.compile(r"\b([Aa]n?) \{(\w+)\}")
_NAMES = {noun: name for name, noun in {"case": Case().one, "cases": Case().many, **dict(Stages())}.items()}
_USUAL = re.compile(rf"\b({'|'.join(sorted(_NAMES, key=len, reverse=True))})\b", re.IGNORECASE)


@cache
def words_of(case: Case, stages: Stages, answer_days: int = ANSWER_DAYS) -> Nouns:
    of_a_case = case.model_dump(exclude={"one", "many", "closed_by"})
    nouns = {"case": case.one, "cases": case.many, **of_a_case, **stages.model_dump()}
    nouns["answer_day"] = f"{ordinal(answer_days)} working day"
    nouns["answer_within"] = f"{spelled(answer_days)} working {'day' if answer_days == 1 else 'days'}"
    return Nouns(**nouns, **{name.capitalize(): capitalised(noun) for name, noun in nouns.items()})


USUAL_WORDS = words_of(Case(), Stages())  # pyright: ignore[reportArgumentType]  # both are frozen


class Period(Section):
    """Both days are included."""

    begins: dt.date
    ends: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.ends < self.begins:
            raise ValueError(f"the period ends ({self.ends}) before it begins ({self.begins})")
        return self

    def holds(self, received_on: pl.Expr) -> pl.Expr:
        return received_on.is_between(self.begins, self.ends)


class Part(Section):
    """The first part that a failure fits is its part. definition: for the public, or empty."""

    name: Code
    title: str
    definition: Annotated[str, Field(max_length=500)] = ""
    harm: bool | None = None
    type: Code | None = None

    def fits(self) -> pl.Expr:
        harm = pl.lit(value=True) if self.harm is None else pl.col("harm") == self.harm
        kind = pl.lit(value=True) if self.type is None else pl.col("type").cast(pl.String) == self.type
        return harm & kind


class Timescale(Section):
    begins: dt.date
    days: Annotated[int, Field(gt=0)]


DecisionKind = Literal[
    "harm", "overdue", "due", "silent", "high grade", "look again", "commitment", "stale data"
]
# Those of access/roles.py, which stands above.
Owner = Literal["chief officer", "analyst", "press officer", "release approver", "data steward", "auditor"]
Consequence = Literal["high", "medium", "low"]


class DecisionRule(Section):
    """Who owns what needs a decision. days: from when it began to wait until it is due."""

    kind: DecisionKind
    owner: Owner = "chief officer"
    days: Annotated[int, Field(ge=0, le=366)] = 7
    consequence: Consequence = "medium"


DECISIONS = (
    DecisionRule(kind="harm", days=2, consequence="high"),
    DecisionRule(kind="look again", consequence="high"),
    DecisionRule(kind="commitment", days=0),
    DecisionRule(kind="high grade", days=28),
    DecisionRule(kind="overdue"),
    DecisionRule(kind="silent"),
    DecisionRule(kind="stale data", owner="data steward"),
    DecisionRule(kind="due", days=14, consequence="low"),
)
"""Where the terms do not say otherwise."""


class SmallNumbers(Section):
    threshold: Annotated[int, Field(ge=0)] = 7
    base: Annotated[int, Field(gt=0)] = 5


class Public(Section):
    """What every release tells whoever may be in danger, and whom the press may ask."""

    emergency: Sentence = EMERGENCY
    how_to_apply: Annotated[str, Field(max_length=500)] = ""
    website: Annotated[str, Field(max_length=200, pattern=r"^(https://[^\s<>\"']+)?$")] = ""
    contact: Annotated[str, Field(max_length=200)] = ""


class Terms(Section):
    name: str
    body: str
    oversight_body: str
    scheme: str = ""
    demonstration: bool = False
    # By whose clocks embargoes end, and moments are days; names as in the IANA database.
    time_zone: Annotated[str, AfterValidator(_zone)] = "Europe/London"
    case: Case = Case()
    stages: Stages = Stages()
    period: Period
    began_on: dt.date
    promised_on: dt.date | None = None
    opens_on: dt.date | None = None  # day of the figures until a reader chooses another; else the last loaded
    lists: dict[str, tuple[Code, ...]] = {}
    lists_from_data: tuple[str, ...] = ()  # that the first load fills: `areas = "from the data"` in [lists]
    # Codes with a meaning: findings that are adverse, outcomes of reviews that are, and of both lists of
    # decisions those that stand for none yet.
    adverse: tuple[Code, ...] = ()
    failed: tuple[Code, ...] = ("failure found",)
    undecided: tuple[Code, ...] = ("pending",)
    partition: tuple[Part, ...] = (
        Part(name="harm", title="with harm", harm=True),
        Part(name="administrative", title="administrative", type="administrative"),
        Part(name="service", title="service", type="service"),
    )
    retain_years: Annotated[int, Field(ge=1, le=100)] | None = None
    timescales: tuple[Timescale, ...] = ()
    response_days: Annotated[int, Field(gt=0)] = 56
    answer_days: Annotated[int, Field(gt=0, le=20)] = ANSWER_DAYS
    decisions: tuple[DecisionRule, ...] = ()
    small_numbers: SmallNumbers = SmallNumbers()
    public: Public = Public()

    @model_validator(mode="before")
    @classmethod
    def _open_lists(cls, terms: dict[str, Any]) -> dict[str, Any]:
        lists = terms.get("lists")
        if not isinstance(lists, dict) or FROM_DATA not in lists.values():
            return terms
        drawn = [name for name, codes in lists.items() if codes == FROM_DATA]
        closed = {name: codes for name, codes in lists.items() if name not in drawn}
        return {**terms, "lists": closed, "lists_from_data": drawn}

    @model_validator(mode="after")
    def _closed(self) -> "Terms":
        if unknown := sorted({*self.lists, *self.lists_from_data} - set(LISTS)):
            raise ValueError(f"there is no list called {unknown[0]!r}; the lists are {', '.join(LISTS)}")
        for name, codes in self.lists.items():
            if len(set(codes)) != len(codes):
                raise ValueError(f"the list {name!r} has a code twice")
            if twin := twins(codes):
                raise ValueError(f"the list {name!r} has {alike(*twin)}: keep one of them")
            if not all(map(folded, codes)):
                raise ValueError(f"the list {name!r} has a code in which nothing can be seen")
        kinds = [rule.kind for rule in self.decisions]
        if twice := [kind for kind in kinds if kinds.count(kind) > 1]:
            raise ValueError(f"two of the decisions are of the kind {twice[0]!r}")
        self._meanings_are_listed()
        self._partition_is_whole()
        signs = (sign for sign in self.model_dump_json() if unicodedata.category(sign) == "Cf")
        if hidden := next(signs, ""):
            unseen = f"U+{ord(hidden):04X}"
            raise ValueError(f"a name or code has the unseen sign {unseen}, which may turn its words")
        return self

    def _meanings_are_listed(self) -> None:
        named = {
            "adverse": ["findings"],
            "failed": ["review_outcomes"],
            "undecided": ["decisions", "findings"],
        }
        for setting, names in named.items():
            codes = {code for name in names for code in self.codes(name)}
            strange = [code for code in getattr(self, setting) if code not in codes]
            if set(names) & {*self.lists_from_data}:
                continue
            if strange and (setting in self.model_fields_set or any(map(self.lists.get, names))):
                raise ValueError(f"{setting} names {strange[0]!r}, which is not in the list {names[0]!r}")

    def _partition_is_whole(self) -> None:
        names, kinds = [part.name for part in self.partition], self.codes("failure_types")
        if strange := [part.type for part in self.partition if part.type and part.type not in kinds]:
            raise ValueError(f"a part of the partition has the type {strange[0]!r}, which is no failure type")
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two parts of the partition are called {twice[0]!r}")
        if twin := twins(names):
            raise ValueError(f"two parts of the partition are called {alike(*twin)}")
        for harm in (True, False):
            for kind in self.codes("failure_types"):
                if not any(p.harm in (None, harm) and p.type in (None, kind) for p in self.partition):
                    raise ValueError(f"no part of the partition takes a failure of type {kind}, harm {harm}")

    @property
    def words(self) -> Nouns:
        return words_of(self.case, self.stages, self.answer_days)  # pyright: ignore[reportArgumentType]

    def day_of(self, moment: dt.datetime) -> dt.date:
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def codes(self, name: str) -> tuple[str, ...]:
        return self.lists.get(name) or USUAL.get(name, ())

    def decision(self, kind: str) -> DecisionRule:
        default, *own = (rule for rule in (*DECISIONS, *self.decisions) if rule.kind == kind)
        return default.model_copy(update=own[0].model_dump(exclude_unset=True)) if own else default


def twins(codes: Iterable[str]) -> tuple[str, str] | None:
    """First two codes that are read as one, since neither case nor spaces tell codes apart."""
    seen: dict[str, str] = {}
    for code in codes:
        if folded(code) in seen:
            return seen[folded(code)], code
        seen[folded(code)] = code
    return None


def alike(first: str, second: str) -> str:
    return f"{first!r} and {second!r}, which differ only by case, spaces or marks that cannot be seen"


def read_terms(path: Path) -> Terms:
    return fitted(Terms, read_toml(path), path.name)


def fitted(model: type[M], settings: object, name: str) -> M:
    try:
        return model.model_validate(settings)
    except ValidationError as error:
        raise UserError(f"{name}: {_first_misfit(error)}.") from None


def _first_misfit(error: ValidationError) -> str:
    misfit = error.errors(include_url=False, include_input=False)[0]
    place, steps = "", misfit["loc"]
    # As a person counts it.
    if len(steps) > 2 and isinstance(steps[0], str) and isinstance(steps[1], int):  # noqa: PLR2004
        place, steps = f"in [[{steps[0]}]] number {steps[1] + 1}, ", steps[2:]
    names = (f" number {step + 1}" if isinstance(step, int) else f".{step}" for step in steps)
    setting = "".join(names).removeprefix(".")
    what = misfit["msg"].removeprefix("Value error, ")
    if misfit["type"] == "missing":
        return f"{place}the setting {setting!r} is missing"
    if misfit["type"] == "extra_forbidden":
        return f"{place}there is no setting called {setting!r}"
    sentence = f"{what[0].lower()}{what[1:]}"
    return f"{place}{setting}: {sentence}" if setting else f"{place}{sentence}"


def read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(io.StringIO(read_stable(path).decode(), newline=None).read())
    except FileNotFoundError:
        raise UserError(f"There is no file {path}; check the name, or make one first.") from None
    except UnicodeDecodeError:
        raise UserError(f"{path.name} is not UTF-8 text; save it as UTF-8 and try again.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path.name} is not valid TOML: {error}.") from None
