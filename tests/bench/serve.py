"""Serve Candour, or an empty page, for the benchmark: `python -m tests.bench.serve candour 8600 shipped`."""

import gc
import os
import sys
import threading
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[2]
EMPTY = Path(__file__).with_name("empty.py")


def main() -> None:
    what, port, settings = sys.argv[1:]
    threading.Thread(target=_end_with_bench, daemon=True).start()
    if what == "candour":
        from dashboard import app

        launcher = ROOT / "dashboard.py"
    else:
        app, launcher = st.App(EMPTY), EMPTY
    sys.argv = [str(launcher)]
    config: dict[str, object] = {"server.port": int(port)}
    if settings == "default":
        config["runner.postScriptGC"] = True
    if what == "candour" or settings == "shipped":
        # As dashboard.py does when it is started; an empty page at default settings does not.
        gc.freeze()
    app.run(config=config)


def _end_with_bench() -> None:
    """End when the benchmark does, however that ends: it holds the other end of the standard input."""
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
