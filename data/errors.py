class UserError(Exception):
    """A mistake that the person at the keyboard can mend, in one sentence without a personal value."""


class Unverified(UserError):
    """The record does not vouch for what would be shown: whoever would use it has to know."""
