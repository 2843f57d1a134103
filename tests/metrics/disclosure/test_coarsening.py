from data.terms import SmallNumbers
from metrics.disclosure.coarsening import finest
from tests.metrics.disclosure.releases import counted, override

RULE = SmallNumbers()
TABLE = counted(cells={("n",): 30, ("s",): 3, ("e",): 2, ("w",): 6, ("m",): 12}, by=("area",))


def steps(held, overrides=()):
    way, coarser = finest(held, RULE, overrides), []
    while (way := way.coarser()) is not None:
        coarser.append(way)
    return coarser


def words(held, overrides=()):
    return [way.words for way in steps(held, overrides)]


def test_a_table_goes_to_a_wider_base_then_its_smallest_go_together_and_then_it_goes():
    assert words(TABLE) == [
        "Disclosed by area: rounded to the nearest 20.",
        "Disclosed by area: rounded to the nearest 20; e, s and w combined as other.",
        "Disclosed by area: rounded to the nearest 20; e, m, s and w combined as other.",
        "Disclosed by area: rounded to the nearest 20; not split by area.",
    ]


def test_what_would_read_as_before_is_no_step():
    small = counted(cells={(f"a{at}",): 3 for at in range(5)}, by=("area",))
    assert words(small)[0] == "Disclosed by area: a0, a1 and a2 combined as other."
    assert [way.base for way in steps(counted(cells={(): 16}))] == [10]


def test_a_table_says_by_which_rule_it_is_told_where_it_is_not_the_releases():
    assert finest(TABLE, RULE).figure.rule == ""
    told = steps(TABLE)[0].figure
    assert told.rule == "Counts from 1 to 9 are not shown; others are to the nearest 20."


def test_a_table_of_few_cells_is_told_or_it_is_not():
    table = counted(cells={("n",): 13, ("s",): 3, ("e",): 12}, by=("area",))
    assert words(table)[0] == "Disclosed by area: not split by area."


def test_two_categories_are_not_told_where_two_small_ones_could_make_up_the_total():
    for cells in ({("n",): 6, ("s",): 7}, {("n",): 3, ("s",): 12}):
        assert finest(counted(cells=cells, by=("area",)), RULE).by == ()
    cells = {("n",): 6, ("s",): 12}
    assert finest(counted(cells=cells, by=("area",)), RULE).by == ("area",)
    kept = counted(cells={("n",): 6, ("s",): 7}, by=("area",))
    assert finest(kept, RULE, [override("disclosed", ("area",), ("n",))]).by == ("area",)


def test_a_total_that_is_small_is_not_told_at_last():
    small = counted(cells={(): 3})
    assert words(small) == ["Disclosed: withheld, because it would reveal too much."]
    assert steps(small, [override("disclosed")]) == []


def test_what_is_told_together_is_told_as_other():
    told = steps(TABLE)[1].figure
    assert [(cell.where, cell.shown) for cell in told.cells] == [
        (("n",), "40"), (("other",), "20"), (("m",), "20"),
    ]  # fmt: skip


def test_what_is_no_longer_split_is_told_as_a_whole():
    told = steps(TABLE)[-1].figure
    assert (told.by, told.whole.shown) == ((), "60")


def test_a_category_called_other_takes_the_smallest_up():
    cells = {("other",): 5, ("n",): 4, ("s",): 30, ("e",): 30, ("w",): 30}
    table = counted(cells=cells, by=("area",))
    together = next(way for way in steps(table) if way.merged)
    assert together.merged == {"area": frozenset({"n"})}
    assert [cell.numerator for cell in together.cells.cells] == [9, 30, 30, 30]


def test_a_number_told_exactly_is_never_told_together_nor_left_out():
    exact = [override("disclosed", ("area",), ("e",))]
    ways = steps(TABLE, exact)
    assert all("e" not in way.merged.get("area", ()) and way.by == ("area",) for way in ways)


def test_a_table_of_two_dimensions_loses_the_last():
    table = counted(cells={("n", "ask"): 3, ("s", "know"): 4}, by=("area", "route"))
    assert [way.by for way in steps(table)] == [("area",), ()]


def test_a_total_only_goes_to_ten_and_twenty():
    assert [way.base for way in steps(counted(cells={(): 13}))] == [10, 20]


def test_medians_are_not_told_together_only_left_out():
    median = counted("days_to_decision", {("n",): (9, 9, 3.0)}, ("area",), "median")
    (gone,) = steps(median)
    assert gone.figure is None
    assert gone.words == "Days to decision by area: withheld, because it would reveal too much."
