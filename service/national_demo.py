"""A nation of demonstration forces: each has cases drawn again from the demonstration's register."""

from pathlib import Path

import numpy as np
import polars as pl

from data.demo import EXAMPLES
from data.intake.load import Progress, silent
from data.partitions import Force, read_forces, write_sent
from data.review import FORCES, TERMS, Review, new_review
from data.schema import SCHEMAS, identity, links
from data.stable_file import refuse_filled, whole_folder, write_private
from service.returns import Return, gather, national, returned, written

EXAMPLE = EXAMPLES / "national"
SEED = 43
FEWEST, MOST = 400, 2_600  # cases of a force


def demonstrate(folder: Path, base: Review, progress: Progress = silent) -> Review:
    """Make a nation in an empty folder. base: the demonstration, whose cases its forces have again."""
    refuse_filled(folder, "choose another folder for the nation")
    with whole_folder(folder) as making:
        nation = new_review(making, EXAMPLE / TERMS)
        forces = read_forces(EXAMPLE / FORCES)
        whole = returned(base, forces.names[0])
        lines = []
        for number, force in enumerate(forces.forces):
            progress(f"Drawing the cases of {force.name}", number, len(forces.forces))
            lines.append(f'[[forces]]\nname = "{force.name}"\n')
            if force.partition is None:
                continue
            one = Force(name=force.name)
            drawn = _drawn(whole, one, np.random.default_rng([SEED, number]))
            place = Path("sent") / str(number)
            partition = written(making / place, national(drawn, one, nation.terms), nation.terms)
            write_sent(making / place, partition)
            lines.append(f'partition = "{place.as_posix()}"\n')
        write_private(making / FORCES, "".join(lines).encode())
        gather(nation)
        nation.close()
    return nation


def _drawn(whole: Return, force: Force, chance: np.random.Generator) -> Return:
    """Return a force's own register: cases drawn with replacement, more or fewer of those that failed."""
    failed = whole.tables["failures"].select("application_ref", failed=pl.lit(value=True)).unique()
    cases = whole.tables["applications"].select("application_ref").unique(maintain_order=True)
    cases = cases.join(failed, on="application_ref", how="left", maintain_order="left").collect()
    odds = np.where(cases["failed"].fill_null(value=False), chance.uniform(0.5, 4.0), 1.0)
    rows = chance.choice(cases.height, size=int(chance.integers(FEWEST, MOST)), p=odds / odds.sum())
    times = cases[rows].group_by("application_ref", maintain_order=True).len("times")
    copies = {"applications": times.select("application_ref", copy=pl.int_ranges("times")).explode("copy")}
    tables = {table: _copied(whole.tables[table], table, copies, chance) for table in SCHEMAS}
    sent = whole.sent.model_copy(update={"force": force.name, "ledger": f"{force.name} (demonstration)"})
    return Return(sent, tables)


def _copied(
    rows: pl.LazyFrame, table: str, copies: dict[str, pl.DataFrame], chance: np.random.Generator
) -> pl.LazyFrame:
    """Return the rows of each copy of what they refer to; of a table that refers to nothing, some of them."""
    targets = {column: target for column, target in links(SCHEMAS[table]).items() if target in copies}
    key = identity(table)
    if table == "applications" or targets:
        column, target = next(iter(targets.items())) if targets else (key, table)
        chosen = copies[target].rename({copies[target].columns[0]: column})
        drawn = rows.join(chosen.lazy(), on=column)
    else:
        names = rows.select(key).unique(maintain_order=True).collect().to_series()
        some = names.filter(pl.Series(chance.random(names.len()) < chance.uniform(0.3, 0.9)))
        chosen = pl.col(key).cast(pl.String).is_in(some.cast(pl.String).implode())
        drawn = rows.filter(chosen).with_columns(copy=0)
    if key not in targets:
        copies[table] = drawn.select(key, "copy").unique(maintain_order=True).collect()
    renamed = [
        (pl.col(name) + "-" + pl.col("copy").cast(pl.String)).alias(name)
        for name in {key, *targets}
        if name.endswith("_ref")
    ]
    return drawn.with_columns(renamed).drop("copy")
