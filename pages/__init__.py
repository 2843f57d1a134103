"""What each reader sees: the only code that draws with Streamlit."""
