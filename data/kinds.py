from enum import StrEnum


class Kind(StrEnum):
    """Those of section 62 of the Data Protection Act 2018, and the coming and going; nothing erases yet."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    ADMINISTRATION = "administration"


class Outcome(StrEnum):
    ALLOWED = "allowed"
    REFUSED = "refused"
    FAILED = "failed"
