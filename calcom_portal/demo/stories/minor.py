"""Stories of single phones."""

from __future__ import annotations

from typing import Final

from calcom_portal.demo.stories.turns import (
    DROPS,
    ONE_DEAD,
    PART_OF_ONE,
    STATIC,
    Story,
    calls,
    holds,
    notes,
    resolves,
    resumes,
    says,
    visits,
    writes,
)
from contracts.models import DeviceKind
from contracts.sla import Party

PBX, GATEWAY, SWITCH = DeviceKind.PBX, DeviceKind.GATEWAY, DeviceKind.SWITCH
WIFI, UPS = DeviceKind.ACCESS_POINT, DeviceKind.UPS

MINORS: Final = (
    Story(
        ("Static on the line, {room}", "Crackling on the {room} phone"),
        "There is a crackle on the phone in {room}, worse when I move the cord.",
        (
            says(
                "That sounds like the handset cord. A new one goes into today's post, {me};"
                " it just clicks in. Please tell me whether it helps."
            ),
            holds(Party.CUSTOMER, "You try the new cord.", 4),
            writes("New cord is in and it is as clear as a bell. Thanks!", 14),
            resolves("Glad to hear it. Closing with the new cord.", 1),
        ),
        answers=STATIC,
    ),
    Story(
        ('Phone in {room} shows "Registering"', "{room}: phone does not come up"),
        'The phone in {room} has said "Registering…" since this morning. Unplugged'
        " it twice already.",
        (
            notes("Not in the switch's table. Port shows link, wrong network segment."),
            says(
                "The wall socket of {room} was moved to another network. I have put it"
                " back; please unplug the phone once more."
            ),
            writes("Works, thank you {tech}.", 0.7),
            resolves("Socket is back in the phone network.", 0.5),
        ),
        answers=ONE_DEAD,
    ),
    Story(
        ("Voicemail light stays on, {room}", "Message light will not go out"),
        "The red light on the phone in {room} stays on although there are no messages.",
        (
            says(
                "The light and the mailbox were out of step, it happens after a full"
                " mailbox. I have reset it for extension {ext}. Is it dark now?"
            ),
            writes("Dark now.", 2),
            resolves("Message light of extension {ext} reset.", 0.5),
        ),
        answers=STATIC,
    ),
    Story(
        ("Display of the {room} phone is broken", "{room}: display shows half the letters"),
        "The display in {room} shows only the upper half of the letters. Calls work.",
        (
            says(
                "The display is failing, {me}. I bring a replacement along and take the keys"
                " over, so that it works like the old one."
            ),
            holds(Party.AGREED_VISIT, "We agreed on a visit.", 2),
            visits(2, 0.1),
            resumes(14),
            calls("On site. Phone replaced, keys and name taken over, old one taken along.", 1),
            resolves(
                "The new phone in {room} has the serial on the delivery note; the list is updated.",
                1,
            ),
        ),
        answers=PART_OF_ONE,
        file="display.png",
    ),
    Story(
        ("Keys of the {room} phone are wrong", "Speed dial keys mixed up, {room}"),
        "Since the update the speed dial keys in {room} call the wrong people."
        " Funny once, not twice.",
        (
            says(
                "The keys were shifted by one. I have put them back from last week's"
                " backup; please try them."
            ),
            writes("All correct. The wrong calls were at least good for a chat.", 3),
            resolves("Keys restored from the backup of last week.", 0.5),
        ),
        answers=STATIC,
    ),
    Story(
        ("Headset in {room} stopped working", "No sound in the headset, {room}"),
        "The headset in {room} is silent, the handset works.",
        (
            calls(
                "Tried with {me}: the headset works on another phone. The socket of this"
                " phone is worn out."
            ),
            holds(Party.OWN_PART, "A replacement phone comes from our store.", 3),
            notes("Swap on the next round, not worth a trip of its own."),
            resumes(18),
            resolves("Phone swapped, headset works. The old phone went back to the maker.", 4),
        ),
        answers=PART_OF_ONE,
    ),
    Story(
        ("Calls transferred from {room} get lost", "Transfer cuts people off"),
        "When we transfer from {room} the caller is gone about half of the time.",
        (
            notes("Blind transfer key was programmed as 'release' after last change."),
            says(
                "The transfer key of that phone was programmed as a release key. Corrected;"
                " press it once and announce the call, or twice to send it straight on."
            ),
            writes("Works both ways. Thank you.", 2),
            resolves("Transfer key corrected for extension {ext}.", 0.5),
        ),
        answers=DROPS,
    ),
)
