from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Protocol:
    """How the gate reads and writes what passes between the browser and the framework behind it.

    kind: of a message from the browser, empty if it cannot be read. uploads: the addresses, in a message to
    the browser, to which a document may be sent. leave: the message that sends the browser to an address.
    claims: the provider's, from the cookies that the framework would have set, or None. sign_in: where it
    begins. scripts: digests of the inline scripts of the framework's own page.
    """

    kind: Callable[[bytes], str]
    uploads: Callable[[bytes], tuple[str, ...]]
    leave: Callable[[str], bytes]
    claims: Callable[[Mapping[str, str]], dict[str, object] | None]
    sign_in: Callable[[], str]
    scripts: tuple[str, ...]
