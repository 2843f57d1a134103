"""What holds the child that parses foreign files: its limits, and what it may not do.

A hostile or broken file ends the process that reads it, so the child has nothing to lose: no secrets
in its environment, no network, no other program.
"""

import sys

MEMORY = 4 << 30
SECONDS = 180
MOST_WRITTEN = 2 << 30
MOST_ANSWERED = 32 << 20
MOST_IN_A_CELL = 1 << 20
FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system")


class Refusal(Exception):
    """Why something is not read, to be said after its name."""


def confine() -> None:
    """Hold this process to its memory, time and output, where the system can, and to itself."""
    sys.addaudithook(_refuse_to_reach_out)
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def vast_cell(row: int) -> Refusal:
    return Refusal(
        f"has a cell of over {MOST_IN_A_CELL:,} characters in row {row}, which no column of a review "
        "takes: leave the cell out"
    )


def _refuse_to_reach_out(event: str, arguments: tuple[object, ...]) -> None:
    del arguments
    if event.startswith(FORBIDDEN):
        raise PermissionError(f"A reader of foreign files does no {event}.")
