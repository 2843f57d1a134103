"""What pages/framework.py uses of Streamlit that Streamlit does not promise: each must be there."""

import ast
import importlib
from pathlib import Path

import pytest
import streamlit

FRAMEWORK = Path(__file__).parents[1] / "pages" / "framework.py"
IMPORTED = {
    "streamlit.auth_util": {"encode_provider_token", "get_cookie_with_chunks"},
    "streamlit.cursor": {"Cursor"},
    "streamlit.delta_generator": {"DeltaGenerator"},
    "streamlit.proto.BackMsg_pb2": {"BackMsg"},
    "streamlit.proto.Block_pb2": {"Block"},
    "streamlit.proto.ForwardMsg_pb2": {"ForwardMsg"},
    "streamlit.proto.Markdown_pb2": {"Markdown"},
    "streamlit.runtime.app_session": {"AppSession"},
    "streamlit.runtime.runtime": {"Runtime"},
    "streamlit.runtime.runtime_util": {"serialize_forward_msg"},
    "streamlit.runtime.scriptrunner": {"ScriptRunnerEvent", "StopException"},
    "streamlit.runtime.scriptrunner_utils.script_run_context": {"get_script_run_ctx"},
    "streamlit.runtime.uploaded_file_manager": {"UploadedFile"},
    "streamlit.util": {"calc_hash"},
    "streamlit.web.server.server_util": {"get_cookie_secret"},
    "streamlit.web.server.starlette.starlette_app_utils": {"decode_signed_value"},
    "streamlit.web.server.starlette.starlette_server_config": {"USER_COOKIE_NAME"},
}
# Class: its members, as fields, methods or attributes that are set when one is made.
MEMBERS = {
    ("streamlit.cursor", "Cursor"): {"_transient_elements", "transient_elements"},
    ("streamlit.delta_generator", "DeltaGenerator"): {
        "_block", "_cursor", "_enqueue", "_form_data", "_parent", "_provided_cursor",
    },
    ("streamlit.runtime.app_session", "AppSession"): {
        "_call_soon_on_event_loop", "_event_loop", "_handle_scriptrunner_event_on_event_loop",
        "_on_scriptrunner_event",
    },
    ("streamlit.runtime.runtime", "AsyncObjects"): {"eventloop", "need_send_data"},
    ("streamlit.runtime.runtime", "Runtime"): {"_enqueued_some_message", "_get_async_objs"},
    ("streamlit.runtime.scriptrunner", "ScriptRunnerEvent"): {"ENQUEUE_FORWARD_MSG"},
    ("streamlit.runtime.scriptrunner_utils.script_run_context", "ScriptRunContext"): {
        "cursors", "is_history_navigation", "pages_manager", "yield_check",
    },
    ("streamlit.runtime.pages_manager", "PagesManager"): {"intended_page_name", "intended_page_script_hash"},
    ("streamlit.runtime.uploaded_file_manager", "UploadedFile"): {"file_id", "getvalue"},
}  # fmt: skip
FIELDS = {
    "BackMsg": {"type"},
    "Block": {"type"},
    "ForwardMsg": {"auth_redirect", "file_urls_response"},
    "Markdown": {"body", "element_type"},
}


def lacking(module: str, name: str) -> str:
    return (
        f"Streamlit {streamlit.__version__} has no {name} in {module}, which pages/framework.py uses: find what "
        "takes its place, or keep the version in requirements.txt."
    )


def member_names(owner: type) -> set[str]:
    # What is no class of Python's own making, as a named tuple, has no code in which it is begun.
    begun = getattr(owner.__init__, "__code__", None)
    return {*dir(owner), *getattr(owner, "__annotations__", {}), *(begun.co_names if begun else ())}


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, names in IMPORTED.items() for n in sorted(names)])
def test_streamlit_has_what_is_imported_from_it(module, name):
    try:
        there = hasattr(importlib.import_module(module), name)
    except ImportError:
        there = False
    assert there, lacking(module, name)


@pytest.mark.parametrize(("module", "owner"), MEMBERS)
def test_streamlits_classes_have_the_members_that_are_used(module, owner):
    class_ = getattr(importlib.import_module(module), owner, None)
    assert class_ is not None, lacking(module, owner)
    for name in sorted(MEMBERS[module, owner] - member_names(class_)):
        pytest.fail(lacking(module, f"{owner}.{name}"))


@pytest.mark.parametrize("message", FIELDS)
def test_streamlits_messages_have_the_fields_that_are_used(message):
    module = f"streamlit.proto.{message}_pb2"
    described = getattr(importlib.import_module(module), message).DESCRIPTOR
    there = {*described.fields_by_name, *described.oneofs_by_name}
    for name in sorted(FIELDS[message] - there):
        pytest.fail(lacking(module, f"{message}.{name}"))


def test_the_list_is_what_the_module_imports():
    imported = {
        node.module: {name.name for name in node.names}
        for node in ast.parse(FRAMEWORK.read_text()).body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("streamlit.")
    }
    assert imported == IMPORTED
