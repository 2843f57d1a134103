"""Which counted cells each told cell speaks of: one as a rule, several where they are told together."""

from collections import defaultdict
from collections.abc import Sequence

from data.publishing.content import Cell, Counted, PublishedCell, PublishedFigure, ReleaseInputs
from metrics.dimensions import dimension
from metrics.labels import OTHER, labelled_texts

Where = tuple[str | None, ...]


def split_by(counted: Counted, by: Sequence[str]) -> Counted:
    """Return a figure split by some of its dimensions only; a median must keep them all.

    Raises:
        ValueError: the median of groups is not made from their medians.
    """
    if tuple(by) == counted.by:
        return counted
    if counted.kind == "median":
        raise ValueError(f"{counted.figure} is a median, which does not add up")
    kept = [counted.by.index(name) for name in by]
    return together(counted, tuple(by), [tuple(cell.where[at] for at in kept) for cell in counted.cells])


def together(counted: Counted, by: tuple[str, ...], places: Sequence[Where]) -> Counted:
    """Return a figure with the cells added up that come to stand in one place.

    places: where each cell comes to stand. The places are in the order of the cells that first come there.
    """
    groups: dict[Where, list[Cell]] = defaultdict(list)
    for place, cell in zip(places, counted.cells, strict=True):
        groups[place].append(cell)
    cells = tuple(_sum(place, group) for place, group in groups.items())
    return counted.model_copy(update={"by": by, "cells": cells})


def _sum(place: Where, group: Sequence[Cell]) -> Cell:
    numerator = sum(cell.numerator for cell in group)
    some = [cell.denominator for cell in group if cell.denominator is not None]
    return Cell(where=place, numerator=numerator, denominator=sum(some) if some else None)


def labels_of(counted: Counted) -> list[tuple[str, ...]]:
    names = [
        labelled_texts(dimension(name), [cell.where[at] for cell in counted.cells])
        for at, name in enumerate(counted.by)
    ]
    return list(zip(*names, strict=True)) if names else [() for _ in counted.cells]


def behind(frozen: ReleaseInputs, told: PublishedFigure) -> Counted | None:
    """Return what a told figure was made from, split as it is told; None if the release does not hold it."""
    for counted in frozen.figures:
        if counted.figure != told.figure or not set(told.by) <= set(counted.by):
            continue
        if counted.by == told.by:
            return counted
    wider = [
        counted
        for counted in frozen.figures
        if counted.figure == told.figure and set(told.by) < set(counted.by) and counted.kind != "median"
    ]
    return split_by(wider[0], told.by) if wider else None


def grouped(counted: Counted, told: PublishedFigure) -> list[tuple[PublishedCell, Cell, tuple[Cell, ...]]]:
    said = {cell.where: cell for cell in told.cells}
    named = [[each.where[at] for each in told.cells] for at in range(len(told.by))]
    groups: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cell, label in zip(counted.cells, labels_of(counted), strict=True):
        place = tuple(word if word in named[at] else OTHER for at, word in enumerate(label))
        groups[place].append(cell)
    return [
        (said[place], _whole(place, cells), tuple(cells)) for place, cells in groups.items() if place in said
    ]


def _whole(place: tuple[str, ...], cells: Sequence[Cell]) -> Cell:
    return cells[0] if len(cells) == 1 else _sum(place, cells)
