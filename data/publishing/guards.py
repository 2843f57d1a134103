from collections.abc import Iterable

import sqlalchemy as sa

from data.guards import on_create
from data.publishing.states import AUTHORED, BEGIN, COUNTED, DECIDED, FOLLOWS, LAID_DOWN, OPEN, TYPED, Step

RELEASES, STEPS, FROZEN, LOOKERS, OVERRIDES = TABLES = (
    "releases",
    "release_steps",
    "release_frozen",
    "release_access",
    "release_overrides",
)
OUT_OF_TURN = "a release goes its way step by step, and by two people"


def listed(steps: Iterable[Step]) -> str:
    return ", ".join(f"'{step}'" for step in steps)


def _of(column: str, condition: str) -> str:
    return f"(SELECT {column} FROM release_steps WHERE release = NEW.release AND {condition})"


def _unseen(column: str, dialect: str) -> str:
    if dialect == "postgresql":
        return f"NEW.{column} ~ '[[:cntrl:]]'"
    ranges = "char(1) || '-' || char(31) || char(127) || '-' || char(159)"
    return f"NEW.{column} GLOB '*[' || {ranges} || ']*'"


def _no_moment(column: str, dialect: str) -> str:
    day, rest = "____-__-__T", "__:__:__.______+00:00"
    if dialect == "postgresql":
        shape = (day + rest).replace("_", "[0-9]").replace("+", "[+]").replace(".", "[.]")
        read = f"to_char(CAST(substr(NEW.{column}, 1, 19) AS timestamp), 'YYYY-MM-DD\"T\"HH24:MI:SS')"
        return f"NEW.{column} !~ '^{shape}$' OR {read} <> substr(NEW.{column}, 1, 19)"
    shape = (day + rest).replace("_", "[0-9]")
    read = f"COALESCE(strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.{column}, 1, 19), '+0 days'), '')"
    return f"NEW.{column} NOT GLOB '{shape}' OR {read} <> substr(NEW.{column}, 1, 19)"


def _same_cell(compared: str) -> str:
    return " AND ".join(compared.format(key, key) for key in ("figure", "by", "where"))


