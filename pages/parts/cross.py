"""The dimension that a reader wants a figure split by."""

import streamlit as st

from metrics.dimensions import Dimension
from pages.parts.source import View


def asked_dimension(view: View, label: str, *, key: str) -> Dimension | None:
    """Ask by which dimension of the cases to split; None where the review has none."""
    choices = {each.title: each for each in view.dimensions("cases")}
    title = st.selectbox(label, list(choices), key=key, bind="query-params") if choices else None
    return choices[title] if title else None
