"""What is written of a release, for the role held at that moment; and the check of a draft."""

import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.publishing.content import Bound
from service.releases import publishing
from service.releases.publishing import Press
from service.view import open_source
from tests.service.releases.test_drafting import draft


def test_nobody_submits_whose_role_was_changed_while_the_figures_were_counted(folder, monkeypatch):
    monkeypatch.setenv("CANDOUR_REVIEW", str(folder))
    services, run = services_of(folder), object()
    token = services.welcome("writer", (Role.ANALYST, Role.AUDITOR), "test")
    press = Press(open_source(services.visit(token, lambda: run), "M"))
    release = press.draft(draft(Bound(figure="failures")))
    steps, count = len(release.steps), publishing.count_draft

    def count_while_the_role_changes(*arguments):
        made = count(*arguments)
        services.sessions.assume(services.visit(token).session, Role.AUDITOR)
        return made

    monkeypatch.setattr(publishing, "count_draft", count_while_the_role_changes)
    with pytest.raises(Refused):
        press.submit(release.id, seen=steps)
    assert len(press._releases.find(release.id).steps) == steps


def test_no_line_of_headlines_is_found_fault_with(app, demonstration):
    names = app("headlines", role=Role.PRESS_OFFICER).segmented_control(key="of").options
    blocks = [
        block.value
        for name in names
        for block in app("headlines", role=Role.PRESS_OFFICER, of=name).code
        if not block.value.startswith("None?")  # the address to share
    ]
    desk = services_of(demonstration.folder)
    source = open_source(desk.visit(desk.welcome("press", (Role.PRESS_OFFICER,), "test")), "lines")
    press = Press(source)
    releases, day = press.comparable(), press.today
    assert day == max(source.last_day, *(each.day for each in releases))
    lines = list(dict.fromkeys(each for block in blocks for each in block.splitlines()))
    assert len(lines) > 2 * len(names)
    found = {line: press.check(line, day, releases) for line in lines}
    wrong = [
        (line, each.text, str(each.mark))
        for line, checked in found.items()
        for each in (*checked.claims, *checked.cross_checks)
        if each.wrong
    ]
    assert wrong == []
