"""The table of another database that a mapping names, whatever dots are in its name."""

import pytest
import sqlalchemy as sa

from data.errors import UserError
from data.intake.source_tables import located


@pytest.fixture
def engine():
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        for name in ("cases", '"main.odd"', '"a.b.c"'):
            connection.exec_driver_sql(f"CREATE TABLE {name} (ref TEXT)")
        connection.exec_driver_sql("CREATE VIEW seen AS SELECT * FROM cases")
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ("cases", (None, "cases")),
        ("main.cases", ("main", "cases")),
        ("main.odd", (None, "main.odd")),
        ("main.main.odd", None),
        ("a.b.c", (None, "a.b.c")),
        ("seen", (None, "seen")),
        ("main.seen", ("main", "seen")),
    ],
)
def test_a_table_is_found_by_its_whole_name_first_and_then_by_its_schema(engine, named, place):
    if place is None:
        with pytest.raises(UserError, match="has no table"):
            located(engine, named, "register.db")
    else:
        assert located(engine, named, "register.db") == place


@pytest.mark.parametrize("named", ["none", "other.cases", "main.none"])
def test_a_table_that_is_missing_is_not_among_those_that_are_listed(engine, named):
    with pytest.raises(UserError) as raised:
        located(engine, named, "register.db")
    listed = str(raised.value).rpartition("it has: ")[2].removesuffix(".").split(", ")
    assert named not in listed
    assert set(listed) == {"cases", "main.odd", "a.b.c", "seen"}
