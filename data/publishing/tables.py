"""The SQL tables of releases: what was written, the steps taken, what was frozen, who may look early."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy import event

from data.publishing.states import AUTHORED, BEGIN, FOLLOWS, OPEN, REASONED, Step

RELEASES, STEPS, FROZEN, LOOKERS, OVERRIDES = TABLES = (
    "releases",
    "release_steps",
    "release_frozen",
    "release_access",
    "release_overrides",
)
OUT_OF_TURN = "a release goes its way step by step, and by two people"
_MOMENT = sa.String(32)


def release_tables(metadata: sa.MetaData) -> dict[str, sa.Table]:
    """Return the tables of releases by name, with what the database itself refuses of them."""
    tables = {
        table.name: table
        for table in (
            _releases(metadata),
            _steps(metadata),
            _frozen(metadata),
            _lookers(metadata),
            _overrides(metadata),
        )
    }
    for name, refused in _REFUSED.items():
        _refuse(tables[name], refused)
    return tables


def _releases(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        RELEASES,
        metadata,
        sa.Column("release", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.UniqueConstraint("number", "version", name="releases_one_of_each_version"),
        sa.CheckConstraint("number >= 1 AND version >= 1", name="releases_counted_from_one"),
        sa.CheckConstraint("origin IN ('candour', 'elsewhere')", name="releases_origin_known"),
    )


def _steps(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        STEPS,
        metadata,
        sa.Column("release", sa.ForeignKey("releases.release"), primary_key=True, autoincrement=False),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        # Text, and always UTC and as long: what is compared must be the same in either database.
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("draft", sa.Text),
        sa.Column("frozen", sa.String(64)),
        sa.Column("published_at", _MOMENT),
        sa.CheckConstraint(f"kind IN ({_listed(Step)})", name="release_steps_known"),
        sa.CheckConstraint(
            f"kind NOT IN ({_listed(REASONED)}) OR reason <> ''", name="release_steps_reasoned"
        ),
        sa.CheckConstraint(
            "(kind IN ('drafted', 'edited')) = (draft IS NOT NULL)", name="release_steps_drafts_written"
        ),
        sa.CheckConstraint(
            "(kind IN ('submitted', 'approved', 'entered')) = (frozen IS NOT NULL)",
            name="release_steps_frozen_named",
        ),
        sa.CheckConstraint(
            "(kind IN ('approved', 'entered')) = (published_at IS NOT NULL)",
            name="release_moment_named",
        ),
        sa.CheckConstraint(
            "kind <> 'approved' OR published_at >= at", name="release_steps_never_public_before_approval"
        ),
        sa.CheckConstraint(
            "kind <> 'entered' OR published_at <= at", name="release_steps_entered_once_public"
        ),
    )


def _frozen(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        FROZEN,
        metadata,
        sa.Column("release", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(64), nullable=False),
        # What was counted, for those who may see figures; empty for a statement made elsewhere.
        sa.Column("counted", sa.Text, nullable=False),
        # What the public is told.
        sa.Column("told", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["release", "step"], ["release_steps.release", "release_steps.step"]),
    )


def _lookers(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        LOOKERS,
        metadata,
        sa.Column("release", sa.ForeignKey("releases.release"), primary_key=True, autoincrement=False),
        sa.Column("entry", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reader", sa.String(200), nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.CheckConstraint("reader <> '' AND reason <> ''", name="release_access_reasoned"),
    )


def _overrides(metadata: sa.MetaData) -> sa.Table:
    return sa.Table(
        OVERRIDES,
        metadata,
        sa.Column("release", sa.ForeignKey("releases.release"), primary_key=True, autoincrement=False),
        sa.Column("entry", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        # The figure, its dimensions and their values, as canonical JSON.
        sa.Column("cell", sa.String(1000), nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.CheckConstraint("who <> '' AND reason <> ''", name="release_overrides_reasoned"),
    )


def _listed(steps: Iterable[Step]) -> str:
    return ", ".join(f"'{each}'" for each in steps)


def _of(column: str, condition: str) -> str:
    return f"(SELECT {column} FROM release_steps WHERE release = NEW.release AND {condition})"


_PREVIOUS = "step = NEW.step - 1"
_FIRST = (
    f"(NEW.step = 1 AND NEW.kind IN ({_listed(BEGIN)}) AND NEW.kind = (SELECT CASE origin "
    "WHEN 'elsewhere' THEN 'entered' ELSE 'drafted' END FROM releases WHERE release = NEW.release))"
)
_IN_TURN = " OR ".join(
    [
        _FIRST,
        *(
            f"(NEW.kind = '{step}' AND {_of('kind', _PREVIOUS)} IN ({_listed(before)}))"
            for step, before in FOLLOWS.items()
        ),
    ]
)
_AN_AUTHOR = (
    "EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release AND lower(who) = lower(NEW.who) "
    f"AND kind IN ({_listed(AUTHORED)}))"
)
# A new version may begin once the version before it has been public; a typed one follows a typed one.
_EARLIER_NOT_PUBLIC = (
    "(SELECT version FROM releases WHERE release = NEW.release) > 1 AND NOT EXISTS (SELECT 1 "
    "FROM releases this JOIN releases earlier "
    "ON earlier.number = this.number AND earlier.version = this.version - 1 "
    "JOIN release_steps was ON was.release = earlier.release AND was.kind IN ('approved', 'entered') "
    "AND was.published_at <= NEW.at AND NOT EXISTS (SELECT 1 FROM release_steps later "
    "WHERE later.release = was.release AND later.step > was.step AND later.kind <> 'withdrawn') "
    "WHERE this.release = NEW.release AND earlier.origin = this.origin)"
)
_NO_MOMENT = " OR ".join(
    f"(NEW.{each} IS NOT NULL AND (length(NEW.{each}) <> 32 OR substr(NEW.{each}, 27) <> '+00:00'))"
    for each in ("at", "published_at")
)
# The embargo of what was last written, and the database's own clock, in UTC to the second.
_EMBARGO = (
    "(SELECT {embargo} FROM release_steps WHERE release = NEW.release AND kind IN ('drafted', 'edited') "
    "ORDER BY step DESC LIMIT 1)"
)
_IN_SQL = {
    "sqlite": {
        "{embargo}": "replace(datetime(json_extract(draft, '$.embargo')), ' ', 'T')",
        "{now}": "replace(datetime('now'), ' ', 'T')",
    },
    "postgresql": {
        "{embargo}": "to_char(CAST(CAST(draft AS json) ->> 'embargo' AS timestamptz) AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS')",
        "{now}": "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')",
    },
}
_NOTHING_FROZEN = (
    "NOT EXISTS (SELECT 1 FROM release_frozen WHERE release = NEW.release AND step = NEW.step - 1 "
    "AND digest = NEW.frozen)"
)
_STEPS_REFUSED = (
    # Unknown is no: a step after one that is not there is out of turn.
    f"NOT COALESCE({_IN_TURN}, FALSE)",
    "trim(NEW.who) = ''",
    _NO_MOMENT,
    f"NEW.at < {_of('at', _PREVIOUS)}",
    f"NEW.kind = 'approved' AND {_AN_AUTHOR}",
    f"NEW.kind = 'approved' AND NEW.frozen <> {_of('frozen', _PREVIOUS)}",
    f"NEW.kind = 'approved' AND {_NOTHING_FROZEN}",
    f"NEW.kind = 'approved' AND substr(NEW.published_at, 1, 19) < {_EMBARGO}",
    f"NEW.kind = 'recalled' AND NEW.at >= {_of('published_at', _PREVIOUS)}",
    # Whatever moment it gives: what is public cannot be recalled by a step that is dated back.
    f"NEW.kind = 'recalled' AND {{now}} >= substr({_of('published_at', _PREVIOUS)}, 1, 19)",
    f"NEW.kind = 'withdrawn' AND NEW.at < {_of('published_at', _PREVIOUS)}",
    f"NEW.kind IN ({_listed(BEGIN)}) AND {_EARLIER_NOT_PUBLIC}",
)
_NOT_SUBMITTED = (
    "NEW.digest <> COALESCE((SELECT frozen FROM release_steps WHERE release = NEW.release "
    "AND step = NEW.step AND kind IN ('submitted', 'entered')), '')"
)
# Only what was typed was not counted.
_NOT_COUNTED = (
    "(NEW.counted = '') <> ((SELECT origin FROM releases WHERE release = NEW.release) = 'elsewhere')"
)
_NOT_OPEN = (
    "COALESCE((SELECT kind FROM release_steps WHERE release = NEW.release ORDER BY step DESC LIMIT 1), '') "
    f"NOT IN ({_listed(OPEN)})"
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
    OVERRIDES: (_AN_AUTHOR, _NOT_OPEN),
}


def _refuse(table: sa.Table, refused: tuple[str, ...]) -> None:
    """Have the database refuse a row of which any of these is so, whoever inserts it."""
    _after_create(
        table,
        "sqlite",
        f"CREATE TRIGGER {table.name}_in_turn BEFORE INSERT ON {table.name} "
        f"WHEN {_condition(refused, 'sqlite')} BEGIN SELECT RAISE(ABORT, '{OUT_OF_TURN}'); END",
    )
    # PostgreSQL's triggers may not ask other tables in their own condition.
    _after_create(
        table,
        "postgresql",
        f"CREATE OR REPLACE FUNCTION {table.name}_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {_condition(refused, 'postgresql')} "
        f"THEN RAISE EXCEPTION '{OUT_OF_TURN}'; END IF; RETURN NEW; END $$",
    )
    _after_create(
        table,
        "postgresql",
        f'CREATE TRIGGER "{table.name}_in_turn" BEFORE INSERT ON "{table.name}" '
        f"FOR EACH ROW EXECUTE FUNCTION {table.name}_out_of_turn()",
    )


def _condition(refused: tuple[str, ...], dialect: str) -> str:
    condition = " OR ".join(f"COALESCE({each}, FALSE)" for each in refused)
    for place, words in _IN_SQL[dialect].items():
        condition = condition.replace(place, words)
    return condition


def _after_create(table: sa.Table, dialect: str, statement: str) -> None:
    event.listen(table, "after_create", sa.DDL(statement.replace("%", "%%")).execute_if(dialect=dialect))
