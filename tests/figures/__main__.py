"""Write the figures out: `python -m tests.figures --write`, or `python -m tests.figures DIR` for every value."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.figures import reference, written_out


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.figures", description="Write every figure out.")
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("folder", type=Path, nargs="?", help="write every value here, as Parquet")
    wanted.add_argument("--write", action="store_true", help="replace what the tests compare with")
    parser.add_argument("--reviews", nargs="+", choices=[case.name for case in reference.CASES])
    asked = parser.parse_args(arguments)
    for case in reference.CASES:
        if asked.reviews and case.name not in asked.reviews:
            continue
        with tempfile.TemporaryDirectory() as folder:
            review = case.make(Path(folder) / case.name)
            rows = written_out.histories(review)
            review.ledger.engine.dispose()
        results = reference.computed(rows, case, case.clocks, case.narrowings)
        path = case.file if asked.write else asked.folder / f"{case.name}.parquet"
        if asked.write:
            reference.write(reference.lines(results), path)
        else:
            reference.write_values(results, path)
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
