from data.terms import SmallNumbers
from metrics.disclosure.coarser import coarser, finest
from tests.metrics.disclosure.releases import counted, override

RULE = SmallNumbers()
TABLE = counted(cells={("n",): 30, ("s",): 3, ("e",): 2, ("w",): 6, ("m",): 12}, by=("area",))


def steps(held, overrides=()):
    way, found = finest(held, RULE), []
    while (way := coarser(way, held, RULE, overrides)) is not None:
        found.append(way)
    return found


def words(held, overrides=()):
    return [way.words(held, RULE.base) for way in steps(held, overrides)]


def test_a_table_goes_to_ten_and_twenty_then_its_smallest_go_together_and_then_it_goes():
    assert words(TABLE) == [
        "Disclosed by area: told to the nearest 10.",
        "Disclosed by area: told to the nearest 20.",
        "Disclosed by area: told to the nearest 20; e, s and w told together as other.",
        "Disclosed by area: told to the nearest 20; e, m, s and w told together as other.",
        "Disclosed by area: told to the nearest 20; not split by area.",
    ]


def test_what_is_told_together_is_told_as_other():
    told = steps(TABLE)[2].tell(TABLE, RULE, ())
    assert [(cell.where, cell.shown) for cell in told.cells] == [
        (("n",), "40"), (("other",), "20"), (("m",), "20"),
    ]  # fmt: skip


def test_what_is_no_longer_split_is_told_as_a_whole():
    told = steps(TABLE)[-1].tell(TABLE, RULE, ())
    assert (told.by, told.whole.shown) == ((), "60")


def test_a_category_called_other_takes_the_smallest_up():
    table = counted(cells={("other",): 5, ("n",): 4, ("s",): 30}, by=("area",))
    together = steps(table)[2]
    assert together.merged == {"area": frozenset({"n"})}
    assert [cell.numerator for cell in together.held(table).cells] == [9, 30]


def test_a_number_told_exactly_is_never_told_together_nor_left_out():
    exact = [override("disclosed", ("area",), ("e",))]
    ways = steps(TABLE, exact)
    assert all("e" not in way.merged.get("area", ()) and way.by == ("area",) for way in ways)


def test_a_table_of_two_dimensions_loses_the_last():
    table = counted(cells={("n", "ask"): 3, ("s", "know"): 4}, by=("area", "route"))
    assert [way.by for way in steps(table)] == [("area", "route")] * 2 + [("area",)] + [()]


def test_a_total_only_goes_to_ten_and_twenty():
    assert [way.base for way in steps(counted(cells={(): 16}))] == [10, 20]


def test_medians_are_not_told_together_only_left_out():
    median = counted("days_to_decision", {("n",): (9, 9, 3.0)}, ("area",), "median")
    (gone,) = steps(median)
    assert gone.tell(median, RULE, ()) is None
    assert gone.words(median, 5) == "Days to decision by area: not told, as it would tell too much."
