"""What a force sends has no reference and no name; what does not fit the nation is refused in one sentence."""

import datetime as dt
import hashlib
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from data.demo import EXAMPLES
from data.errors import UserError
from data.intake.load import _refuse_mixing
from data.ledger import Ledger
from data.loading import quarantined_tables
from data.partitions import MANIFEST, Force, Partition, read_forces, read_manifest, read_sent, rows_of
from data.review import FORCES, TERMS, new_review
from metrics.as_at import Clocks
from metrics.catalogue import CATALOGUE
from metrics.evaluate import evaluate
from metrics.histories.subjects import HISTORIES
from metrics.questions import Question
from service import results, returns
from service.nation import nation_of, stamp, sums
from service.returns import Return, gather, national, send
from tests.service.nations import codes_of, register, sent

LAST = dt.date(2024, 5, 30)
CLOCKS = Clocks(LAST, LAST)


FORCES_OF_NATION = "".join(f'[[forces]]\nname = "{name}"\n' for name in ("Ashdown", "Bedlow", "Calder"))


@pytest.fixture
def nation(tmp_path: Path):
    """A nation of three forces, of which one has sent nothing yet."""
    folder = tmp_path / "nation"
    review = new_review(folder, EXAMPLES / "national" / TERMS)
    (folder / FORCES).write_text(FORCES_OF_NATION)
    yield review
    review.ledger.engine.dispose()


def names(nation, **places: str) -> None:
    lines = []
    for name in ("Ashdown", "Bedlow", "Calder"):
        lines.append(f'[[forces]]\nname = "{name}"\n')
        if name in places:
            lines.append(f"{places[name]}\n")
    (nation.folder / FORCES).write_text("".join(lines))


@pytest.fixture(scope="module")
def sent_once(demonstration, tmp_path_factory: pytest.TempPathFactory) -> Partition:
    """What one force sends, which knows of the nation its terms and its forces, to be copied."""
    folder = tmp_path_factory.mktemp("ashdown")
    shutil.copy(EXAMPLES / "national" / TERMS, folder / TERMS)
    (folder / FORCES).write_text(FORCES_OF_NATION)
    return send(demonstration, folder, "Ashdown", folder / "sent", reason="national return")


@pytest.fixture
def sent_by_ashdown(sent_once: Partition, tmp_path: Path) -> Partition:
    folder = shutil.copytree(sent_once.url, tmp_path / "sent")
    return sent_once.model_copy(update={"url": str(folder)})


def test_what_is_sent_holds_no_reference_and_nobody_of_the_staff(demonstration, sent_by_ashdown):
    snapshot = demonstration.snapshot()
    known = set()
    for table in ("applications", "failures", "reviews", "referrals", "people_to_contact"):
        rows = snapshot.scan(table).collect()
        known |= {ref for name in rows.columns if name.endswith("_ref") for ref in rows[name].drop_nulls()}
    assert len(known) > 4_000
    for name in sent_by_ashdown.files:
        rows = rows_of(sent_by_ashdown, name).collect()
        for column in rows.select(pl.col(pl.String)).columns:
            assert known.isdisjoint(rows[column].drop_nulls()), (name, column)
        assert not {"reviewer_ref"} & set(rows.columns)


def test_what_is_sent_twice_cannot_be_joined(demonstration, nation, sent_by_ashdown, tmp_path: Path):
    again = send(demonstration, nation.folder, "Ashdown", tmp_path / "again", reason="national return")
    first, second = (
        rows_of(one, "cases").select("application_ref").collect().to_series()
        for one in (sent_by_ashdown, again)
    )
    assert set(first).isdisjoint(second)


def test_a_nation_of_one_review_has_the_figures_of_that_review(demonstration, nation, sent_by_ashdown):
    names(nation, Ashdown=f'partition = "{sent_by_ashdown.url}"', Bedlow=f'review = "{demonstration.folder}"')
    gather(nation)
    place = stamp(nation.folder)
    assert place is not None
    whole = nation_of(str(nation.folder), place)
    tables = demonstration.snapshot().scan_all()
    histories = {
        subject: history.of(demonstration.terms)(tables).collect().lazy()
        for subject, history in HISTORIES.items()
    }
    for metric in CATALOGUE:
        own = evaluate(metric, histories[metric.subject], CLOCKS).row(0, named=True)
        question = Question((metric.name,), CLOCKS)
        for force in ("Ashdown", "Bedlow"):
            figures = question.plan.finish(sums(whole, (force,), question))
            assert figures[metric.name].row(0, named=True) == own, (metric.name, force)


