"""What every answer says to the browser about how it may be used."""

from collections.abc import Iterable, Sequence

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


def secured(headers: Iterable[tuple[bytes, bytes]], added: dict[str, str], *, secure: bool) -> Headers:
    """Return an answer's headers with `added` in the place of its own, and every cookie kept to https."""
    kept = [
        (name, _kept_to_https(value) if secure and name.lower() == b"set-cookie" else value)
        for name, value in headers
        if name.lower().decode() not in added
    ]
    return kept + [(name.encode(), value.encode()) for name, value in added.items()]


def protections(host: str, scripts: Sequence[str], *, secure: bool, lasting: bool) -> dict[str, str]:
    """Return the headers of every answer.

    host: where the browser may open its websocket. scripts: digests of the inline scripts allowed.
    lasting: whether the browser may keep the answer; only Streamlit's own assets may be kept.
    """
    socket = f" {'wss' if secure else 'ws'}://{host}"
    policy = _POLICY.format(scripts="".join(f" '{each}'" for each in scripts), socket=socket)
    found = _ALWAYS | {"content-security-policy": policy}
    if secure:
        found["strict-transport-security"] = "max-age=63072000; includeSubDomains"
    return found if lasting else found | {"cache-control": "no-store"}


def cookie(name: str, value: str, *, secure: bool, seconds: int | None = None) -> tuple[bytes, bytes]:
    """Return the header that sets a cookie which no script can read; 0 seconds take it away."""
    parts = [f"{name}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if secure:
        parts.append("Secure")
    if seconds is not None:
        parts.append(f"Max-Age={seconds}")
    return b"set-cookie", "; ".join(parts).encode()


def _kept_to_https(value: bytes) -> bytes:
    return value if b"; secure" in value.lower() else value + b"; Secure"
