"""What a page says first, and since which day it shows changes."""

import streamlit as st

from data.formatting import short_day
from service.markdown import plain
from service.sentences.status import Status
from service.view import View


def draw(view: View, status: Status) -> None:
    with st.container(horizontal=True, key="status_alert" if status.attention else "status"):
        st.header(f"{'▲ ' if status.attention else ''}{plain(status.words)}", anchor=False)
        if not view.not_compared:
            st.caption(f"Changes since {short_day(view.before.as_at)[:-5]}.")
