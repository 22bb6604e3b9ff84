"""Stories of noise, lost calls and the network around the phones."""

from __future__ import annotations

from typing import Final

from calcom_portal.demo.stories.turns import (
    DROPS,
    NETWORK,
    NOISE,
    ONE_DEAD,
    Story,
    holds,
    notes,
    raises,
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

AROUND: Final = (
    Story(
        ("Echo on calls to mobiles", "Callers hear themselves"),
        "When we call mobiles the other side hears an echo of themselves. Landlines are fine.",
        (
            says(
                "I have raised the echo cancellation on your gateway and made test calls to"
                " three networks. Please watch it for two days."
            ),
            holds(Party.CUSTOMER, "You watch calls to mobiles for two days.", 2),
            writes("Much better but not gone with one client, their number ends in 0190.", 9),
            says("With that network the level was still too high; I have lowered it by 3 dB.", 1),
            resolves("No echo in any of the test calls any more.", 6),
        ),
        about=GATEWAY,
        answers=NOISE,
    ),
    Story(
        ("Wi-Fi slow in {room}", "Wi-Fi drops out, {room}"),
        "Tablets lose the Wi-Fi near {room} several times an hour. Everything else seems to work.",
        (
            notes("Channel 6 is full of neighbours. 5 GHz only at 12 dBm."),
            says(
                "A neighbour's network uses the same channel. I have moved your access"
                " point to a free one and raised its power on the fast band."
            ),
            writes("Seems better. One tablet still drops, is that us?", 6),
            says(
                "That tablet holds on to the far access point. Forgetting the network and"
                " joining again will cure it; I can do it with you in a short remote"
                " session.",
                2,
            ),
            resolves("Done in a remote session with {me}; no drop since yesterday.", 9),
        ),
        about=WIFI,
        answers=NETWORK,
        file="wifi-signal.png",
    ),
    Story(
        ("One-way audio on some calls", "They hear us, we do not hear them"),
        "On some calls we do not hear the other side, maybe one in five. Hanging up"
        " and calling again helps. I started a list of times.",
        (
            says(
                "Thank you for the list, {me}: that is exactly what we need. I have"
                " switched on a recording of the signalling (not of voices)."
            ),
            writes("Three more today: 10:12, 13:40, 14:05.", 8, file="bad-calls.txt"),
            notes(
                "All three via the second trunk address. Carrier sends media from a range"
                " we do not allow."
            ),
            says(
                "Found it: your carrier uses a new address range for the sound of some"
                " calls, and the firewall refused it. The range is allowed now.",
                3,
            ),
            resolves(
                "Twenty test calls without a fault. The range is written into your documentation.",
                7,
            ),
        ),
        about=PBX,
        answers=DROPS,
    ),
    Story(
        ("Network switch hums loudly", "Fan of the switch is noisy"),
        "The box in the cupboard has started to whine. It still works but you hear"
        " it through the door.",
        (
            says(
                "Thank you for telling us before it fails: the fan is on its way out."
                " Temperature is still fine. I ask the maker for a replacement."
            ),
            holds(Party.VENDOR, "The maker sends a replacement switch.", 5),
            notes("RMA 50-22871 approved, arrives Thursday."),
            resumes(30),
            visits(1),
            resolves(
                "Switch replaced before opening time; all sockets tested. It is quiet now.", 10
            ),
        ),
        about=SWITCH,
        answers=NETWORK,
    ),
    Story(
        ("One phone dead, others slow to connect", "Long pause before calls connect"),
        "One phone is dead and the others take ten seconds to connect.",
        (
            says("I see errors on the whole line, {me}, not just that phone. Looking at it now."),
            raises("More and more phones lose their line: the system is going down."),
            notes("Disk of the PBX at 100 %, voicemail recordings of a loop. Cleared 14 GB."),
            says(
                "The disk of the phone system was full: a voicemail box called itself all"
                " night. Cleared, and all phones are back.",
                0.6,
            ),
            resolves(
                "The loop is removed, and a warning is set at 80 % so that we see it first.", 4
            ),
        ),
        about=PBX,
        answers=ONE_DEAD,
    ),
    Story(
        ("Paging cannot be heard in {room}", "Overhead paging silent"),
        "Announcements do not come through in {room} since Monday.",
        (
            says(
                "I can page the other zones, so it is the amplifier or the wire to {room}."
                " May I come by and measure?"
            ),
            holds(Party.SITE_ACCESS, "We need somebody to open the ceiling space.", 2),
            writes("The janitor is here tomorrow from eight.", 7),
            visits(1),
            resolves("A wire had come off behind the ceiling tile. Fixed and labelled.", 11),
        ),
        only=("C-1003", "C-1004", "C-1008"),
        answers=NETWORK,
    ),
    Story(
        ("Wake-up calls came an hour late", "Wake-up calls at the wrong time"),
        "Three guests complained: their wake-up calls came an hour late this morning.",
        (
            says(
                "I am sorry, {me}. The system still kept summer time; the clock is right"
                " now and follows a time server from here on."
            ),
            notes("NTP was off since the restore in spring. Checklist for restores updated."),
            writes("Tonight we have 14 calls booked. Can you check them?", 2),
            says("All 14 are in the list with the right times. I look again before I leave.", 1),
            resolves("All wake-up calls of the night went out on the minute.", 8),
        ),
        about=PBX,
        only=("C-1005",),
        answers=NETWORK,
    ),
    Story(
        ("Dictation line hangs up after two minutes", "Dictation cut short"),
        "The radiologists are cut off in the dictation line after exactly two minutes.",
        (
            says("Two minutes sharp is a timer of the trunk. I am checking which one."),
            notes("Session timer 120 s on the trunk to the dictation service, refresh refused."),
            says(
                "The dictation service refuses the refresh of the call; I have set the"
                " timer to thirty minutes on our side and written to them.",
                2,
            ),
            holds(Party.VENDOR, "The dictation service looks at its side.", 3),
            resumes(22),
            resolves(
                "They confirm the fault and have fixed it. Dictations of twenty minutes go"
                " through.",
                3,
            ),
        ),
        about=PBX,
        only=("C-1006",),
        answers=DROPS,
    ),
    Story(
        ("Battery backup reports a weak battery", "Mail from the battery backup"),
        'We got a mail from the battery backup: "Replace battery". Is that urgent?',
        (
            says(
                "Not urgent, {me}: it would still carry you for six minutes. I put the"
                " battery on the list for the next visit."
            ),
            holds(Party.AGREED_VISIT, "The battery is replaced at the next visit.", 4),
            resumes(30),
            resolves("New battery in, self-test passed.", 2),
        ),
        about=UPS,
        answers=NETWORK,
    ),
    Story(
        ("Fax does not go through", "Fax machine reports errors"),
        "Our fax gives error 104 with longer documents. Short ones work most of the time.",
        (
            says(
                "I have slowed the fax line to 9,600 and switched the correction on. Could"
                " you send the longest document again?"
            ),
            writes("17 pages went through in one go.", 5),
            resolves("Fax line set to 9,600 with error correction.", 0.5),
        ),
        about=GATEWAY,
        answers=NETWORK,
    ),
)
