"""How a test reads a page."""

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

import polars as pl
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Element

from data.loading import Arrival
from data.schema import Enquiries

BADGE = re.compile(r":[a-z]+-badge\[(.*)\]")
NO_WORDS = {
    "id",
    "form_id",
    "url",
    "query_params",
    "script_hash",
    "page_script_hash",
    "icon",
    "spec",
    "config",
}
"""Fields of an element that no reader reads."""
HEADLINE = re.compile(r'<div class="candour-head"><h3>(.*?)</h3>(?:<p>(.*?)</p>)?</div>')
CARD = 3
STRIP = re.compile(r'<dt>(.*?)</dt><dd class="value">(.*?)(?:<img.*?)?</dd><dd class="change">(.*?)</dd>')


def cards(page: AppTest) -> list[tuple[str, str]]:
    """Return the short title and the number of each figure in a strip."""
    return [(unescape(title), unescape(number)) for title, number, _ in strip(page)]


def strip(page: AppTest) -> list[tuple[str, str, str]]:
    """Return title, number and change of each figure in a strip."""
    return [cell for element in page.get("html") for cell in STRIP.findall(element.proto.body)]


def card(page: AppTest, title: str) -> str:
    return dict(cards(page))[title]


def captions(page: AppTest) -> list[str]:
    return [caption.value for caption in page.caption]


def menus(page: AppTest) -> list[str]:
    """Return the labels of the menus, those of the header among them."""
    return [block.proto.popover.label for block in _blocks(page._tree) if block.type == "popover"]


def days(page: AppTest) -> str:
    """Return what the header says of the two clocks; empty where a page shows no day."""
    return next((label for label in menus(page) if label.startswith("As at ")), "")


def badges(page: AppTest) -> list[str]:
    """Return the marks beside the title: marking and demonstration."""
    return [found[1] for element in page.markdown if (found := BADGE.fullmatch(element.value))]


def changes(page: AppTest) -> dict[str, list[str]]:
    """Return what the Overview says of each figure: before, added, removed, now."""
    bodies = "".join(element.proto.body for element in page.get("html"))
    rows = re.findall(r"<tr><th scope=row>(.*?)</th>(.*?)</tr>", bodies)
    return {
        unescape(title): re.findall(r"<td>(?:<b>)?([^<]+?)(?:</b>)?</td>", cells) for title, cells in rows
    }


def now(page: AppTest, title: str) -> str:
    return changes(page)[title][-1]


def meanings(page: AppTest) -> dict[str, str]:
    """Return what each figure of a strip counts, behind its mark."""
    pattern = r"<dt>(.*?)</dt>.*?<p>(.*?)</p></details>"
    return {
        unescape(title): unescape(words)
        for element in page.get("html")
        for title, words in re.findall(pattern, element.proto.body)
    }


def _blocks(block: Block) -> Iterator[Block]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield child
            yield from _blocks(child)


def tables(page: AppTest) -> list[pl.DataFrame]:
    return [pl.from_pandas(frame.value) for frame in page.dataframe]


def headings(page: AppTest) -> list[int]:
    """Levels of the headings in the order they are read."""
    return [level for level, _ in _headings(page)]


def headlines(page: AppTest) -> list[str]:
    """Return the headings of the third level: what each card says above its chart."""
    return [words for level, words in _headings(page) if level == CARD]


def _headings(page: AppTest) -> Iterator[tuple[int, str]]:
    for element in page.main:
        if element.type in ("title", "header", "subheader"):
            yield int(element.tag[1]), element.value
        elif element.type == "html" and (headline := HEADLINE.fullmatch(element.proto.body)):
            yield CARD, unescape(headline[1])


def answer(page: AppTest) -> str:
    return page.header[0].value


def one_enquiry(day) -> Arrival:
    rows = pl.DataFrame(
        [{"enquiry_ref": "EN-LATE", "received_on": day, "topic": "other"}], schema=pl.Schema(Enquiries)
    )
    nothing = pl.DataFrame(
        schema={"row_number": pl.Int64, "column_name": pl.String, "shape": pl.String, "reason": pl.String}
    )
    return Arrival(
        table="enquiries", file="late.csv", fingerprint="late", rows=rows,
        rejected_keys=rows.select("enquiry_ref").clear(), quarantine=nothing, whole=False, read=1,
    )  # fmt: skip


def pick(page: AppTest, key: str, *places: int) -> AppTest:
    """Click a bar or point of a chart, or drag over several. places: their numbers as they are drawn."""
    chart = next(element for element in page.get("plotly_chart") if element.proto.id.endswith(f"-{key}"))
    states = page._tree.get_widget_states()
    state = states.widgets.add()
    state.id = chart.proto.id
    points = [{"point_index": place} for place in places]
    state.string_value = json.dumps(
        {"selection": {"points": points, "point_indices": [*places], "box": [], "lasso": []}}
    )
    return page._run(states)


def texts(page: AppTest) -> Iterator[str]:
    """Yield all that a page says: its words, the choices that it offers, its tables and its charts."""
    yield from (text for block in _blocks(page._tree) for text in _strings(block.proto))
    for element in _elements(page._tree):
        if element.type == "arrow_data_frame":
            rows = element.value
            yield from (str(text) for text in [*rows.columns, *rows.to_numpy().ravel()])
        elif element.type == "plotly_chart":
            yield from _leaves(json.loads(element.proto.spec))
        else:
            yield from _strings(element.proto)


def _elements(block: Block) -> Iterator[Element]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield from _elements(child)
        else:
            yield child


def _strings(proto: Any) -> Iterator[str]:
    for field, value in proto.ListFields() if hasattr(proto, "ListFields") else ():
        for one in value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else [value]:
            if isinstance(one, str) and field.name not in NO_WORDS:
                yield one
            elif hasattr(one, "ListFields"):
                yield from _strings(one)


def _leaves(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict | list):
        for one in part.values() if isinstance(part, dict) else part:
            yield from _leaves(one)


def spec(page: AppTest, key: str) -> dict:
    """Return the figure of a chart, as it is sent."""
    chart = next(element for element in page.get("plotly_chart") if element.proto.id.endswith(f"-{key}"))
    return json.loads(chart.proto.spec)
