"""Small numbers that are told exactly in the public interest: decided by name and reason, one at a time."""

from collections.abc import Iterator, Sequence

import streamlit as st

from access.roles import Permission
from data.formatting import written_count
from data.publishing.content import Override
from data.publishing.release import LONGEST_REASON, Release
from metrics.disclosure.rule import behind, grouped
from pages.parts.releases import memory
from service.markdown import plain
from service.releases.drafting import Made
from service.releases.publishing import Press


def draw(press: Press, loaded: Release, made: Made) -> None:
    """Show the decisions that stand and, to those who may decide, the numbers that are not told."""
    standing = [*list_standing(press, loaded, made), *press.own_decisions(loaded.id)]
    if not press.source.visit.may(Permission.SMALL_NUMBERS):
        return
    hidden = dict(_hidden(made))
    with st.expander("Tell a small number exactly, in the public interest"):
        st.caption(
            "Small numbers are not told, because somebody could be recognised by them. You may decide that "
            "one is told all the same; your name, role and reason are kept and shown to the approver."
        )
        if hidden:
            _decide(press, loaded, hidden, "Tell it exactly", "Which number?", given=True)
        else:
            st.caption("No count of this draft is held back.")
    if standing:
        with st.expander("Take such a decision back"):
            taken = {_title(made, each): each for each in standing}
            _decide(press, loaded, taken, "Take it back", "Which decision?", given=False)


def list_standing(press: Press, loaded: Release, made: Made) -> Sequence[Override]:
    """Show the decisions that stand, with who answers for each, and return them."""
    standing = press.overrides(loaded.id)
    for each in standing:
        title, who, reason = plain(_title(made, each)), plain(each.who), plain(each.reason)
        st.markdown(
            f"- **{title}** is told exactly in the public interest: decided by {who}, {each.role}. {reason}"
        )
    return standing


def _decide(
    press: Press, loaded: Release, cells: dict[str, Override], label: str, question: str, *, given: bool
) -> None:
    key = f"small_{loaded.id}_{given}"
    with st.form(key, border=False):
        chosen = st.selectbox(question, list(cells), key=f"{key}_cell")
        reason = st.text_input("Why?", key=f"{key}_reason", max_chars=LONGEST_REASON)
        if st.form_submit_button(label):
            cell = cells[str(chosen)].model_copy(update={"reason": reason or ""})

            def act() -> None:
                press.override(loaded.id, cell, given=given)

            memory.attempt(act, "Your decision is kept; the draft is counted with it.")


def _hidden(made: Made) -> Iterator[tuple[str, Override]]:
    for told in made.told.figures:
        counted = behind(made.frozen, told)
        if told.kind != "count" or counted is None:
            continue
        for said, _, cells in grouped(counted, told):
            if said.treatment != "suppressed" or len(cells) != 1:
                continue
            only = next(iter(cells))
            cell = Override(
                figure=told.figure, by=told.by, where=only.where, who="", role="", reason="", at=""
            )
            true = written_count(only.numerator)
            yield f"{_title(made, cell)}: true figure {true}, not for publication", cell


def _title(made: Made, cell: Override) -> str:
    counted = made.frozen.counted(cell.figure, cell.by)
    title = cell.figure if counted is None else counted.title
    return f"{title}, {', '.join(each or 'not recorded' for each in cell.where)}" if cell.where else title
