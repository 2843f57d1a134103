import logging
from logging.handlers import SysLogHandler
from pathlib import Path

from data.record import LOG

SOCKET = Path("/dev/log")


def keep_journal(socket: Path = SOCKET, *, otherwise: logging.Handler | None = None) -> None:
    """Send the heads of the record to the system's journal from now on.

    otherwise: where they go on a system without one; nowhere if it is not given.
    """
    if LOG.handlers:
        return
    if socket.is_socket():
        handler: logging.Handler = SysLogHandler(str(socket), SysLogHandler.LOG_AUTHPRIV)
        handler.setFormatter(logging.Formatter("candour: %(message)s"))
    elif otherwise is not None:
        handler = otherwise
    else:
        return
    LOG.addHandler(handler)
    # Without a level of its own the logger passes on warnings only.
    LOG.setLevel(logging.INFO)
