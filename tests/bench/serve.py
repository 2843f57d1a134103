"""Serve Candour, or an empty page, for the benchmark: `python -m tests.bench.serve candour 8600 shipped`."""

import gc
import sys
from pathlib import Path

import streamlit as st

ROOT = Path(__file__).parents[2]
EMPTY = Path(__file__).with_name("empty.py")


def main() -> None:
    what, port, settings = sys.argv[1:]
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


if __name__ == "__main__":
    main()
