from collections.abc import Iterable
from dataclasses import dataclass

from starlette.types import Message, Send

Headers = list[tuple[bytes, bytes]]

# Streamlit styles its elements in place and shows pictures it has made; it needs no script but its own.
_POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'{socket}; worker-src 'self' blob:; "
    "frame-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; "
    "object-src 'none'"
)
_ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-robots-tag": "noindex, nofollow",
}


@dataclass(frozen=True)
class Protections:
    """The headers of every answer.

    scripts: digests of the inline scripts allowed. host: where the browser may open its websocket.
    secure: whether the browser comes by https, and must go on to.
    """

    scripts: tuple[str, ...] = ()
    host: str = ""
    secure: bool = False

    def headers(self, *, lasting: bool = False) -> dict[str, str]:
        socket = f" {'wss' if self.secure else 'ws'}://{self.host}" if self.host else ""
        policy = _POLICY.format(scripts="".join(f" '{each}'" for each in self.scripts), socket=socket)
        found = _ALWAYS | {"content-security-policy": policy}
        if self.secure:
            found["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        return found if lasting else found | {"cache-control": "no-store"}

    def over(self, send: Send, *more: tuple[bytes, bytes], lasting: bool = False) -> Send:
        """Return a `send` that adds them, and `more`; only what was found, and is `lasting`, may be kept."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                added = self.headers(lasting=lasting and message["status"] in (200, 206, 304))
                own = [*message.get("headers", ()), *more]
                message = {**message, "headers": _secured(own, added, secure=self.secure)}
            await send(message)

        return sent


def cookie(name: str, value: str, *, secure: bool, seconds: int | None = None) -> tuple[bytes, bytes]:
    """Return the header that sets a cookie which no script can read; 0 seconds take it away."""
    parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if secure:
        parts.append("Secure")
    if seconds is not None:
        parts.append(f"Max-Age={seconds}")
    return b"set-cookie", "; ".join(parts).encode()


def _secured(headers: Iterable[tuple[bytes, bytes]], added: dict[str, str], *, secure: bool) -> Headers:
    kept = [
        (name, _kept_to_https(value) if secure and name.lower() == b"set-cookie" else value)
        for name, value in headers
        if name.lower().decode("latin-1") not in added
    ]
    return kept + [(name.encode(), value.encode()) for name, value in added.items()]


def _kept_to_https(value: bytes) -> bytes:
    return value if b"; secure" in value.lower() else value + b"; Secure"
