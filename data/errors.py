class UserError(Exception):
    """A mistake that the person at the keyboard can mend, in one sentence without a personal value."""
