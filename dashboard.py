"""The front door: starts the dashboard, or hands its ASGI application to a server."""

import gc
import logging
import os
import socket
import sys

import streamlit as st

PORTS = range(1024, 65_536)


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
    port = os.environ.get("CANDOUR_PORT", "8501")
    if not port.isascii() or not port.isdigit() or int(port) not in PORTS:
        sys.exit(f"CANDOUR_PORT is {port!r}; it must be a number from {PORTS[0]} to {PORTS[-1]}.")
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", int(port))) == 0:
            sys.exit(f"Port {port} is taken, perhaps by Candour itself; set CANDOUR_PORT to another number.")
    # Start-up objects live as long as the server: the collector need not look at them again.
    gc.freeze()
    app.run(config={"server.port": int(port)})
