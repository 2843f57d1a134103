"""Registers of every grain, made up anew from a seed, and what a person would make of each column."""

import csv
import datetime as dt
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

NAMES = (
    "Jane Smith",
    "Ali Khan",
    "Mary O'Brien",
    "John Jones",
    "Ama Mensah",
    "Tom Brown",
    "Eva Novak",
    "Li Wei",
)
PROSE = "The person said that nobody had called back about it for some weeks, and asked why that was so."
FIRST = dt.date(2019, 1, 2)


@dataclass(frozen=True)
class Made:
    """right: the table and column that each of the file's columns feeds, none where it is left out."""

    name: str
    text: str
    right: dict[str, set[str]]
    grain: str


def _written(name: str, rows: list[dict[str, object]], right: dict[str, str], grain: str) -> Made:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return Made(name, out.getvalue(), {given: set(ours.split()) for given, ours in right.items()}, grain)


def american_cases(chance: random.Random, cases: int = 400) -> Made:
    rows: list[dict[str, object]] = []
    for n in range(cases):
        received = FIRST + dt.timedelta(days=3 * n)
        closed = received + dt.timedelta(days=chance.randint(20, 300))
        is_open = n > cases - 60
        rows.append(
            {
                "": n,
                "cr_no": f"{received.year}-{n:05d}",
                "incident_dt": f"{received - dt.timedelta(days=chance.randint(0, 40)):%m/%d/%Y}",
                "complaint_dt": f"{received:%m/%d/%Y}",
                "closed_dt": "" if is_open else f"{closed:%m/%d/%Y}",
                "beat": chance.choice([f"{n:04d}" for n in range(111, 141)]),
                "complaint_type": chance.choice(["Use of Force", "Illegal Search", "Neglect of Duty"]),
                "intake_channel": chance.choice(["Phone", "Email", "Walk-in", "Web form"]),
                "current_status": "Open" if is_open else "Closed",
                "disposition": "" if is_open else chance.choice(["SUSTAINED", "UNFOUNDED", "EXONERATED"]),
                "complainant_race": chance.choice(["B", "W", "H", "A"]),
                "complainant_dob": f"{FIRST - dt.timedelta(days=chance.randint(7000, 20000)):%m/%d/%Y}",
                "complainant_name": chance.choice(NAMES),
                "narrative": f"{PROSE} Call {n}.",
            }
        )
    right = {
        "": "", "cr_no": "applications.application_ref findings.finding_ref findings.application_ref",
        "incident_dt": "", "complaint_dt": "applications.received_on", "closed_dt": "applications.closed_on",
        "beat": "applications.area", "complaint_type": "applications.category",
        "intake_channel": "applications.route", "current_status": "applications.status",
        "disposition": "findings.final", "complainant_race": "", "complainant_dob": "", "complainant_name": "",
        "narrative": "",
    }  # fmt: skip
    return _written("complaints.csv", rows, right, "One row for each complaint: 400 rows.")


def british_cases(chance: random.Random, cases: int = 300) -> Made:
    rows: list[dict[str, object]] = []
    for n in range(cases):
        received = FIRST + dt.timedelta(days=2 * n)
        closed = received + dt.timedelta(days=chance.randint(5, 120))
        is_open = n > cases - 40
        rows.append(
            {
                "Reference": f"CMP/{received:%y}/{n:04d}",
                "Date Logged": f"{received:%d %B %Y}",
                "Date Resolved": "" if is_open else f"{closed:%d %B %Y}",
                "Ward": chance.choice(["Abbey Road", "Castle", "St Mary's", "Park View", "Riverside"]),
                "Nature of Complaint": chance.choice(["Damp", "Noise", "Repairs", "Staff conduct"]),
                "How Received": chance.choice(["Letter", "Telephone", "In person", "Online"]),
                "State": "Being looked at" if is_open else "Closed",
                "Outcome": "" if is_open else chance.choice(["Upheld", "Partly upheld", "Not upheld"]),
                "Complainant": chance.choice(NAMES),
                "Email": f"p{n}@example.org",
                "Summary": f"{PROSE} Letter {n}.",
            }
        )
    right = {
        "Reference": "applications.application_ref findings.finding_ref findings.application_ref",
        "Date Logged": "applications.received_on", "Date Resolved": "applications.closed_on",
        "Ward": "applications.area", "Nature of Complaint": "applications.category",
        "How Received": "applications.route", "State": "applications.status", "Outcome": "findings.final",
        "Complainant": "", "Email": "", "Summary": "",
    }  # fmt: skip
    return _written("complaints 2019.csv", rows, right, "One row for each complaint: 300 rows.")


