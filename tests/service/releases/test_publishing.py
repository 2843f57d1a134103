"""What is written of a release is written for the role held at that moment, not at the beginning of the run."""

import pytest

from access.roles import Role
from access.services import services_of
from access.visit import Refused
from data.publishing.content import Bound
from service.releases import publishing
from service.releases.publishing import Press
from service.view import open_source
from tests.service.releases.test_checklist import draft


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
