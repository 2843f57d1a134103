"""The child that parses foreign files, forked from a process that has imported what it needs.

A child of its own takes half a second to import it. What it parses, its limits and its end are the same; tests of
how it is started, and of what it knows, start it as Candour does.
"""

import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).parents[3]
CHILD = str(ROOT / "data" / "intake" / "child.py")
LONGEST = 1 << 16


@contextmanager
def forking() -> Iterator[SimpleNamespace]:
    """What stands for `subprocess` where the child is started."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-I", __file__]
    with subprocess.Popen(command, stdin=theirs, cwd=ROOT) as process, ours:
        theirs.close()

        def run(command: list[str], *, check: bool, timeout: float, **settings: Any) -> object:
            if command[1:3] != ["-I", CHILD]:
                return subprocess.run(command, check=check, timeout=timeout, **settings)
            ended, to_child = os.pipe()
            files = [*(settings[name].fileno() for name in ("stdin", "stdout", "stderr")), to_child]
            asked = [command[2:], str(settings["cwd"]), settings["env"]]
            with os.fdopen(ended, "rb") as end:
                socket.send_fds(ours, [json.dumps(asked).encode()], files)
                os.close(to_child)
                if not select.select([end], [], [], timeout)[0]:
                    raise subprocess.TimeoutExpired(command, timeout)
                return subprocess.CompletedProcess(command, int(end.read()))

        try:
            yield SimpleNamespace(run=run, TimeoutExpired=subprocess.TimeoutExpired)
        finally:
            process.terminate()


def serve() -> None:
    """Fork a child for each request, and hand back how it ended."""
    from data.intake import child, columnar_child, workbook_child

    assert columnar_child.TASKS.keys() | workbook_child.TASKS.keys()
    requests = socket.socket(fileno=os.dup(0))
    while True:
        message, files, _, _ = socket.recv_fds(requests, LONGEST, 4)
        if not message:
            return
        if os.fork() == 0:
            _watched(child, json.loads(message), files)
        for file in files:
            os.close(file)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def _watched(child: Any, asked: list[Any], files: list[int]) -> None:
    if (forked := os.fork()) == 0:
        _work(child, asked, files)
    code = os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1])
    os.write(files[3], str(code).encode())
    os._exit(0)


def _work(child: Any, asked: list[Any], files: list[int]) -> None:
    sys.argv, folder, known = asked
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(known, POLARS_MAX_THREADS="1")
    for place, file in enumerate(files[:3]):
        os.dup2(file, place)
    os.closerange(3, 256)
    code = 1
    try:
        child.main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001  # as Python itself does at its end
        sys.excepthook(*sys.exc_info())
    finally:
        with suppress(OSError):
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    # As the child itself does.
    sys.modules["numpy"] = None  # pyright: ignore[reportArgumentType]
    os.environ["POLARS_MAX_THREADS"] = "1"
    sys.path.append(str(ROOT))
    serve()
