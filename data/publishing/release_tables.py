from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from data.guards import check, key, on_create, text
from data.publishing import states
from data.publishing.states import AUTHORED, COUNTED, DECIDED, LAID_DOWN, TYPED, Step

TABLES = ("releases", "release_steps", "release_frozen", "release_access", "release_overrides")
RELEASES, STEPS, FROZEN, LOOKERS, OVERRIDES = TABLES
OUT_OF_TURN = "a release goes its way step by step, and by two people"


def _listed(steps: Iterable[Step]) -> str:
    return ", ".join(f"'{step}'" for step in steps)


def release_tables(metadata: sa.MetaData) -> dict[str, sa.Table]:
    columns: dict[str, list[SchemaItem]] = {
        RELEASES: [
            key("release"),
            sa.Column("number", sa.Integer, nullable=False),
            sa.Column("version", sa.Integer, nullable=False),
            text("origin", 10),
            sa.UniqueConstraint("number", "version", name="releases_one_of_each_version"),
            check("releases_counted_from_one", "number >= 1 AND version >= 1"),
            _of_types(RELEASES, "release number version", "origin"),
            check("releases_origin_known", "origin IN ('candour', 'elsewhere')"),
        ],
        STEPS: [
            key("release", sa.ForeignKey("releases.release")),
            key("step"),
            # Text, and always UTC and as long: what is compared must be the same in either database.
            text("at", 32),
            text("kind", 20),
            *_signature(),
            sa.Column("draft", sa.Text),
            sa.Column("frozen", sa.String(64)),
            sa.Column("published_at", sa.String(32)),
            sa.Column("overruled", sa.Text),
            check("release_steps_overruled_approving", "overruled IS NULL OR kind = 'approved'"),
            check("release_steps_known", f"kind IN ({_listed(Step)})"),
            check("release_steps_reasoned", f"kind NOT IN ({_listed(states.REASONED)}) OR reason <> ''"),
            check("release_steps_drafts_written", "(kind IN ('drafted', 'edited')) = (draft IS NOT NULL)"),
            check(
                "release_steps_frozen_named",
                f"(kind IN ({_listed((*LAID_DOWN, *DECIDED))})) = (frozen IS NOT NULL)",
            ),
            check(
                "release_moment_named",
                f"(kind IN ({_listed((*TYPED[:2], Step.APPROVED))})) = (published_at IS NOT NULL)",
            ),
            check("release_steps_never_public_before_approval", "kind <> 'approved' OR published_at >= at"),
            check(
                "release_steps_entered_once_public",
                f"kind NOT IN ({_listed(TYPED[:2])}) OR published_at <= at",
            ),
            _of_types(STEPS, "release step", "at kind who"),
        ],
        FROZEN: [
            key("release"),
            key("step"),
            text("digest", 64),
            text("counted"),
            text("told"),
            sa.ForeignKeyConstraint(["release", "step"], ["release_steps.release", "release_steps.step"]),
            _of_types(FROZEN, "release step", "digest counted told"),
        ],
        LOOKERS: _decided(LOOKERS, text("reader", 200), "release_access_reasoned", "reader"),
        # A cell is the figure, its dimensions and their values, as canonical JSON.
        OVERRIDES: _decided(OVERRIDES, text("cell", 1000), "release_overrides_reasoned", "who"),
    }
    tables = {name: sa.Table(name, metadata, *items) for name, items in columns.items()}
    for table in tables.values():
        _guard(table)
    return tables


def _decided(table: str, subject: sa.Column[str], reasoned: str, named: str) -> list[SchemaItem]:
    return [
        key("release", sa.ForeignKey("releases.release")),
        key("entry"),
        text("at", 32),
        subject,
        sa.Column("given", sa.Boolean, nullable=False),
        *_signature(),
        check(reasoned, f"{named} <> '' AND reason <> ''"),
        _of_types(table, "release entry", f"at {subject.name} who"),
    ]


def _signature() -> list[sa.Column[str]]:
    return [text("who", 200), text("role", 40), text("reason", 500)]


def _of_types(table: str, integers: str, texts: str) -> sa.CheckConstraint:
    # SQLite alone keeps in a column what is of another type, and does not compare it as it would that type.
    types = {**dict.fromkeys(integers.split(), "integer"), **dict.fromkeys(texts.split(), "text")}
    condition = " AND ".join(f"typeof({column}) = '{kind}'" for column, kind in types.items())
    return check(f"{table}_of_their_types", condition).ddl_if(dialect="sqlite")


def _of(column: str, condition: str = "step = NEW.step - 1") -> str:
    return f"(SELECT {column} FROM release_steps WHERE release = NEW.release AND {condition})"


