"""Tickets for files that leave: made for one visit, used within minutes, kept on the server."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

LASTS = 600.0
MOST = 1_000


@dataclass
class Tickets:
    now: Callable[[], float] = time.monotonic
    kept: dict[str, tuple[str, float, Any]] = field(default_factory=dict[str, tuple[str, float, Any]])
    lock: Lock = field(default_factory=Lock)

    def issue(self, digest: str, request: object) -> str:
        """Keep a request of the visit known by `digest`, and return the id that fetches it.

        The oldest make way for the newest: a reader who asks too often troubles nobody else for long.
        """
        ticket = secrets.token_urlsafe(24)
        with self.lock:
            self.kept[ticket] = (digest, self.now() + LASTS, request)
            self._clear()
        return ticket

    def find(self, ticket: str, digest: str) -> object | None:
        with self.lock:
            self._clear()
            owner, _, request = self.kept.get(ticket, ("", 0.0, None))
        return request if secrets.compare_digest(owner, digest) else None

    def _clear(self) -> None:
        now = self.now()
        for ticket in [each for each, (_, ends, _) in self.kept.items() if ends <= now]:
            del self.kept[ticket]
        while len(self.kept) > MOST:
            del self.kept[next(iter(self.kept))]
