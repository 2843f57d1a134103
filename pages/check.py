"""Check: a draft before the public reads it, every number of it held against what was published."""

import streamlit as st

from data.faults import Fault
from pages.parts.check import against, answer, draft, drawn
from pages.parts.opening import current_source
from pages.parts.plain import plain

source = current_source()
releases = against.published(source)
heading = st.container()
found = draft.ask(against.today(source)) if releases else None
if not releases:
    st.info("Nothing has been published yet: a draft can be checked once a release is public.")
elif found is None:
    heading.header("Paste a draft: every number in it is held against what was published.")
    st.caption(answer.how_good())
else:
    try:
        checked = against.checked(source, found.text, found.day, releases)
    except Fault as fault:
        st.error(plain(str(fault)))
    else:
        heading.header(answer.summary(checked))
        for remark in found.remarks:
            st.info(plain(remark))
        drawn.draw(checked)
        st.caption(answer.against([each for each in releases if each.day <= found.day]))
        st.caption(answer.how_good())
