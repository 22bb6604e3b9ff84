"""The checklist that a provider starts with: a phone system and the room it stands in. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from upkeep.inspections.answers import Asked

NAME = "Phone system, yearly inspection"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its section, what to look at, how, and what is asked."""

    section: str
    title: str
    how: str
    asked: Asked = Asked.CONDITION
    unit: str = ""
    low: float | None = None
    high: float | None = None
    wants_photo: bool = False
    is_required: bool = True


ROOM, POWER, SYSTEM = "Room and cabinet", "Power", "Phone system"
LINES_, PHONES, EMERGENCY, END = "Lines", "Phones", "Emergency calls", "Before you leave"
STANDARD = (
    Line(ROOM, "Temperature", "Beside the cabinet, door closed.", Asked.READING, "°C", 10, 30),
    Line(ROOM, "Air and dust", "Vents free, fans run, filters clean."),
    Line(ROOM, "Water and damage", "No trace of water, no damage, nothing stored on top."),
    Line(ROOM, "Cabinet", "Locked, cables tidy and labelled.", wants_photo=True),
    Line(POWER, "Mains voltage", "At the socket of the system.", Asked.READING, "V", 110, 127),
    Line(POWER, "Earth", "The earth wire is fixed at both ends."),
    Line(POWER, "Battery backup", "Self-test passed, no alarm, load below 70 %."),
    Line(
        POWER,
        "Battery run time",
        "As the unit tells it, under the present load.",
        Asked.READING,
        "min",
        15,
    ),
    Line(
        POWER,
        "System battery",
        "At its terminals, off charge; a set of 48 V.",
        Asked.READING,
        "V",
        48,
        56,
        is_required=False,
    ),
    Line(SYSTEM, "Lamps and alarms", "No red lamp, no alarm in the list."),
    Line(SYSTEM, "Cards and modules", "Seated, screws tight, no corrosion."),
    Line(SYSTEM, "Error log", "Read since the last visit; nothing that repeats."),
    Line(SYSTEM, "Date and time", "Right to the minute, time zone right."),
    Line(SYSTEM, "Passwords", "No factory password is left.", Asked.YES_NO),
    Line(SYSTEM, "Backup", "The newest good backup is younger than 9 days.", Asked.YES_NO),
    Line(LINES_, "Outside call out", "A call to the office is clear both ways.", Asked.YES_NO),
    Line(LINES_, "Outside call in", "The main number rings where it should.", Asked.YES_NO),
    Line(LINES_, "Lightning protection", "Fitted at each copper line, none has tripped."),
    Line(PHONES, "Sample of phones", "Five phones: call, hold, transfer, voicemail lamp."),
    Line(PHONES, "Handsets and cords", "No broken cord, no dead key at the reception."),
    Line(
        EMERGENCY,
        "Emergency call",
        "Test number 933, or agreed with the dispatch centre: address and callback are right.",
        Asked.YES_NO,
    ),
    Line(
        EMERGENCY,
        "Works in a power cut",
        "The phone that is meant for it has a dial tone with the mains off.",
        Asked.YES_NO,
        is_required=False,
    ),
    Line(END, "Wishes of the customer", "Ask, and write them down.", Asked.TEXT),
)
