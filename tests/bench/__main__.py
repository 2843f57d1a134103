"""The benchmark: `python -m tests.bench`."""

import argparse
import sys
from collections.abc import Sequence

from rich.console import Console

from tests.bench import aims, load_bench, metric_bench, page_bench

PARTS = ("metrics", "page", "load")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for; return 1 if any answers differed or rows were lost, or a page failed."""
    asked = _parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 140)
    parts = [asked.only] if asked.only else PARTS
    sound, held = True, []
    if "metrics" in parts:
        sound, held = metric_bench.bench(console, asked.sizes)
    if "page" in parts:
        drawn, more = page_bench.bench(console)
        sound, held = sound and drawn, held + more
    if "load" in parts:
        sound = load_bench.bench(console) and sound
    aims.tell(console, held)
    return 0 if sound else 1


def _sizes(text: str) -> list[int]:
    return [int(size.replace("_", "")) for size in text.split(",")]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Print ratios, not times alone."
    )
    parser.add_argument(
        "--sizes", type=_sizes, default=[3_778, 100_000, 1_000_000], help="applications, by commas"
    )
    parser.add_argument("--only", choices=PARTS, help="one part alone")
    return parser


if __name__ == "__main__":
    sys.exit(main())