def officers(chance: random.Random, cases: int = 300) -> Made:
    rows: list[dict[str, object]] = []
    for n in range(cases):
        received = FIRST + dt.timedelta(days=2 * n)
        closed = received + dt.timedelta(days=chance.randint(20, 300))
        of_case = {
            "case_id": f"IA{n:06d}",
            "received": f"{received}",
            "completed": f"{closed}",
            "district": chance.choice(["D1", "D2", "D3", "D4"]),
            "classification": chance.choice(["Force", "Courtesy", "Arrest", "Conduct"]),
        }
        rows += [
            of_case
            | {
                "officer_badge": f"B{badge}",
                "officer_name": chance.choice(NAMES),
                "officer_rank": chance.choice(["PO", "SGT", "LT"]),
                "finding": chance.choice(["Sustained", "Not sustained", "Unfounded", "Exonerated"]),
            }
            for badge in chance.sample(range(1000, 1180), chance.choice([1, 1, 2, 3]))
        ]
    right = {
        "case_id": "applications.application_ref findings.finding_ref findings.application_ref",
        "received": "applications.received_on", "completed": "applications.closed_on",
        "district": "applications.area", "classification": "applications.category",
        "officer_badge": "", "officer_name": "", "officer_rank": "",
        "finding": "findings.final",
    }  # fmt: skip
    grain = f"One row for each case and officer badge: {len(rows)} rows for {cases} cases."
    return _written("internal affairs.csv", rows, right, grain)


def allegations(chance: random.Random, cases: int = 300) -> Made:
    rows: list[dict[str, object]] = []
    for n in range(cases):
        received = FIRST + dt.timedelta(days=2 * n)
        for _ in range(chance.choice([1, 1, 2, 3])):
            decided = received + dt.timedelta(days=chance.randint(20, 300))
            rows.append(
                {
                    "Allegation ID": f"AL-{len(rows):05d}",
                    "Complaint No.": f"C{n:05d}",
                    "Received": f"{received:%d-%b-%Y}",
                    "Borough": ("Ashton", "Barton", "Carlow")[n % 3],
                    "Allegation": chance.choice(
                        ["Incivility", "Other assault", "Lack of fairness", "Neglect"]
                    ),
                    "Recommended Finding": chance.choice(["Upheld", "Not upheld"]),
                    "Final Finding": chance.choice(["Upheld", "Not upheld"]),
                    "Date Decided": f"{decided:%d-%b-%Y}",
                    "Investigator": f"INV{chance.randint(1, 9)}",
                }
            )
    right = {
        "Allegation ID": "allegations.allegation_ref findings.allegation_ref findings.finding_ref",
        "Complaint No.": "applications.application_ref allegations.application_ref findings.application_ref",
        "Received": "applications.received_on", "Borough": "applications.area",
        "Allegation": "allegations.category", "Recommended Finding": "findings.recommended",
        "Final Finding": "findings.final", "Date Decided": "findings.final_on",
        "Investigator": "findings.investigator_ref",
    }  # fmt: skip
    grain = f"One row for each complaint and allegation: {len(rows)} rows for {cases} complaints."
    return _written("allegations.csv", rows, right, grain)


def events(chance: random.Random, cases: int = 300) -> Made:
    rows: list[dict[str, object]] = []
    for n in range(cases):
        day = FIRST + dt.timedelta(days=2 * n)
        for step in ("Received", "Assigned", "Investigated", "Closed")[: chance.randint(2, 4)]:
            rows.append(
                {
                    "incident_no": f"LOG-{n:05d}",
                    "event": step,
                    "event_date": f"{day}",
                    "handled_by": chance.choice(NAMES),
                }
            )
            day += dt.timedelta(days=chance.randint(1, 60))
    right = {
        "incident_no": "applications.application_ref", "event": "applications.status",
        "event_date": "applications.received_on applications.closed_on", "handled_by": "",
    }  # fmt: skip
    grain = f"One row for each incident and event: {len(rows)} rows for {cases} incidents."
    return _written("steps.csv", rows, right, grain)


def without_names(chance: random.Random, cases: int = 300) -> Made:
    rows: list[dict[str, object]] = []
    for n in range(cases):
        received, is_open = FIRST + dt.timedelta(days=2 * n), n > cases - 50
        rows.append(
            {
                "aa": f"X{n:04d}",
                "bb": "" if is_open else received + dt.timedelta(days=chance.randint(2, 300)),
                "cc": received,
                "dd": chance.choice(["Loss of property", "Food", "Visits", "Access to care"]),
                "ee": "" if is_open else chance.choice(["Sustained", "Not sustained"]),
                "ff": "Open" if is_open else "Closed",
                "gg": chance.choice(NAMES),
                "hh": f"{PROSE} {n}",
            }
        )
    right = {
        "aa": "applications.application_ref findings.finding_ref findings.application_ref",
        "bb": "applications.closed_on", "cc": "applications.received_on", "dd": "applications.category",
        "ee": "findings.final", "ff": "applications.status", "gg": "", "hh": "",
    }  # fmt: skip
    return _written("a.csv", rows, right, "One row for each case: 300 rows.")