_NOT_NEXT = "NEW.{column} <> 1 + COALESCE((SELECT max({column}) FROM {table} WHERE release = NEW.release), 0)"
_PREVIOUS = "step = NEW.step - 1"
_FIRST = (
    f"(NEW.step = 1 AND NEW.kind IN ({listed(BEGIN)}) AND NEW.kind = (SELECT CASE origin "
    "WHEN 'elsewhere' THEN 'entered' ELSE 'drafted' END FROM releases WHERE release = NEW.release))"
)
_IN_TURN = " OR ".join(
    [
        _FIRST,
        *(
            f"(NEW.kind = '{step}' AND {_of('kind', _PREVIOUS)} IN ({listed(before)}))"
            for step, before in FOLLOWS.items()
        ),
    ]
)
_ORIGIN = "(SELECT origin FROM releases WHERE release = NEW.release)"
_NOT_OF_ITS_ORIGIN = (
    f"(NEW.kind NOT IN ({listed(COUNTED)}) AND {_ORIGIN} = 'candour') "
    f"OR (NEW.kind NOT IN ({listed(TYPED)}) AND {_ORIGIN} = 'elsewhere')"
)
_AN_AUTHOR = (
    "EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release AND lower(who) = lower(NEW.who) "
    f"AND kind IN ({listed(AUTHORED)}))"
)
# A new version may begin once the version before it has been public; a typed one follows a typed one.
_EARLIER_NOT_PUBLIC = (
    "(SELECT version FROM releases WHERE release = NEW.release) > 1 AND NOT EXISTS (SELECT 1 "
    "FROM releases this JOIN releases earlier "
    "ON earlier.number = this.number AND earlier.version = this.version - 1 "
    f"JOIN release_steps was ON was.release = earlier.release AND was.kind IN ({listed(DECIDED)}) "
    "AND was.published_at <= NEW.at AND NOT EXISTS (SELECT 1 FROM release_steps later "
    "WHERE later.release = was.release AND later.step > was.step AND later.kind <> 'withdrawn') "
    "WHERE this.release = NEW.release AND earlier.origin = this.origin)"
)
# A name that looks like another's: with spaces around it, or with what cannot be seen.
_NO_NAME = "NEW.who <> trim(NEW.who) OR NEW.who = '' OR {unseen}"
_NO_READER = _NO_NAME.replace("who", "reader").replace("{unseen}", "{unseen_reader}")
_DECISION = f"NEW.kind IN ({listed(DECIDED)})"
# The embargo of what was last written, and the database's own clock, in UTC to the second.
_EMBARGO = (
    "(SELECT {embargo} FROM release_steps WHERE release = NEW.release AND kind IN ('drafted', 'edited') "
    "ORDER BY step DESC LIMIT 1)"
)
_IN_SQL = {
    "sqlite": {
        "{embargo}": "replace(datetime(json_extract(draft, '$.embargo')), ' ', 'T')",
        "{now}": "replace(datetime('now'), ' ', 'T')",
        "{unseen}": _unseen("who", "sqlite"),
        "{unseen_reader}": _unseen("reader", "sqlite"),
        "{no_moment}": _no_moment("at", "sqlite"),
        "{nor_public_from}": _no_moment("published_at", "sqlite"),
        "{same_cell}": _same_cell("json_extract(standing.cell, '$.{}') = json_extract(later.cell, '$.{}')"),
        "{doubled}": "(SELECT count(*) <> count(DISTINCT key) FROM json_each(NEW.draft))",
    },
    "postgresql": {
        "{embargo}": "to_char(CAST(CAST(draft AS json) ->> 'embargo' AS timestamptz) AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS')",
        "{now}": "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')",
        "{unseen}": _unseen("who", "postgresql"),
        "{unseen_reader}": _unseen("reader", "postgresql"),
        "{no_moment}": _no_moment("at", "postgresql"),
        "{nor_public_from}": _no_moment("published_at", "postgresql"),
        "{same_cell}": _same_cell(
            "CAST(CAST(standing.cell AS json) -> '{}' AS text) "
            "= CAST(CAST(later.cell AS json) -> '{}' AS text)"
        ),
        "{doubled}": "(SELECT count(*) <> count(DISTINCT key) "
        "FROM json_object_keys(CAST(NEW.draft AS json)) key)",
    },
}
_NOTHING_FROZEN = (
    "NOT EXISTS (SELECT 1 FROM release_frozen WHERE release = NEW.release AND step = NEW.step - 1 "
    "AND digest = NEW.frozen)"
)
_DECIDED_BY_AN_AUTHOR = (
    "EXISTS (SELECT 1 FROM release_overrides standing "
    "WHERE standing.release = NEW.release AND standing.given AND NOT EXISTS ("
    "SELECT 1 FROM release_overrides later WHERE later.release = standing.release "
    "AND later.entry > standing.entry AND {same_cell}) "
    "AND (lower(standing.who) = lower(NEW.who) OR EXISTS (SELECT 1 FROM release_steps "
    f"WHERE release = NEW.release AND lower(who) = lower(standing.who) AND kind IN ({listed(AUTHORED)}))))"
)
_STEPS_REFUSED = (
    # Unknown is no: a step after one that is not there is out of turn.
    f"NOT COALESCE({_IN_TURN}, FALSE)",
    _NOT_OF_ITS_ORIGIN,
    # Whatever was counted as a step: each is the one after the last.
    _NOT_NEXT.format(column="step", table=STEPS),
    _NO_NAME,
    "{no_moment}",
    "{nor_public_from}",
    # Of a key that is there twice, one reader would take the first and another the last.
    "NEW.draft IS NOT NULL AND {doubled}",
    f"NEW.at < {_of('at', _PREVIOUS)}",
    f"{_DECISION} AND {_AN_AUTHOR}",
    f"{_DECISION} AND NEW.frozen <> {_of('frozen', _PREVIOUS)}",
    f"{_DECISION} AND {_NOTHING_FROZEN}",
    f"NEW.kind = 'confirmed' AND NEW.published_at <> {_of('published_at', _PREVIOUS)}",
    f"NEW.kind = 'submitted' AND {_DECIDED_BY_AN_AUTHOR}",
    f"NEW.kind = 'approved' AND substr(NEW.published_at, 1, 19) < {_EMBARGO}",
    f"NEW.kind = 'recalled' AND NEW.at >= {_of('published_at', _PREVIOUS)}",
    # Whatever moment it gives: what is public cannot be recalled by a step that is dated back.
    f"NEW.kind = 'recalled' AND {{now}} >= substr({_of('published_at', _PREVIOUS)}, 1, 19)",
    f"NEW.kind = 'withdrawn' AND NEW.at < {_of('published_at', _PREVIOUS)}",
    f"NEW.kind IN ({listed(BEGIN)}) AND {_EARLIER_NOT_PUBLIC}",
)
_NOT_SUBMITTED = (
    "NEW.digest <> COALESCE((SELECT frozen FROM release_steps WHERE release = NEW.release "
    f"AND step = NEW.step AND kind IN ({listed(LAID_DOWN)})), '')"
)
# Only what was typed was not counted.
_NOT_COUNTED = (
    "(NEW.counted = '') <> ((SELECT origin FROM releases WHERE release = NEW.release) = 'elsewhere')"
)
_NOT_OPEN = (
    "COALESCE((SELECT kind FROM release_steps WHERE release = NEW.release ORDER BY step DESC LIMIT 1), '') "
    f"NOT IN ({listed(OPEN)})"
)
_THERE = "EXISTS (SELECT 1 FROM releases WHERE number = NEW.number AND version = NEW.version{less})"
_RELEASES_REFUSED = (
    # INSERT OR REPLACE would forget the row that has the same number and version.
    _THERE.format(less=""),
    f"NEW.version > 1 AND NOT {_THERE.format(less=' - 1')}",
)
_REFUSED: dict[str, tuple[str, ...]] = {
    RELEASES: _RELEASES_REFUSED,
    STEPS: _STEPS_REFUSED,
    FROZEN: (_NOT_SUBMITTED, _NOT_COUNTED),
    LOOKERS: (_NOT_NEXT.format(column="entry", table=LOOKERS), _NO_NAME, _NO_READER, "{no_moment}"),
    OVERRIDES: (
        _NOT_NEXT.format(column="entry", table=OVERRIDES),
        _NO_NAME,
        "{no_moment}",
        _AN_AUTHOR,
        _NOT_OPEN,
    ),
}


def guard(table: sa.Table) -> None:
    refused = _REFUSED[table.name]
    on_create(
        table,
        "sqlite",
        f"CREATE TRIGGER {table.name}_in_turn BEFORE INSERT ON {table.name} "
        f"WHEN {_condition(refused, 'sqlite')} BEGIN SELECT RAISE(ABORT, '{OUT_OF_TURN}'); END",
    )
    # PostgreSQL's triggers may not ask other tables in their own condition.
    on_create(
        table,
        "postgresql",
        f"CREATE OR REPLACE FUNCTION {table.name}_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_condition(refused, 'postgresql')} "
        f"THEN RAISE EXCEPTION '{OUT_OF_TURN}'; END IF; RETURN NEW; END $$",
    )
    on_create(
        table,
        "postgresql",
        f'CREATE TRIGGER "{table.name}_in_turn" BEFORE INSERT ON "{table.name}" '
        f"FOR EACH ROW EXECUTE FUNCTION {table.name}_out_of_turn()",
    )


def _condition(refused: tuple[str, ...], dialect: str) -> str:
    condition = " OR ".join(f"COALESCE({refusal}, FALSE)" for refusal in refused)
    for place, words in _IN_SQL[dialect].items():
        condition = condition.replace(place, words)
    return condition
