"""What Streamlit draws as Markdown without being asked to, drawn as words.

Headings, captions, labels and help say what a review's terms, mappings and people wrote. They are escaped
here, once, on their way to the browser. `st.markdown`, alerts, expanders and page links stay Markdown: who
writes to one escapes each part that somebody else wrote, with `plain`.
"""

from functools import wraps
from typing import Any

from google.protobuf.message import Message
from streamlit.delta_generator import DeltaGenerator
from streamlit.proto.Block_pb2 import Block
from streamlit.proto.Markdown_pb2 import Markdown

from service.markdown import plain

LABELLED = ("label", "help", "title")
# Their labels are written by us, with marks of ours in them.
MARKED = ("expandable", "page_link", "alert")


def draw_as_words() -> None:
    """Escape what is sent to every browser from now on; once is enough for a process."""
    for name, escaping in (("_enqueue", _escaping_element), ("_block", _escaping_block)):
        method = getattr(DeltaGenerator, name)
        if not hasattr(method, "__wrapped__"):
            setattr(DeltaGenerator, name, escaping(method))


# The arguments are called as Streamlit calls them: it passes some by name.
def _escaping_element(enqueue: Any) -> Any:  # noqa: ANN401  # Streamlit's own method
    @wraps(enqueue)
    def escaped(dg: DeltaGenerator, delta_type: str, element_proto: Message, *args: Any, **how: Any) -> Any:  # noqa: ANN401
        escape(delta_type, element_proto)
        return enqueue(dg, delta_type, element_proto, *args, **how)

    return escaped


def _escaping_block(block: Any) -> Any:  # noqa: ANN401  # Streamlit's own method
    @wraps(block)
    def escaped(dg: DeltaGenerator, block_proto: Block | None = None, *args: Any, **how: Any) -> Any:  # noqa: ANN401
        if block_proto is not None and (kind := block_proto.WhichOneof("type")):
            escape(kind, getattr(block_proto, kind))
        return block(dg, block_proto, *args, **how)

    return escaped


def escape(kind: str, element: Message) -> None:
    texts = [name for name in LABELLED if name != "label" or kind not in MARKED]
    caption = isinstance(element, Markdown) and element.element_type == Markdown.Type.CAPTION
    if kind == "heading" or caption:
        texts.append("body")
    fields = element.DESCRIPTOR.fields_by_name
    for name in texts:
        if name in fields and (words := getattr(element, name)):
            setattr(element, name, plain(words, lines=True))
