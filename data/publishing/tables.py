from collections.abc import Iterable

import sqlalchemy as sa

from data.publishing.guards import FROZEN, LOOKERS, OVERRIDES, RELEASES, STEPS, guard, listed
from data.publishing.states import DECIDED, LAID_DOWN, REASONED, TYPED, Step

_MOMENT = sa.String(32)


def release_tables(metadata: sa.MetaData) -> dict[str, sa.Table]:
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
    for table in tables.values():
        guard(table)
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
        _typed(RELEASES, integer=("release", "number", "version"), text=("origin",)),
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
        # Of an approval: the alarms of the statement check that it overruled, with their reasons, as JSON.
        sa.Column(
            "overruled",
            sa.Text,
            sa.CheckConstraint(
                "overruled IS NULL OR kind = 'approved'", name="release_steps_overruled_approving"
            ),
        ),
        sa.CheckConstraint(f"kind IN ({listed(Step)})", name="release_steps_known"),
        sa.CheckConstraint(
            f"kind NOT IN ({listed(REASONED)}) OR reason <> ''", name="release_steps_reasoned"
        ),
        sa.CheckConstraint(
            "(kind IN ('drafted', 'edited')) = (draft IS NOT NULL)", name="release_steps_drafts_written"
        ),
        sa.CheckConstraint(
            f"(kind IN ({listed((*LAID_DOWN, *DECIDED))})) = (frozen IS NOT NULL)",
            name="release_steps_frozen_named",
        ),
        sa.CheckConstraint(
            f"(kind IN ({listed((*TYPED[:2], Step.APPROVED))})) = (published_at IS NOT NULL)",
            name="release_moment_named",
        ),
        sa.CheckConstraint(
            "kind <> 'approved' OR published_at >= at", name="release_steps_never_public_before_approval"
        ),
        sa.CheckConstraint(
            f"kind NOT IN ({listed(TYPED[:2])}) OR published_at <= at",
            name="release_steps_entered_once_public",
        ),
        _typed(STEPS, integer=("release", "step"), text=("at", "kind", "who")),
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
        _typed(FROZEN, integer=("release", "step"), text=("digest", "counted", "told")),
    )


def _lookers(metadata: sa.MetaData) -> sa.Table:
    return _decided(
        metadata,
        LOOKERS,
        sa.Column("reader", sa.String(200), nullable=False),
        sa.CheckConstraint("reader <> '' AND reason <> ''", name="release_access_reasoned"),
    )


def _overrides(metadata: sa.MetaData) -> sa.Table:
    return _decided(
        metadata,
        OVERRIDES,
        # The figure, its dimensions and their values, as canonical JSON.
        sa.Column("cell", sa.String(1000), nullable=False),
        sa.CheckConstraint("who <> '' AND reason <> ''", name="release_overrides_reasoned"),
    )


def _decided(
    metadata: sa.MetaData, table: str, subject: sa.Column[str], reasoned: sa.CheckConstraint
) -> sa.Table:
    return sa.Table(
        table,
        metadata,
        sa.Column("release", sa.ForeignKey("releases.release"), primary_key=True, autoincrement=False),
        sa.Column("entry", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        subject,
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        reasoned,
        _typed(table, integer=("release", "entry"), text=("at", subject.name, "who")),
    )


def _typed(table: str, *, integer: Iterable[str], text: Iterable[str]) -> sa.CheckConstraint:
    # SQLite alone keeps in a column what is of another type, and does not compare it as it would that type.
    kinds = {**dict.fromkeys(integer, "integer"), **dict.fromkeys(text, "text")}
    check = " AND ".join(f"typeof({column}) = '{kind}'" for column, kind in kinds.items())
    return sa.CheckConstraint(check, name=f"{table}_of_their_types").ddl_if(dialect="sqlite")
