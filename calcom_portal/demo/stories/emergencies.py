"""Stories of phone systems that are down."""

from __future__ import annotations

from typing import Final

from calcom_portal.demo.stories.turns import (
    DEAD_DESKS,
    DOWN,
    NO_CALLS,
    Story,
    calls,
    holds,
    lowers,
    notes,
    reopens,
    resolves,
    resumes,
    says,
    visits,
    writes,
)
from contracts.models import DeviceKind
from contracts.sla import Party

PBX, SWITCH, UPS = DeviceKind.PBX, DeviceKind.SWITCH, DeviceKind.UPS

EMERGENCIES: Final = (
    Story(
        ("No dial tone on any phone at {site}", "All phones dead at {site}"),
        "We came in this morning and every phone is dead. No lights on the"
        " handsets, callers get a busy signal. The cupboard with the phone system"
        " is quiet, normally you can hear the fan.",
        (
            calls(
                "Spoke with {me}. The power strip in the cupboard had tripped. {me} reset"
                " it and the {product} is starting; phones should be back in about six"
                " minutes."
            ),
            writes("They are back. Can you make sure this does not happen again?", 0.4),
            says(
                "All extensions are registered again and test calls work both ways. I would"
                " like the battery backup looked at: it should have carried the system.",
                0.5,
            ),
            notes("UPS log shows the load went over at 02:14, runtime 0. Batteries are from 2021."),
            visits(2),
            resolves(
                "The batteries of the backup were replaced and tested under load: 22"
                " minutes. The phone system is now on its own outlet.",
                14,
            ),
        ),
        about=PBX,
        answers=DOWN,
    ),
    Story(
        ("Nobody can call us – fast busy on our main number", "Main number gives a fast busy"),
        "Customers tell us our main number does not work. I tried from my mobile:"
        " three tones and then a fast busy. We can call out.",
        (
            says(
                "I can reproduce it from here, {me}. Your system is fine: the calls do not"
                " reach it. I have opened a fault with the carrier and sent your main"
                " number to the mobile that is on file for you until they answer."
            ),
            notes("Carrier ticket 7734120. They see a routing error after their maintenance."),
            holds(Party.CARRIER, "The carrier repairs the routing of the main number.", 1),
            says(
                "The carrier confirms that the routing is repaired. I have taken the"
                " forward off and made six test calls; all arrived.",
                9,
            ),
            resolves(
                "Main number works again; cause was maintenance at the carrier. We asked"
                " them for a written statement and will pass it on.",
                2,
            ),
        ),
        about=PBX,
        answers=NO_CALLS,
    ),
    Story(
        ("Front phones have no dial tone", "Several phones dead since the power cut"),
        "After the short power cut the phones at the front and the two next to them"
        ' show "No link". The others work. We can be reached, but it is chaos here.',
        (
            notes(
                "Ports 7-12 of the switch are down, PoE budget shows 0 W. Looks like the"
                " power supply."
            ),
            says(
                "Thanks {me}. The network switch gives no power to six of its sockets. I"
                " restart it in five minutes; every phone will be gone for about three"
                " minutes then."
            ),
            says(
                "After the restart all sockets have power again. I keep this open over"
                " night and look at the counters tomorrow.",
                0.4,
            ),
            writes("All good so far, thank you for the quick help!", 1),
            resolves(
                "No errors over night. The switch is on the list for the next firmware update.", 8
            ),
        ),
        about=SWITCH,
        answers=DEAD_DESKS,
    ),
    Story(
        ("Phones down", "Phone system down again"),
        "Phones are out. Please call my mobile.",
        (
            calls(
                "Called {me} back. Only the phone in {room} is affected; the others work"
                " and callers get through. The cable had been pulled by the cleaners."
            ),
            lowers("One station only; calls arrive as usual."),
            says(
                "As we found on the telephone it was the cable of one phone. I have noted"
                " the socket so that we can label it on the next visit.",
                0.3,
            ),
            resolves(
                "Cable back in, phone registered. Socket will be labelled on the next visit.", 1
            ),
        ),
        answers=DOWN,
    ),
    Story(
        ("Calls drop after about 30 seconds, all phones", "Every call is cut after half a minute"),
        "Since about nine o'clock every call is cut after half a minute, in and"
        " out. We cannot work like this.",
        (
            says(
                "This is typical of a firewall that changed. Was anything done to your"
                " internet line or router today, {me}?"
            ),
            writes("Our internet company swapped the modem this morning, yes.", 0.5),
            notes("New modem has SIP ALG on. Needs their admin password."),
            calls(
                "Talked {me} through the modem's page: SIP ALG is off now. Test call of"
                " four minutes held.",
                0.5,
            ),
            resolves(
                "The new modem rewrote the call signalling. With that function off calls"
                " hold; checked with ten calls over two hours.",
                3,
            ),
            reopens("It is back! Calls drop again since this morning.", 12),
            says(
                "The internet company has pushed its own settings over night. I am on the"
                " telephone with them now.",
                0.4,
            ),
            resolves(
                "They have put a permanent exception on your line, and I could confirm it"
                " from their side. Sorry for the second round.",
                5,
            ),
        ),
        about=PBX,
        answers=NO_CALLS,
    ),
    Story(
        ("Phone system restarts by itself", "System rebooted twice today"),
        "The whole system restarted twice today, each time five minutes without"
        " phones. It happened at 10:20 and 11:05.",
        (
            notes(
                "Crash dump points at the expansion card in slot 3. Seen before with this release."
            ),
            says(
                "I have the crash reports, {me}. An expansion card is failing. A"
                " replacement is in our store; until then I have moved its eight extensions"
                " to the free ports, so there should be no further restart."
            ),
            holds(Party.OWN_PART, "The replacement card comes from our store.", 1),
            visits(1),
            calls("On site. Card replaced, all extensions tested with {me}.", 10),
            resolves("New card in slot 3, backup made before and after. No restart since.", 7),
        ),
        about=PBX,
        answers=DOWN,
    ),
    Story(
        (
            "Answering machine takes all calls, phones do not ring",
            "Phones never ring, callers land in night mode",
        ),
        "Callers hear that we are closed, in the middle of the day. The phones do not ring at all.",
        (
            calls(
                "Spoke with {me}: the night key on the reception phone was on. Switched to"
                " day mode remotely; the next call rang at once."
            ),
            says(
                "To keep it from happening again I can make the night key ask for a code."
                " Would you like that?",
                0.3,
            ),
            writes(
                "Yes please, 4 digits, same as the alarm is fine. Actually better choose"
                " another one.",
                1,
            ),
            resolves("The night key now asks for a code; I told it to you on the telephone.", 2),
        ),
        about=PBX,
        answers=NO_CALLS,
    ),
    Story(
        ("No dial tone at the front desk", "Front of house phones are out"),
        "Both phones at the front are dead, and the fax too. Callers reach the back office only.",
        (
            says(
                "Hello {me}, I see the gateway that serves these lines offline since 07:52."
                " Can you tell me whether its lights are on? It is the small box marked"
                " {product}."
            ),
            writes("One red light, blinking.", 0.4, file="gateway-light.png"),
            says(
                "Thanks for the picture. That is a failed start. Please pull its power for"
                " ten seconds.",
                0.2,
            ),
            writes("It's green now and we have a tone.", 0.3),
            notes("Flash is worn; replace before it dies for good."),
            holds(Party.VENDOR, "The maker sends a replacement under its guarantee.", 3),
            resumes(20),
            resolves("The replacement is in and programmed like the old one. Fax tested.", 6),
        ),
        about=DeviceKind.GATEWAY,
        answers=DEAD_DESKS,
        twin="Fax and front phones dead as well",
    ),
    Story(
        ("Alarm: battery backup beeping, phones went off", "Phones off after the battery alarm"),
        "The battery backup has been beeping since last night and now it switched everything off.",
        (
            calls(
                "{me} moved the plugs of phone system and switch to the wall; all phones"
                " came up after five minutes."
            ),
            notes("Model {product}: order battery set, in stock at the supplier."),
            says(
                "You are running without battery protection for now. I have ordered a new"
                " set and come by as soon as it is here.",
                0.5,
            ),
            holds(Party.OWN_PART, "A battery set is on order.", 2),
            visits(3),
            resolves(
                "New batteries fitted, 25 minutes measured, phone system and switch are"
                " back on it.",
                20,
            ),
        ),
        about=UPS,
        answers=DOWN,
    ),
)
