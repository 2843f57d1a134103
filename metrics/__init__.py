"""What every figure means, in one place: pure Polars, no Streamlit, no Plotly, no SQL."""
