"""Workers that end badly, for the tests: with few imports, since each is imported in a new process."""

import os
import signal

from tests.bench.measure import alone


def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def out_of_memory(*_):
    raise MemoryError


def left(*_):
    os._exit(3)


def worker_killed(*_):
    alone(killed)


def equal_at_20(size, _):
    return size == 20, []
