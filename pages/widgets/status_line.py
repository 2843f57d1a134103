"""What a page says first, in one sentence, and the day that its changes are counted from."""

import streamlit as st

from data.formatting import short_day
from service.sentences.status import Status
from service.view import View


def draw(view: View, status: Status) -> None:
    with st.container(horizontal=True, key="status_alert" if status.attention else "status"):
        st.header(f"▲ {status.words}" if status.attention else status.words, anchor=False)
        if not view.not_compared:
            st.caption(f"Changes since {short_day(view.before.as_at)[:-5]}.")
