"""Who may do what: one table, read by the navigation, the service, the export door and the tests."""

from enum import StrEnum


class Role(StrEnum):
    CHIEF_OFFICER = "chief officer"
    ANALYST = "analyst"
    PRESS_OFFICER = "press officer"
    RELEASE_APPROVER = "release approver"
    DATA_STEWARD = "data steward"
    AUDITOR = "auditor"


class Permission(StrEnum):
    FIGURES = "figures"
    CASE_ROWS = "case rows"
    REVIEWER_NAMES = "names of reviewers"
    LOADS = "loads"
    DEFINITIONS = "definitions"
    RELEASES = "releases"
    DRAFT_RELEASES = "drafts of releases"
    APPROVE_RELEASES = "approval of releases"
    STATEMENTS = "statements made elsewhere"
    SMALL_NUMBERS = "decisions on small numbers"
    RECORD = "the record"
    EXPORT_FIGURES = "export of figures"
    EXPORT_CASE_ROWS = "export of case rows"
    EXPORT_RECORD = "export of the record"


_MAY = Permission

PERMITTED: dict[Role, frozenset[Permission]] = {
    Role.CHIEF_OFFICER: frozenset(
        {
            _MAY.FIGURES,
            _MAY.CASE_ROWS,
            _MAY.REVIEWER_NAMES,
            _MAY.LOADS,
            _MAY.DEFINITIONS,
            _MAY.RELEASES,
            _MAY.SMALL_NUMBERS,
            _MAY.EXPORT_FIGURES,
        }
    ),
    Role.ANALYST: frozenset(
        {
            _MAY.FIGURES,
            _MAY.CASE_ROWS,
            _MAY.LOADS,
            _MAY.DEFINITIONS,
            _MAY.RELEASES,
            _MAY.DRAFT_RELEASES,
            _MAY.STATEMENTS,
            _MAY.EXPORT_FIGURES,
            _MAY.EXPORT_CASE_ROWS,
        }
    ),
    Role.PRESS_OFFICER: frozenset({_MAY.DEFINITIONS, _MAY.RELEASES, _MAY.STATEMENTS}),
    Role.RELEASE_APPROVER: frozenset(
        {_MAY.FIGURES, _MAY.LOADS, _MAY.DEFINITIONS, _MAY.RELEASES, _MAY.APPROVE_RELEASES}
    ),
    Role.DATA_STEWARD: frozenset(
        {_MAY.CASE_ROWS, _MAY.REVIEWER_NAMES, _MAY.LOADS, _MAY.DEFINITIONS, _MAY.EXPORT_CASE_ROWS}
    ),
    Role.AUDITOR: frozenset({_MAY.DEFINITIONS, _MAY.RECORD, _MAY.EXPORT_RECORD}),
}


def permitted(role: Role, permission: Permission) -> bool:
    return permission in PERMITTED[role]