_MOMENT = "____-__-__T__:__:__.______+00:00".replace("_", "[0-9]")
# Names within braces are each database's own words, below.
_NOT_NEXT = "NEW.{column} <> 1 + COALESCE((SELECT max({column}) FROM {table} WHERE release = NEW.release), 0)"
_ORIGIN = "(SELECT origin FROM releases WHERE release = NEW.release)"
_IN_TURN = " OR ".join(
    [
        f"""(NEW.step = 1 AND NEW.kind IN ({_listed(states.BEGIN)}) AND NEW.kind = (SELECT CASE origin
        WHEN 'elsewhere' THEN 'entered' ELSE 'drafted' END FROM releases WHERE release = NEW.release))""",
        *(
            f"(NEW.kind = '{step}' AND {_of('kind')} IN ({_listed(before)}))"
            for step, before in states.FOLLOWS.items()
        ),
    ]
)
_AN_AUTHOR = f"""EXISTS (SELECT 1 FROM release_steps WHERE release = NEW.release
    AND lower(who) = lower(NEW.who) AND kind IN ({_listed(AUTHORED)}))"""
# A new version may begin once the version before it has been public; a typed one follows a typed one.
_EARLIER_NOT_PUBLIC = f"""(SELECT version FROM releases WHERE release = NEW.release) > 1
    AND NOT EXISTS (SELECT 1 FROM releases this JOIN releases earlier
    ON earlier.number = this.number AND earlier.version = this.version - 1
    JOIN release_steps was ON was.release = earlier.release AND was.kind IN ({_listed(DECIDED)})
    AND was.published_at <= NEW.at AND NOT EXISTS (SELECT 1 FROM release_steps later
    WHERE later.release = was.release AND later.step > was.step AND later.kind <> 'withdrawn')
    WHERE this.release = NEW.release AND earlier.origin = this.origin)"""
# A name that looks like another's: with spaces around it, or with what cannot be seen.
_NO_NAME = "NEW.who <> trim(NEW.who) OR NEW.who = '' OR {unseen who}"
_DECISION = f"NEW.kind IN ({_listed(DECIDED)})"
_DECIDED_BY_AN_AUTHOR = f"""EXISTS (SELECT 1 FROM release_overrides standing
    WHERE standing.release = NEW.release AND standing.given AND NOT EXISTS (SELECT 1
    FROM release_overrides later WHERE later.release = standing.release
    AND later.entry > standing.entry AND {{same figure}} AND {{same by}} AND {{same where}})
    AND (lower(standing.who) = lower(NEW.who) OR EXISTS (SELECT 1 FROM release_steps
    WHERE release = NEW.release AND lower(who) = lower(standing.who) AND kind IN ({_listed(AUTHORED)}))))"""
_LAST_EMBARGO = _of("{embargo}", "kind IN ('drafted', 'edited') ORDER BY step DESC LIMIT 1")
_THERE = "EXISTS (SELECT 1 FROM releases WHERE number = NEW.number AND version = NEW.version{less})"
_REFUSED: dict[str, tuple[str, ...]] = {
    RELEASES: (
        # INSERT OR REPLACE would forget the row that has the same number and version.
        _THERE.format(less=""),
        f"NEW.version > 1 AND NOT {_THERE.format(less=' - 1')}",
    ),
    STEPS: (
        # Unknown is no: a step after one that is not there is out of turn.
        f"NOT COALESCE({_IN_TURN}, FALSE)",
        f"""(NEW.kind NOT IN ({_listed(COUNTED)}) AND {_ORIGIN} = 'candour')
        OR (NEW.kind NOT IN ({_listed(TYPED)}) AND {_ORIGIN} = 'elsewhere')""",
        _NOT_NEXT.format(column="step", table=STEPS),
        _NO_NAME,
        "{no_moment at}",
        "{no_moment published_at}",
        # Of a key that is there twice, one reader would take the first and another the last.
        "NEW.draft IS NOT NULL AND (SELECT count(*) <> count(DISTINCT key) FROM {keys})",
        f"NEW.at < {_of('at')}",
        f"{_DECISION} AND {_AN_AUTHOR}",
        f"{_DECISION} AND NEW.frozen <> {_of('frozen')}",
        f"""{_DECISION} AND NOT EXISTS (SELECT 1 FROM release_frozen WHERE release = NEW.release
        AND step = NEW.step - 1 AND digest = NEW.frozen)""",
        f"NEW.kind = 'confirmed' AND NEW.published_at <> {_of('published_at')}",
        f"NEW.kind = 'submitted' AND {_DECIDED_BY_AN_AUTHOR}",
        # The embargo of what was last written, and the database's own clock, in UTC to the second.
        f"NEW.kind = 'approved' AND substr(NEW.published_at, 1, 19) < {_LAST_EMBARGO}",
        f"NEW.kind = 'recalled' AND NEW.at >= {_of('published_at')}",
        # Whatever moment it gives: what is public cannot be recalled by a step that is dated back.
        f"NEW.kind = 'recalled' AND {{now}} >= substr({_of('published_at')}, 1, 19)",
        f"NEW.kind = 'withdrawn' AND NEW.at < {_of('published_at')}",
        f"NEW.kind IN ({_listed(states.BEGIN)}) AND {_EARLIER_NOT_PUBLIC}",
    ),
    FROZEN: (
        f"NEW.digest <> COALESCE({_of('frozen', f'step = NEW.step AND kind IN ({_listed(LAID_DOWN)})')}, '')",
        # Only what was typed was not counted.
        f"(NEW.counted = '') <> ({_ORIGIN} = 'elsewhere')",
    ),
    LOOKERS: (
        _NOT_NEXT.format(column="entry", table=LOOKERS),
        _NO_NAME,
        _NO_NAME.replace("who", "reader"),
        "{no_moment at}",
    ),
    OVERRIDES: (
        _NOT_NEXT.format(column="entry", table=OVERRIDES),
        _NO_NAME,
        "{no_moment at}",
        _AN_AUTHOR,
        f"""COALESCE((SELECT kind FROM release_steps WHERE release = NEW.release
        ORDER BY step DESC LIMIT 1), '') NOT IN ({_listed(states.OPEN)})""",
    ),
}


