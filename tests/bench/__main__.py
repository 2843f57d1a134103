"""The benchmark: `python -m tests.bench --sizes 3778 100000 --parts metrics pages`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pages.registry import REGISTRY
from tests.bench import aims
from tests.bench.measure import WorkerDied, in_child
from tests.bench.parts import Bench, Options, Part, console, progress, run

PARTS: dict[str, Bench] = {
    "metrics": Part("metric_bench"),
    "building": Part("build_bench"),
    "pages": Part("page_bench"),
    "loads": Part("load_bench"),
    "readers": Part("reader_bench"),
    "proxy": Part("reader_bench", "bench_proxy"),
    "browser": Part("browser_bench"),
    "cold": Part("cold_bench"),
}
ONCE = {"readers", "proxy", "browser", "cold"}
"""Parts that are run at the smallest size alone."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for at the sizes asked for, smallest first.

    Returns 1 if any answers differed, rows were lost, or a part died: the others are run all the same.
    """
    asked = _parser().parse_args(arguments)
    sizes = sorted({size for some in asked.sizes for size in some})
    options = Options(
        smallest=sizes[0], turns=asked.turns, pages=tuple(asked.pages), demonstration=asked.demonstration
    )
    out, sound, measured = console(), True, list[aims.Measured]()
    for size in sizes:
        for part in (part for part in asked.parts if size == sizes[0] or part not in ONCE):
            progress(out, f"{part} at {size:,}")
            try:
                equal, more = in_child(run, PARTS[part], size, options)
            except WorkerDied as died:
                out.print(f"The part {part} at {size:,} died: {died}", markup=False, soft_wrap=True)
                equal, more = False, []
            sound, measured = sound and equal, measured + more
    aims.print_aims(out, measured)
    if asked.write:
        aims.write_last(measured)
    out.print("All parts: EQUAL" if sound else "All parts: NOT EQUAL, see above")
    return 0 if sound else 1


def _sizes(text: str) -> list[int]:
    sizes = [int(size.replace("_", "")) for size in text.split(",")]
    if min(sizes) < 1:
        raise ValueError(text)
    return sizes


def _turns(text: str) -> int:
    if (turns := int(text)) < 1:
        raise ValueError(text)
    return turns


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Print ratios, not times alone."
    )
    parser.add_argument(
        "--sizes",
        type=_sizes,
        nargs="+",
        default=[[3_778, 100_000, 1_000_000]],
        help="numbers of applications",
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="which parts to run")
    parser.add_argument("--turns", type=_turns, help="how often each thing is timed (default: by its size)")
    titles = [entry.title for entry in REGISTRY]
    parser.add_argument(
        "--pages", nargs="+", choices=titles, default=[], help="titles of pages (default: all)"
    )
    parser.add_argument(
        "--demonstration", type=Path, help="a demonstration that is there (default: one is built)"
    )
    parser.add_argument(
        "--write", action="store_true", help=f"renew {aims.LAST.name}, with which the next run compares"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
