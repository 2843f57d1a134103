from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.schema import SchemaItem

from data.guards import check, key, text
from data.publishing import states
from data.publishing.states import DECIDED, LAID_DOWN, TYPED, Step

TABLES = ("releases", "release_steps", "release_frozen", "release_access", "release_overrides")
RELEASES, STEPS, FROZEN, EARLY_READERS, OVERRIDES = TABLES


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
        EARLY_READERS: _decided(EARLY_READERS, text("reader", 200), "release_access_reasoned", "reader"),
        # A cell is the figure, its dimensions and their values, as canonical JSON.
        OVERRIDES: _decided(OVERRIDES, text("cell", 1000), "release_overrides_reasoned", "who"),
    }
    return {name: sa.Table(name, metadata, *items) for name, items in columns.items()}


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