def test_how_many_rows_of_cases_a_force_could_not_load_is_sent_with_its_figures(
    demonstration, nation, tmp_path: Path, monkeypatch
):
    receipts = demonstration.ledger.receipts()
    cases = receipts.filter(table_name="applications")
    last = (pl.col("table_name") == "applications") & (pl.col("load") == cases["load"].max())
    monkeypatch.setattr(
        Ledger, "receipts", lambda _: receipts.with_columns(quarantined=pl.when(last).then(3).otherwise(0))
    )
    sent = send(demonstration, nation.folder, "Ashdown", tmp_path / "sent", reason="national return")
    monkeypatch.undo()
    names(nation, Ashdown=f'partition = "{sent.url}"', Bedlow=f'review = "{demonstration.folder}"')
    gather(nation)
    place = results.place_of(str(nation.folder))
    for forces, rejected in ((("Ashdown", "Bedlow"), [("applications", 3)]), (("Bedlow",), [])):
        rows = results.register(place._replace(forces=forces), "receipts")
        assert [(one.table, one.rows) for one in quarantined_tables(rows)] == rejected


def test_gathering_signs_what_it_wrote_and_removes_what_nobody_names_any_more(nation, sent_by_ashdown):
    names(nation, Ashdown=f'partition = "{sent_by_ashdown.url}"')
    written = [gather(nation).partitions[0].url for _ in range(3)]
    folders = {path.name for path in (nation.folder / "partitions").iterdir() if path.is_dir()}
    assert folders == {Path(url).name for url in written[1:]}
    manifest = nation.folder / "partitions" / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(b"Ashdown", b"Bedlow_"))
    with pytest.raises(UserError, match="Nothing that the record vouches for"):
        read_manifest(nation.folder / "partitions", nation.record.keys)


def altered(partition: Partition, **changes: object) -> None:
    path = Path(partition.url) / MANIFEST
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"edition": "0123456789ab"}, "What was sent of Ashdown was made by another version of Candour"),
        ({"terms": "0123456789ab"}, "What was sent of Ashdown was made with other terms of the nation"),
        ({"files": "none"}, "What was sent of Ashdown cannot be read"),
    ],
)
def test_a_partition_of_another_edition_or_other_terms_is_refused(nation, sent_by_ashdown, changes, why):
    altered(sent_by_ashdown, **changes)
    names(nation, Ashdown=f'partition = "{sent_by_ashdown.url}"')
    with pytest.raises(UserError, match=why):
        gather(nation)
    assert not (nation.folder / "partitions").exists()


def test_real_and_demonstration_data_are_never_added_up(nation, sent_by_ashdown):
    of_ashdown = json.loads((Path(sent_by_ashdown.url) / MANIFEST).read_text())["forces"][0]
    altered(sent_by_ashdown, forces=[{**of_ashdown, "demonstration": False}])
    names(nation, Ashdown=f'partition = "{sent_by_ashdown.url}"')
    with pytest.raises(UserError, match="they are never added up"):
        gather(nation)


def test_a_file_of_another_name_is_never_opened(nation, sent_by_ashdown, tmp_path: Path):
    (tmp_path / "else.parquet").write_bytes(b"PAR1")
    manifest = json.loads((Path(sent_by_ashdown.url) / MANIFEST).read_text())
    other = {"digest": "", "size": 4, "rows": 0}
    altered(sent_by_ashdown, files={**manifest["files"], "../else": other})
    names(nation, Ashdown=f'partition = "{sent_by_ashdown.url}"')
    with pytest.raises(
        UserError, match="What was sent of Ashdown does not have the files that a nation needs"
    ):
        gather(nation)


def replaced(partition: Partition, rows: pl.DataFrame | bytes) -> None:
    path = Path(partition.url) / "failures.parquet"
    if isinstance(rows, bytes):
        path.write_bytes(rows)
    else:
        rows.write_parquet(path)
    content = path.read_bytes()
    manifest = json.loads((Path(partition.url) / MANIFEST).read_text())
    own = {"digest": hashlib.sha256(content).hexdigest(), "size": len(content), "rows": 1}
    altered(partition, files={**manifest["files"], "failures": own})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda rows: rows.with_columns(name=pl.lit("a person")), "has other columns than a nation needs"),
        (lambda rows: rows.drop("reason"), "has other columns than a nation needs"),
        (lambda rows: rows.with_columns(force=pl.lit("Bedlow")), "has other columns than a nation needs"),
        (lambda _: b"no table", "cannot be read"),
    ],
    ids=["more", "fewer", "of another force", "no table"],
)
def test_a_file_that_is_not_the_table_that_is_wanted_is_refused(nation, sent_by_ashdown, change, why):
    replaced(sent_by_ashdown, change(rows_of(sent_by_ashdown, "failures").collect()))
    names(nation, Ashdown=f'partition = "{sent_by_ashdown.url}"')
    with pytest.raises(UserError, match=f"What was sent of Ashdown {why}"):
        gather(nation)


