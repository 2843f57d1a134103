"""What is raised where a file is not what was asked for."""

from data.errors import UserError


class NotAsAsked(UserError):
    """A finished file differs from what was asked to leave, or holds something more."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The file that was made is not what was asked for ({where}), so it was not sent: ask again, and "
            "if it happens again tell whoever runs Candour."
        )


def must(as_asked: object, where: str) -> None:
    """Refuse the file unless it is as asked.

    Raises:
        NotAsAsked: it is not; `where` says in which part, and never with which value.
    """
    if not as_asked:
        raise NotAsAsked(where)
