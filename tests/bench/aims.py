"""What is held to, and whether it holds."""

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Aim:
    """One figure that is held to: it holds while it is no more than `most`."""

    what: str
    measured: float
    most: float

    @property
    def holds(self) -> bool:
        return self.measured <= self.most


def tell(console: Console, aims: list[Aim]) -> None:
    if not aims:
        return
    table = Table(title="What is held to", title_justify="left")
    for column in ("figure", "measured", "held to"):
        table.add_column(column, justify="left" if column == "figure" else "right")
    table.add_column("")
    for aim in aims:
        table.add_row(
            aim.what, f"{aim.measured:.2f}", f"{aim.most:g}", "holds" if aim.holds else "DOES NOT HOLD"
        )
    console.print(table)
