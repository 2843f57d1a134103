"""Results in memory: bounded in bytes, computed once, and counted."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import polars as pl
import psutil
import pytest

from data.terms import Case
from metrics.dimensions import dimension
from metrics.metric import Metric
from service import cache, results
from service.cache import Cache, key_of, size_of

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
    size = size_of(((1,), NUMBERS))
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
    assert size_of(NUMBERS) > frame >= 80_000
    assert size_of({"numbers": NUMBERS}) > frame
    assert size_of([NUMBERS, (NUMBERS,)]) > 2 * frame
    assert size_of(cache.Usage(1, 2, 3, 4)) < 1_000
    assert size_of(Metric) < 10_000


def test_many_small_results_weigh_about_what_they_take():
    store, process = Cache(500), psutil.Process()
    before = process.memory_info().rss
    for number in range(5_000):
        key = ("result", f"a longer part of a key {number}")
        frame = {name: [number] for name in ("numerator", "denominator", "value", "low", "high")}
        store.once(key, partial(pl.DataFrame, frame))
    taken = process.memory_info().rss - before
    assert taken < 2 * store.usage().size


def test_a_reader_who_has_gone_on_waits_no_longer_and_the_computation_goes_on(monkeypatch):
    store, begun, go_on = Cache(1), threading.Event(), threading.Event()

    def compute() -> int:
        begun.set()
        assert go_on.wait(10)
        return 1

    def stopped() -> None:
        raise InterruptedError

    monkeypatch.setattr(cache, "_stop_check", stopped)
    with ThreadPoolExecutor(1) as readers:
        first = readers.submit(store.once, ("number",), compute)
        assert begun.wait(10)
        with pytest.raises(InterruptedError):
            store.once(("number",), compute)
        go_on.set()
        assert first.result() == 1
    assert store.once(("number",), compute) == 1


def test_a_frame_is_computed_once_for_a_place_and_shared(demonstration):
    cache.clear()
    place = results.place_of(str(demonstration.folder))
    first, before = results.register(place, "loads"), cache.usage()
    assert results.register(place, "loads") is first
    after = cache.usage()
    assert (after.hits, after.misses) == (before.hits + 1, before.misses)


def drawing(of):
    return lambda view: (view, of)


def test_a_function_is_known_by_its_code_and_by_what_it_closes_over():
    assert key_of(drawing("area")) == key_of(drawing("area"))
    assert key_of(drawing("area")) != key_of(drawing("route"))
    assert key_of(lambda: 1) != key_of(lambda: 2)
    assert key_of(partial(drawing, "area")) != key_of(partial(drawing, "route"))


def test_values_that_are_equal_but_not_the_same_have_keys_of_their_own():
    assert len({key_of(value) for value in (1, True, 1.0, "1")}) == 4
    assert key_of([1, 2]) != key_of((1, 2))
    assert key_of({"first": 1, "second": 2}) != key_of({"second": 2, "first": 1})


def test_expressions_dimensions_and_terms_have_keys():
    assert key_of(pl.col("area")) == key_of(pl.col("area")) != key_of(pl.col("route"))
    assert key_of(dimension("area")) != key_of(dimension("route"))
    assert key_of(Case(one="complaint")) != key_of(Case(one="incident"))


@pytest.mark.parametrize("value", [NUMBERS, [NUMBERS], drawing(NUMBERS), threading.Lock()])
def test_of_what_can_change_no_key_is_made(value):
    with pytest.raises(TypeError, match="no key can be made"):
        key_of(value)


def test_the_memory_of_this_process_is_what_the_system_says():
    measured = psutil.Process().memory_info().rss
    assert cache.resident() == pytest.approx(measured, rel=0.2)
