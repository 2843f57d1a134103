"""The front door: starts the dashboard, or hands its ASGI application to a server."""

import gc
import os
import socket
import sys

import streamlit as st

from data.errors import UserError
from pages.shell.app_setup import guarded, print_address, start_inbox

PORTS = range(1024, 65_536)

try:
    app = st.App("pages/main.py", **guarded())
except UserError as fault:
    sys.exit(str(fault))

if __name__ == "__main__":
    port = os.environ.get("CANDOUR_PORT", "8501")
    if not port.isascii() or not port.isdigit() or int(port) not in PORTS:
        sys.exit(f"CANDOUR_PORT is {port!r}; it must be a number from {PORTS[0]} to {PORTS[-1]}.")
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", int(port))) == 0:
            sys.exit(f"Port {port} is taken, perhaps by Candour itself; set CANDOUR_PORT to another number.")
    print_address(int(port))
    start_inbox()
    # Start-up objects live as long as the server: the collector need not look at them again.
    gc.freeze()
    app.run(config={"server.port": int(port)})
