"""Headlines: what we have said and may say, for the press: the releases that stand, and nothing else."""

import streamlit as st

from pages.parts.headlines import figures, history, standing
from pages.parts.opening import current_source
from pages.parts.press import taking
from pages.parts.press.bridging import between
from pages.parts.press.service import Press

source = current_source()
public = Press(source).public()
if not public:
    st.info(standing.NOTHING)
    st.stop()
last = standing.last(public)
if last is None:
    st.header(standing.ALL_WITHDRAWN)
    standing.warn(public, source.terms)
else:
    heading = st.container()
    compared = standing.ask(standing.others(public, last), source.terms)
    bridged = between(source, compared.told, last.told) if compared else []
    with heading:
        st.header(standing.answer(last, compared, bridged, source.terms))
        st.markdown(standing.about(last))
        standing.warn(public, source.terms)
    figures.draw(source, last, compared, bridged)
    figures.also(source, standing.missing(public, last))
    taking.offer_release(Press(source), last.release, key="take")
history.draw(public, source.terms)
