import pytest

from access.services import LASTS, MOST, Tickets


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tickets(clock):
    return Tickets(now=clock)


def test_a_ticket_brings_back_what_was_asked_for(tickets):
    asked = {"export": "figures"}
    assert tickets.find(tickets.issue("mine", asked), "mine") is asked


def test_no_two_tickets_are_alike_and_none_can_be_guessed(tickets):
    issued = {tickets.issue("mine", number) for number in range(500)}
    assert len(issued) == 500
    assert all(len(ticket) >= 32 for ticket in issued)


def test_unknown_too_old_and_another_visits_are_the_same_answer(tickets, clock):
    ticket = tickets.issue("mine", "asked")
    assert tickets.find("x" * 32, "mine") is None
    assert tickets.find("x" * 32, "") is None
    assert tickets.find(ticket, "yours") is None
    clock.now += LASTS - 0.001
    assert tickets.find(ticket, "mine") == "asked"
    clock.now += 0.001
    assert tickets.find(ticket, "mine") is None


def test_old_tickets_are_not_kept(tickets, clock):
    tickets.issue("mine", "asked")
    clock.now += LASTS
    tickets.issue("mine", "asked again")
    assert len(tickets.requests) == 1


def test_the_oldest_make_way_where_too_many_are_asked_for(tickets):
    first, *_, last = [tickets.issue("mine", number) for number in range(MOST + 1)]
    assert tickets.find(first, "mine") is None
    assert tickets.find(last, "mine") == MOST
    assert len(tickets.requests) == MOST
