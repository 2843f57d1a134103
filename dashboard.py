"""The front door: starts the dashboard, or hands its ASGI application to a server."""

import gc
import logging
import os

import streamlit as st


def say_what_happened(error: Exception) -> bool:
    """Write the error to the server's log, and give the reader a message with a way on."""
    logging.getLogger("candour").error("A page failed.", exc_info=error)
    st.error(
        "This page could not be shown. Nothing has been changed or lost. Reload the page; if it "
        "happens again, tell whoever runs Candour the time and the page's address."
    )
    return True


app = st.App("pages/main.py", on_script_error=say_what_happened)

if __name__ == "__main__":
    # Start-up objects live as long as the server: the collector need not look at them again.
    gc.freeze()
    app.run(config={"server.port": int(os.environ.get("CANDOUR_PORT", "8501"))})