def _unseen(column: str) -> tuple[str, str]:
    ranges = "char(1) || '-' || char(31) || char(127) || '-' || char(159)"
    return f"NEW.{column} GLOB '*[' || {ranges} || ']*'", f"NEW.{column} ~ '[[:cntrl:]]'"


def _no_moment(column: str) -> tuple[str, str]:
    seconds = f"substr(NEW.{column}, 1, 19)"
    shape = _MOMENT.replace("+", "[+]").replace(".", "[.]")
    return (
        f"""NEW.{column} NOT GLOB '{_MOMENT}'
        OR COALESCE(strftime('%Y-%m-%dT%H:%M:%S', {seconds}, '+0 days'), '') <> {seconds}""",
        f"""NEW.{column} !~ '^{shape}$'
        OR to_char(CAST({seconds} AS timestamp), 'YYYY-MM-DD"T"HH24:MI:SS') <> {seconds}""",
    )


def _same(key: str) -> tuple[str, str]:
    return (
        f"json_extract(standing.cell, '$.{key}') = json_extract(later.cell, '$.{key}')",
        f"""CAST(CAST(standing.cell AS json) -> '{key}' AS text)
        = CAST(CAST(later.cell AS json) -> '{key}' AS text)""",
    )


_OWN_WORDS: dict[str, tuple[str, str]] = {
    "{embargo}": (
        "replace(datetime(json_extract(draft, '$.embargo')), ' ', 'T')",
        """to_char(CAST(CAST(draft AS json) ->> 'embargo' AS timestamptz) AT TIME ZONE 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS')""",
    ),
    "{now}": (
        "replace(datetime('now'), ' ', 'T')",
        "to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')",
    ),
    "{keys}": ("json_each(NEW.draft)", "json_object_keys(CAST(NEW.draft AS json)) key"),
    **{f"{{unseen {column}}}": _unseen(column) for column in ("who", "reader")},
    **{f"{{no_moment {column}}}": _no_moment(column) for column in ("at", "published_at")},
    **{f"{{same {key}}}": _same(key) for key in ("figure", "by", "where")},
}


def _guard(table: sa.Table) -> None:
    name = table.name
    condition = " OR ".join(f"COALESCE({refusal}, FALSE)" for refusal in _REFUSED[name])
    in_sqlite = in_postgresql = condition
    for place, (of_sqlite, of_postgresql) in _OWN_WORDS.items():
        in_sqlite = in_sqlite.replace(place, of_sqlite)
        in_postgresql = in_postgresql.replace(place, of_postgresql)
    on_create(
        table,
        "sqlite",
        f"CREATE TRIGGER {name}_in_turn BEFORE INSERT ON {name} "
        f"WHEN {in_sqlite} BEGIN SELECT RAISE(ABORT, '{OUT_OF_TURN}'); END",
    )
    # PostgreSQL's triggers may not ask other tables in their own condition.
    on_create(
        table,
        "postgresql",
        f"CREATE OR REPLACE FUNCTION {name}_out_of_turn() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {in_postgresql} THEN RAISE EXCEPTION '{OUT_OF_TURN}'; END IF; RETURN NEW; END $$",
    )
    on_create(
        table,
        "postgresql",
        f'CREATE TRIGGER "{name}_in_turn" BEFORE INSERT ON "{name}" '
        f"FOR EACH ROW EXECUTE FUNCTION {name}_out_of_turn()",
    )
