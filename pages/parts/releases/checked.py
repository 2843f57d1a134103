"""The checklist of a draft as its author sees it."""

import streamlit as st

from data.formatting import capitalised, counted
from service.markdown import plain
from service.releases.drafting import Made


def draw(made: Made, *, reviewing: bool = False) -> None:
    """Say what stands in the way of a draft, and what a person should look at.

    reviewing: whether it has been submitted, and this is how the checklist stands by now.
    """
    of_it = "approving it, as things are now" if reviewing else "submitting it"
    if made.errors:
        found = counted(len(made.errors), "thing stands", "things stand")
        st.error(f"**{capitalised(found)} in the way of {of_it}:**{_listed(made.errors)}")
    else:
        st.success(f"Nothing stands in the way of {of_it}.")
    if made.alarms:
        found = counted(len(made.alarms), "statement", "statements")
        st.warning(
            f"**The statement check objects to {found} of the title or note.** "
            f"You can submit it; the approver confirms or overrules each.{_listed(made.alarms)}"
        )
    if made.warnings:
        found = counted(len(made.warnings), "thing", "things")
        st.warning(f"**{capitalised(found)} to look at before you do:**{_listed(made.warnings)}")


def _listed(sentences: tuple[str, ...]) -> str:
    return "".join(f"\n- {plain(each)}" for each in sentences)
