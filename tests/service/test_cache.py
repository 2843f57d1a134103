"""Results in memory: bounded in bytes, computed once, and counted."""

import threading
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest

from metrics.metric import Metric
from service import cache
from service.cache import Cache, size_of

NUMBERS = pl.DataFrame({"number": range(10_000)})


def test_of_readers_who_ask_for_one_result_at_once_one_computes_it_and_the_others_wait():
    store, begun, go_on, computed = Cache(1), threading.Barrier(9), threading.Event(), []

    def compute() -> pl.DataFrame:
        computed.append(threading.get_ident())
        assert go_on.wait(10)
        return NUMBERS

    def ask() -> pl.DataFrame:
        begun.wait(10)
        return store.once(("numbers",), compute)

    with ThreadPoolExecutor(8) as readers:
        results = [readers.submit(ask) for _ in range(8)]
        begun.wait(10)
        go_on.set()
        assert all(result.result() is NUMBERS for result in results)
    assert len(computed) == 1
    assert store.usage()[:2] == (7, 1)


def test_whoever_asks_for_another_result_waits_for_nobody():
    store = Cache(1)
    asked_inside = store.once(("outer",), lambda: store.once(("inner",), lambda: 1) + 1)
    assert asked_inside == 2


def test_a_computation_that_fails_is_tried_again():
    store = Cache(1)
    with pytest.raises(ZeroDivisionError):
        store.once(("share",), lambda: 1 / 0)
    assert store.once(("share",), lambda: 1) == 1


def test_the_least_recently_used_results_go_when_the_bytes_pass_the_limit():
    size = size_of(NUMBERS)
    store = Cache(3.5 * size / cache.MEGABYTE)
    for number in (1, 2, 3, 1, 4):
        store.once((number,), NUMBERS.clone)
        assert store.usage().size <= store.usage().limit
    misses = store.usage().misses
    for number in (1, 3, 4):
        store.once((number,), NUMBERS.clone)
    assert store.usage().misses == misses
    store.once((2,), NUMBERS.clone)
    assert store.usage().misses == misses + 1


def test_a_result_larger_than_the_limit_is_given_and_not_kept():
    store = Cache(0.001)
    assert store.once(("numbers",), lambda: NUMBERS) is NUMBERS
    assert store.usage().size == 0


def test_a_size_counts_everything_that_a_result_holds():
    frame = NUMBERS.estimated_size()
    assert size_of(NUMBERS) == frame >= 80_000
    assert size_of({"numbers": NUMBERS}) > frame
    assert size_of([NUMBERS, (NUMBERS,)]) > 2 * frame
    assert size_of(cache.Usage(1, 2, 3, 4)) < 1_000
    assert size_of(Metric) < 10_000


def test_a_frame_is_computed_once_for_a_place_and_shared(demonstration):
    cache.clear()
    place = cache.place_of(str(demonstration.folder))
    first, before = cache.register(place, "loads"), cache.usage()
    assert cache.register(place, "loads") is first
    after = cache.usage()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)
