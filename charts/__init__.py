"""From a result of a metric to a Plotly figure: pure, no Streamlit, no SQL."""
