"""What a page, a file or a command asks for, without Streamlit."""
