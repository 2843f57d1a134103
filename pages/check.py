"""Check: a draft before the public reads it, every number of it held against what was published."""

import streamlit as st

from data.errors import UserError
from pages.parts.check import draft, drawn
from pages.shell.page_start import current_source
from service.markdown import plain
from service.releases import statement_check
from service.sentences import check

source = current_source()
releases = statement_check.published(source)
heading = st.container()
found = draft.ask(statement_check.today(source)) if releases else None
if not releases:
    st.info("Nothing has been published yet: a draft can be checked once a release is public.")
elif found is None:
    heading.header("Paste a draft: every number in it is held against what was published.")
    st.caption(check.how_good())
else:
    try:
        checked = statement_check.checked(source, found.text, found.day, releases)
    except UserError as fault:
        st.error(plain(str(fault)))
    else:
        heading.header(check.summary(checked))
        for remark in found.remarks:
            st.info(plain(remark))
        drawn.draw(checked)
        st.caption(check.against([each for each in releases if each.day <= found.day]))
        st.caption(check.how_good())
