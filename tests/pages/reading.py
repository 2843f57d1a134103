"""How a test reads a page."""

import polars as pl
from streamlit.testing.v1 import AppTest

from data.incoming import Arrival
from data.schema import Enquiries


def cards(page: AppTest) -> list[tuple[str, str]]:
    return [(metric.label, metric.value) for metric in page.metric]


def card(page: AppTest, title: str) -> str:
    return dict(cards(page))[title]


def captions(page: AppTest) -> list[str]:
    return [caption.value for caption in page.caption]


def banner(page: AppTest) -> str:
    """Read the line that names the marking, the review and the days."""
    return page.markdown[0].value


def tables(page: AppTest) -> list[pl.DataFrame]:
    return [pl.from_pandas(frame.value) for frame in page.dataframe]


def headings(page: AppTest) -> list[int]:
    """Levels of the headings in the order they are read."""
    return [int(element.tag[1]) for element in page.main if element.type in ("title", "header", "subheader")]


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
