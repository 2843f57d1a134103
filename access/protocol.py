"""What the gate must know of the framework behind it, given to it from above."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Protocol:
    """How to read and write what passes between the browser and the pages.

    kind: what a message from the browser is, empty if it cannot be read. uploads: the addresses, in a message
    to the browser, to which a document may be sent. leave: the message that sends the browser to another
    address. claims: what the provider said of the reader, from the cookies that the
    framework would have set; None if it said nothing. sign_in: where signing in begins. scripts: digests
    of the inline scripts of the framework's own page.
    """

    kind: Callable[[bytes], str]
    uploads: Callable[[bytes], tuple[str, ...]]
    leave: Callable[[str], bytes]
    claims: Callable[[Mapping[str, str]], dict[str, object] | None]
    sign_in: Callable[[], str]
    scripts: tuple[str, ...]
