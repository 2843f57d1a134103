"""Headlines: what we have said and may say, for the press: the releases that stand, and nothing else."""

import streamlit as st

from pages.parts.headlines import figures, history
from pages.shell.page_start import current_source
from pages.widgets import release_export
from service.releases import current_release
from service.releases.comparison import between
from service.releases.publishing import Press

source = current_source()
public = Press(source).public()
if not public:
    st.info(current_release.NOTHING)
    st.stop()
last = current_release.last(public)
if last is None:
    st.header(current_release.ALL_WITHDRAWN)
    figures.warn(public, source.terms)
else:
    heading = st.container()
    compared = figures.ask(current_release.others(public, last), source.terms)
    bridged = between(source, compared.told, last.told) if compared else []
    with heading:
        st.header(current_release.answer(last, compared, bridged, source.terms))
        st.markdown(current_release.about(last))
        figures.warn(public, source.terms)
    figures.draw(source, last, compared, bridged)
    figures.also(source, current_release.missing(public, last))
    release_export.offer_release(Press(source), last.release, key="take")
history.draw(public, source.terms)
