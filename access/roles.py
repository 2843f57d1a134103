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
    SEND_EXTRACTS = "sending of extracts"
    DEFINITIONS = "definitions"
    RELEASES = "releases"
    DRAFT_RELEASES = "drafts of releases"
    APPROVE_RELEASES = "approval of releases"
    STATEMENTS = "statements made elsewhere"
    NOTES = "writing of notes"
    DECISIONS = "taking of decisions"
    SMALL_NUMBERS = "decisions on small numbers"
    RECORD = "the record"
    EXPORT_FIGURES = "export of figures"
    EXPORT_CASE_ROWS = "export of case rows"
    EXPORT_RECORD = "export of the record"


_MAY: dict[Permission, tuple[Role, ...]] = {
    Permission.FIGURES: (Role.CHIEF_OFFICER, Role.ANALYST, Role.RELEASE_APPROVER),
    Permission.CASE_ROWS: (Role.CHIEF_OFFICER, Role.ANALYST, Role.DATA_STEWARD),
    Permission.REVIEWER_NAMES: (Role.CHIEF_OFFICER, Role.DATA_STEWARD),
    Permission.LOADS: (Role.CHIEF_OFFICER, Role.ANALYST, Role.RELEASE_APPROVER, Role.DATA_STEWARD),
    Permission.SEND_EXTRACTS: (Role.DATA_STEWARD,),
    Permission.DEFINITIONS: tuple(Role),
    Permission.RELEASES: (Role.CHIEF_OFFICER, Role.ANALYST, Role.PRESS_OFFICER, Role.RELEASE_APPROVER),
    Permission.DRAFT_RELEASES: (Role.ANALYST,),
    Permission.APPROVE_RELEASES: (Role.RELEASE_APPROVER,),
    Permission.STATEMENTS: (Role.ANALYST, Role.PRESS_OFFICER),
    Permission.NOTES: (Role.ANALYST,),
    Permission.DECISIONS: (Role.CHIEF_OFFICER, Role.ANALYST),
    Permission.SMALL_NUMBERS: (Role.CHIEF_OFFICER,),
    Permission.RECORD: (Role.AUDITOR,),
    Permission.EXPORT_FIGURES: (Role.CHIEF_OFFICER, Role.ANALYST),
    Permission.EXPORT_CASE_ROWS: (Role.ANALYST, Role.DATA_STEWARD),
    Permission.EXPORT_RECORD: (Role.AUDITOR,),
}


OF_ROWS = frozenset({
    Permission.CASE_ROWS, Permission.EXPORT_CASE_ROWS, Permission.REVIEWER_NAMES, Permission.LOADS,
    Permission.SEND_EXTRACTS,
})  # fmt: skip
"""What nobody may do in a nation, for rows stay with each force."""


def permitted(role: Role, permission: Permission) -> bool:
    return role in _MAY[permission]