def heads(chance: random.Random, cases: int = 300) -> Made:
    """One row for each head of a complaint, days with dots, dashes for nothing, and some records void."""
    rows: list[dict[str, object]] = []
    for n in range(cases + 20):
        received = FIRST + dt.timedelta(days=2 * n)
        closed = received + dt.timedelta(days=chance.randint(40, 300))
        is_open = n > cases - 40
        undecided, decided = (
            ("-", ""),
            ("Severe maladministration", "Reasonable redress", "No maladministration"),
        )
        of_case = {
            "File ref": f"{received.year}{n:05d}",
            "Landlord": ("Ashwell Homes", "Borough of Carrow", "Dunmere Trust", "Unknown")[n % 4],
            "Record": "Void" if n % 16 == 8 else "Live",
            "Rec'd": f"{received:%d.%m.%Y}",
            "Caseworker": chance.choice(NAMES),
            "Summary": f"{PROSE} Letter {n}.",
        }
        rows += [
            of_case
            | {
                "Head of complaint": head,
                "Determination": chance.choice(undecided if is_open else decided),
                "Determined": chance.choice(["-", "TBC"]) if is_open else f"{closed:%d.%m.%Y}",
            }
            for head in chance.sample(
                ["Damp and mould", "Leaks", "Noise", "Rent account"], chance.choice([1, 2, 3])
            )
        ]
    of_row = "allegations.application_ref findings.application_ref"
    right = {
        "File ref": f"applications.application_ref {of_row}", "Landlord": "applications.area", "Record": "",
        "Head of complaint": "allegations.category", "Rec'd": "applications.received_on",
        "Determination": "findings.final", "Determined": "applications.closed_on", "Caseworker": "",
        "Summary": "",
    }  # fmt: skip
    grain = f"One row for each file and head of complaint: {len(rows)} rows for {cases + 20} files."
    return _written("heads.csv", rows, right, grain)


def kinds(chance: random.Random, cases: int = 300) -> Made:
    """Rows of cases, of their charges and of notes in one file, told apart by a column."""
    of_case = dict.fromkeys(("Lodged", "Facility", "Finalised"), "")
    of_charge = dict.fromkeys(("Item #", "Charge", "Result"), "")
    rows: list[dict[str, object]] = []
    for n in range(cases):
        lodged, one = FIRST + dt.timedelta(days=2 * n), {"Complaint #": f"PC-{n:04d}"}
        case = {
            "Lodged": f"{lodged:%m/%d/%y}",
            "Facility": chance.choice(["North wing", "South wing", "Annex"]),
        }
        case |= {
            "Finalised": f"{lodged + dt.timedelta(days=chance.randint(20, 90)):%m/%d/%y}" if n < 250 else ""
        }
        rows.append({"Record type": "Case", **one, **case, **of_charge, "Note": ""})
        for _ in range(chance.choice([1, 2, 3])):
            charge = {
                "Item #": f"I{len(rows):05d}",
                "Charge": chance.choice(["Use of force", "Food", "Property"]),
            }
            charge |= {"Result": chance.choice(["Substantiated", "Unsubstantiated", "Pending"])}
            rows.append({"Record type": "Charge", **one, **of_case, **charge, "Note": ""})
        if n % 2:
            rows.append({"Record type": "Note", **one, **of_case, **of_charge, "Note": f"{PROSE} {n}"})
    right = {
        "Record type": "", "Lodged": "applications.received_on", "Facility": "applications.area",
        "Complaint #": "applications.application_ref allegations.application_ref findings.application_ref",
        "Finalised": "applications.closed_on", "Charge": "allegations.category", "Result": "findings.final",
        "Item #": "allegations.allegation_ref findings.finding_ref", "Note": "",
    }  # fmt: skip
    charges = sum(row["Record type"] == "Charge" for row in rows)
    named = f"Case ({cases}), Charge ({charges}) and Note ({cases // 2})"
    grain = f"Rows of 3 kinds by Record type: {named}. One row for each complaint: {cases} rows."
    return _written("prison.csv", rows, right, grain)


Maker = Callable[[random.Random], Made]
MAKERS: tuple[Maker, ...] = (
    american_cases,
    british_cases,
    officers,
    allegations,
    events,
    without_names,
    heads,
    kinds,
)
