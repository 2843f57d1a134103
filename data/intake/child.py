"""The child that parses foreign files: it is run as a script, by `isolation.py` alone.

What is to be parsed is its standard input, a file. It answers with JSON on its standard output,
{"refused": why} where it knows why it cannot read, and writes rows as an Arrow stream to a file:

    child.py workbook_heads ROWS                first rows of every visible sheet
    child.py workbook_rows SHEET OUT            one sheet whole, as text
    child.py parquet_names                      names of the columns
    child.py parquet_rows PLACES BYTES OUT      some columns whole, as text
    child.py database_rows PLACES BYTES OUT     the same of rows that were fetched from a database
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

if __name__ == "__main__":
    # Nothing here needs NumPy, and PyArrow starts in a third of the time where it cannot import it.
    sys.modules["numpy"] = None  # pyright: ignore[reportArgumentType]
    # Threads would share one limit on memory, and nothing here is quicker with them.
    os.environ["POLARS_MAX_THREADS"] = "1"
    sys.path.append(str(Path(__file__).parents[2]))

from data.intake.confinement import MOST_ANSWERED, Refusal, confine

Task = Callable[..., dict[str, object]]
INPUT = Path("/dev/fd/0")


def _task(name: str) -> Task:
    # Each kind needs libraries that take long to start.
    if name.startswith("workbook"):
        from data.intake import workbook_child

        return workbook_child.TASKS[name]
    from data.intake import columnar_child

    return columnar_child.TASKS[name]


def _main() -> NoReturn:
    task = _task(sys.argv[1])
    confine()
    given: str | bytes = str(INPUT) if INPUT.exists() else sys.stdin.buffer.read()
    try:
        answer = json.dumps(task(given, *sys.argv[2:]))
    except Refusal as refusal:
        answer = json.dumps({"refused": str(refusal)})
    if len(answer) > MOST_ANSWERED:
        raise MemoryError
    sys.stdout.write(answer)
    sys.stdout.flush()
    sys.exit()


if __name__ == "__main__":
    _main()
