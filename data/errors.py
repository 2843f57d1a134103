"""What went wrong, in one sentence that says what, where and what to do."""


class UserError(Exception):
    """A mistake that the person at the keyboard can mend, in one sentence without a personal value."""
