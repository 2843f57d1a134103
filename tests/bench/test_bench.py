import pytest
from rich.console import Console

from tests.bench.load_bench import write_extract
from tests.bench.metric_bench import compare
from tests.bench.parts import Options
from tests.bench.register import make_register
from tests.bench.visitor import Server, ServerEnded, numbers_in, numbers_of_strip


@pytest.mark.long
def test_every_figure_is_the_same_from_candour_and_from_sql_over_histories_and_over_bare_tables(tmp_path):
    snapshot = make_register(3_778).snapshot(tmp_path)
    assert compare(snapshot) == []


def test_answers_that_differ_are_refused_a_ratio(tmp_path, monkeypatch):
    from tests.bench import metric_bench

    monkeypatch.setattr(metric_bench, "compare", lambda _: ["population: 1 and 2"])
    console = Console(record=True)
    equal, measured = metric_bench.bench_size(console, 100, tmp_path, Options(smallest=100))
    assert (equal, measured) == (False, [])
    assert "DIFF" in console.export_text()


def test_the_extract_that_is_loaded_has_as_many_rows_as_it_says(tmp_path):
    lines = write_extract(tmp_path, 50).read_text().splitlines()
    assert len(lines) == 51
    assert lines[0].startswith("Application No,Date Received")


def test_the_numbers_in_a_figure_are_counted_whether_they_travel_as_text_or_packed():
    assert (
        numbers_in([{"y": {"dtype": "i4", "bdata": "AQAAAAIAAAA="}}, {"x": [1.0, 2.0], "y": ["a", "b"]}]) == 4
    )
    assert numbers_in([{"x": ["a", "b"], "z": [[1, 2], [3, None], [5, 6]]}, {"type": "bar"}]) == 6


def test_the_numbers_of_a_strip_are_read_by_their_whole_titles():
    cell = (
        '<div><dt>{0}</dt><dd class="value">{1}<img alt="" src="data:,"></dd><dd class="change">+1</dd><dd>'
        '<details><summary aria-label="What"></summary><p>{2}. In scope. {1} of 9.</p></details></dd></div>'
    )
    body = f"<dl>{cell.format('Found', '1,025', 'Failures &amp; more')}{cell.format('Left', '0', 'Outstanding')}</dl>"
    assert numbers_of_strip(body) == {"Failures & more": "1,025", "Outstanding": "0"}
    assert numbers_of_strip("<table></table>") == {}


def test_a_server_that_has_ended_is_not_waited_for():
    with Server("empty", "default") as server:
        server.process.kill()
        server.process.wait()
        with pytest.raises(ServerEnded, match="exit code -9"):
            server.visit("")
