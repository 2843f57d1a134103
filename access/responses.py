from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, Response
from starlette.types import Message, Send

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
    """The headers of every response. scripts: digests of the inline ones allowed.

    host: where the browser may open its websocket. secure: whether it comes by https, and must go on to.
    """

    scripts: tuple[str, ...] = ()
    host: str = ""
    secure: bool = False

    def headers(self, *, lasting: bool = False) -> dict[str, str]:
        socket = f" {'wss' if self.secure else 'ws'}://{self.host}" if self.host else ""
        policy = _POLICY.format(scripts="".join(f" '{script}'" for script in self.scripts), socket=socket)
        headers = _ALWAYS | {"content-security-policy": policy}
        if self.secure:
            headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        return headers if lasting else headers | {"cache-control": "no-store"}

    def over(self, send: Send, *more: tuple[bytes, bytes], lasting: bool = False) -> Send:
        """Return a `send` that adds them and `more`; a browser may store only what is `lasting`."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.lower(), value) for name, value in (*message.get("headers", ()), *more)]
                headers = MutableHeaders(raw=[(name, self._held(name, value)) for name, value in own])
                headers.update(self.headers(lasting=lasting and message["status"] in (200, 206, 304)))
                message = {**message, "headers": headers.raw}
            await send(message)

        return sent

    def _held(self, name: bytes, value: bytes) -> bytes:
        # A cookie that the framework sets is held to https like our own.
        bare = self.secure and name == b"set-cookie" and b"; secure" not in value.lower()
        return value + b"; Secure" if bare else value


def cookie(name: str, value: str, *, secure: bool, seconds: int | None = None) -> tuple[bytes, bytes]:
    """Return the header that sets a cookie which no script can read; 0 seconds take it away."""
    age = "" if seconds is None else f"; Max-Age={seconds}"
    text = f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}{age}"
    return b"set-cookie", text.encode()


_PAGE = Template(Path(__file__).with_name("notice.html").read_text(encoding="utf-8"))


def say(status: int, title: str, *sentences: str, link: tuple[str, str] | None = None) -> Response:
    body = [f"<p>{escape(sentence)}</p>" for sentence in sentences]
    if link is not None:
        address, words = link
        body.append(f'<p><a class="button" href="{escape(address)}">{escape(words)}</a></p>')
    return page(status, title, "\n".join(body))


def page(status: int, title: str, body: str) -> Response:
    """body: HTML."""
    return HTMLResponse(_PAGE.substitute(title=escape(title), body=body), status)


def crossed() -> Response:
    return say(403, "Not from another site", "Open Candour itself, and do this there.", link=("/", "Open"))
