"""What the dashboard itself offers to be sent, held against what was published as any draft is."""

from access.roles import Role
from access.services import services_of
from service.releases import statement_check
from service.view import open_source


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
    releases, day = statement_check.published(source), statement_check.today(source)
    assert day == max(source.last_day, *(each.day for each in releases))
    lines = list(dict.fromkeys(each for block in blocks for each in block.splitlines()))
    assert len(lines) > 2 * len(names)
    found = {line: statement_check.checked(source, line, day, releases) for line in lines}
    wrong = [
        (line, each.text, str(each.mark))
        for line, checked in found.items()
        for each in (*checked.claims, *checked.cross_checks)
        if each.wrong
    ]
    assert wrong == []
