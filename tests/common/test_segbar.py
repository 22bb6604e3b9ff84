"""The bar of a clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from calcom_portal.common.parts import BarPiece, SlaState
from calcom_portal.common.segbar import lay_out_bar

PACIFIC = ZoneInfo("America/Los_Angeles")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant in June 2026 (the 15th is a Monday)."""
    return datetime(2026, 6, day, hour, minute, tzinfo=PACIFIC)


def test_counted_time_is_to_scale_and_a_night_is_narrow() -> None:
    bar = lay_out_bar(
        [
            (at(15, 10), at(15, 17), True),
            (at(15, 17), at(16, 8), False),
            (at(16, 8), at(16, 9), True),
        ],
        state=SlaState.OK,
        now=at(15, 14, 40),
        due=at(16, 9),
        zone=PACIFIC,
    )

    assert bar.pieces == [
        BarPiece("past", "0.00", "53.67"),
        BarPiece("ahead", "53.67", "26.83"),
        BarPiece("off", "80.50", "8.00"),
        BarPiece("ahead", "88.50", "11.50"),
    ]
    assert (bar.start_label, bar.now_label, bar.end_label) == ("Mon 10:00", "14:40", "Tue 09:00")
    assert bar.now_x == "53.67"
    assert bar.label == "Clock from Mon 10:00 to Tue 09:00: 4 h 40 m used, 3 h 20 m left"


def test_time_after_the_deadline_is_drawn_as_over_and_now_is_the_end() -> None:
    bar = lay_out_bar(
        [(at(15, 8), at(15, 14, 40), True)],
        state=SlaState.LATE,
        now=at(15, 14, 40),
        due=at(15, 14, 10),
        zone=PACIFIC,
    )

    assert [piece.kind for piece in bar.pieces] == ["past", "over"]
    assert bar.now_x == "100.00"
    assert bar.end_label == "Mon 14:40, 30 m over"
    assert bar.label == "Clock from Mon 08:00 to Mon 14:40: 6 h 10 m used, 30 m over"


def test_now_lies_in_the_middle_of_the_closed_stretch_that_holds_it() -> None:
    bar = lay_out_bar(
        [
            (at(12, 16), at(12, 17), True),
            (at(12, 17), at(15, 8), False),
            (at(15, 8), at(15, 15), True),
        ],
        state=SlaState.OK,
        now=at(13, 11),
        due=at(15, 15),
        zone=PACIFIC,
    )

    assert [piece.kind for piece in bar.pieces] == ["past", "off", "ahead"]
    assert bar.now_x == "15.50"
    assert bar.now_label == "", "it would touch the label of the start"


def test_many_closed_stretches_leave_room_for_counted_time() -> None:
    stretches = []
    for day in range(1, 21):
        stretches += [(at(day, 8), at(day, 9), True), (at(day, 9), at(day + 1, 8), False)]

    bar = lay_out_bar(stretches, state=SlaState.OK, now=at(1, 8), due=at(20, 9), zone=PACIFIC)

    off = sum(float(piece.width) for piece in bar.pieces if piece.kind == "off")
    assert off == 40.0
    assert float(bar.pieces[-1].x) + float(bar.pieces[-1].width) == 100.0


def test_months_are_drawn_without_their_nights_which_nobody_could_see() -> None:
    first = at(1, 8)
    days = [first + timedelta(days=day) for day in range(90)]
    open_hours = [(day, day + timedelta(hours=9), True) for day in days]
    nights = [(day + timedelta(hours=9), day + timedelta(hours=24), False) for day in days]
    bar = lay_out_bar(
        [*open_hours, *nights],
        state=SlaState.LATE,
        now=days[-1] + timedelta(hours=12),
        due=days[45],
        zone=PACIFIC,
    )

    assert bar.pieces == [
        BarPiece("past", "0.00", "50.00"),
        BarPiece("over", "50.00", "50.00"),
    ]
    assert bar.now_x == "100.00"
    assert bar.label.endswith("405 h used, 405 h over")
