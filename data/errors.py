"""What went wrong, in one sentence that says what, where and what to do."""


class UserError(Exception):
    """A mistake in a file, a setting or a command that the person at the keyboard can mend.

    `str(fault)` is one plain sentence. It never carries a personal value.
    """