def test_a_day_to_come_is_refused(nation, sent_by_ashdown):
    of_ashdown = json.loads((Path(sent_by_ashdown.url) / MANIFEST).read_text())["forces"][0]
    altered(sent_by_ashdown, forces=[{**of_ashdown, "days": [*of_ashdown["days"], "9999-12-31"]}])
    names(nation, Ashdown=f'partition = "{sent_by_ashdown.url}"')
    with pytest.raises(UserError, match="What was sent of Ashdown speaks of days to come"):
        gather(nation)


def test_a_nation_whose_manifest_is_damaged_is_gathered_anew(nation, sent_by_ashdown):
    names(nation, Ashdown=f'partition = "{sent_by_ashdown.url}"')
    gather(nation)
    (nation.folder / "partitions" / MANIFEST).write_bytes(b"?")
    assert list(gather(nation).sent) == ["Ashdown"]


def test_nothing_is_loaded_into_a_nation_itself(nation):
    with pytest.raises(UserError, match="A nation counts what its forces have loaded"):
        _refuse_mixing(nation, demonstration=True)


def test_what_one_force_has_sent_does_not_count_for_another(nation, sent_by_ashdown):
    names(nation, Bedlow=f'partition = "{sent_by_ashdown.url}"')
    with pytest.raises(UserError, match="What was sent for Bedlow is of Ashdown"):
        gather(nation)


def test_a_partition_that_is_not_there_is_named(nation, tmp_path: Path):
    with pytest.raises(UserError, match=f"What was sent of Ashdown is not there: no {MANIFEST} is in"):
        read_sent(str(tmp_path / "nowhere"), "Ashdown")
    names(nation, Ashdown='partition = "nowhere"')
    with pytest.raises(UserError, match="What was sent of Ashdown is not there"):
        gather(nation)


def test_a_force_that_the_nation_does_not_name_cannot_send(demonstration, nation, tmp_path: Path):
    with pytest.raises(UserError, match="There is no force called Elsewhere"):
        send(demonstration, nation.folder, "Elsewhere", tmp_path / "sent", reason="national return")


def narrow():
    """Terms with every code of the register, but for reasons."""
    every = codes_of(register(0))
    return every.model_copy(update={"lists": {**every.lists, "reasons": ("late", "other")}})


def of_world(**codes: dict[str, str]) -> pl.DataFrame:
    tables = national(
        Return(sent("Ashdown", 0), register(0)), Force(name="Ashdown", codes=codes), narrow()
    ).tables
    return tables["failures"].collect()


def test_a_code_that_the_nation_does_not_have_is_refused_with_the_line_to_write():
    own = set(register(0)["failures"].select(pl.col("reason").cast(pl.String)).collect()["reason"]) - {"late"}
    if not own:
        pytest.fail("the register has no reason that the nation lacks")
    with pytest.raises(UserError, match=r"Ashdown has '.*', which the national list 'reasons' does not have"):
        of_world()


def test_a_code_is_counted_under_the_national_one_that_it_is_mapped_to():
    before = register(0)["failures"].select(pl.col("reason").cast(pl.String)).collect()["reason"]
    rows = of_world(reasons={"*": "other"})
    assert rows["reason"].cast(pl.String).to_list() == [
        reason if reason in (None, "late") else "other" for reason in before
    ]


def test_partitions_are_packed_to_about_the_size_that_is_wanted(monkeypatch, sent_by_ashdown):
    size = sum(file.size for file in sent_by_ashdown.files.values())
    monkeypatch.setattr(returns, "TOGETHER", int(2.5 * size))
    packs = returns._packs([sent_by_ashdown] * 5)
    assert [len(one) for one in packs] == [2, 2, 1]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[forces]]\nname = "A"\n[[forces]]\nname = "A"\n', "the force 'A' is named twice"),
        ('[[forces]]\nname = "A"\nreview = "a"\npartition = "b"\n', "has both a review and a partition"),
        ("forces = []\n", "forces"),
    ],
)
def test_forces_that_contradict_themselves_are_refused(tmp_path: Path, text: str, why: str):
    path = tmp_path / FORCES
    path.write_text(text)
    with pytest.raises(UserError, match=why):
        read_forces(path)
