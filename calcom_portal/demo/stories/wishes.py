"""Stories of changes, questions and planned work."""

from __future__ import annotations

from typing import Final

from calcom_portal.demo.stories.turns import (
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
from tickets.models import Kind

PBX = DeviceKind.PBX

WISHES: Final = (
    Story(
        ("New extension for a new colleague", "Please add an extension"),
        "A colleague starts on Monday and gets the desk beside {room}. Please set"
        " up extension {ext} with voicemail, in the same ring group as the others.",
        (
            says("With pleasure. What name should the display show?"),
            writes('"Jordan M." please.', 1),
            visits(1),
            resolves(
                'Extension {ext} is ready, display "Jordan M.", in the ring group,'
                " voicemail code sent by separate mail. Backup made before and after.",
                9,
            ),
        ),
        kind=Kind.PROGRAMMING,
    ),
    Story(
        ("Holiday hours for the greeting", "Change of opening hours"),
        "We close at 15:00 next Friday. Can callers hear that from 15:00, and the"
        " normal greeting again on Monday?",
        (
            says(
                'Yes. I have written the announcement as follows: "We have closed early'
                ' today and are back on Monday at eight." Shall I use our voice, or do you'
                " record your own?"
            ),
            writes("Your voice is fine.", 2),
            visits(1),
            resolves(
                "The special hours are programmed and tested; nothing has to be switched"
                " back by hand.",
                10,
            ),
        ),
        kind=Kind.PROGRAMMING,
        about=PBX,
    ),
    Story(
        ("Forward {ext} to a mobile after 20 seconds", "Call forwarding for {room}"),
        "Please let calls to extension {ext} go to the mobile of {me} when nobody"
        " answers for 20 seconds.",
        (
            says("Programmed. One question: should the forward also apply at weekends?"),
            writes("Weekdays only.", 1),
            resolves("Weekdays only, after 20 seconds. Tested with {me}.", 1),
        ),
        kind=Kind.PROGRAMMING,
    ),
    Story(
        ("Ring group for billing questions", "Option 3 should ring two desks"),
        "Option 3 of the menu should ring two desks at once, and go to voicemail after 30 seconds.",
        (
            notes("Group 605, members from the last list. Approval by admin on file."),
            visits(2),
            says(
                "I have planned the change for the time above, within business hours, so"
                " that you can try it right away."
            ),
            resolves(
                "Option 3 rings both desks, voicemail after 30 seconds. Old state kept for undo.",
                16,
            ),
        ),
        kind=Kind.PROGRAMMING,
        about=PBX,
    ),
    Story(
        ("Can we see how many calls we miss?", "Question about missed calls"),
        "Is there a report of missed calls per day? The boss would like to see it.",
        (
            says(
                "There is: your system keeps it for 60 days. I have attached last week as a"
                " sample and can have it mailed to you every Monday.",
                file="missed-calls.txt",
            ),
            writes("Every Monday is perfect, to me please.", 5),
            resolves("The report goes out on Mondays at 07:00, first one next week.", 2),
        ),
        kind=Kind.QUESTION,
        about=PBX,
    ),
    Story(
        ("What does the orange light mean?", "Orange light on the {product}"),
        "There is an orange light on the box in {room}. Nothing seems wrong. Should I worry?",
        (
            says(
                "No need to worry: orange means that it runs on the slower of its two"
                " network links. I see why from here and set it right tonight."
            ),
            resolves("Green again. The second link had been renegotiated after the storm.", 8),
        ),
        kind=Kind.QUESTION,
        about=DeviceKind.ACCESS_POINT,
    ),
    Story(
        ("Training for two new receptionists", "Short training wanted"),
        "Two new people at reception: could somebody show them transfer, parking"
        " and the night key? An hour should do.",
        (
            calls(
                "Agreed with {me}: one hour on site, two people, I bring the short guide."
                " Training is not part of the contract and is billed at the normal rate;"
                " {me} is fine with that."
            ),
            holds(Party.AGREED_VISIT, "The training takes place on the agreed day.", 4),
            visits(4, 0.1),
            resumes(34),
            resolves(
                "Training given to two people; guide and a card with the key combinations"
                " left there.",
                2,
            ),
        ),
        kind=Kind.TRAINING,
        about=None,
    ),
    Story(
        ("Firmware update for the phones", "Please update our phones"),
        "The maker's site says there is a security update for our phones. Do we get it?",
        (
            says(
                "Yes. We test it on one phone first, then the others follow at night. You"
                " will find them as they were."
            ),
            notes("Pilot on extension {ext}. Release notes mention headset key; check."),
            visits(3),
            resolves(
                "All phones run the new version, the pilot showed nothing unusual. Backup"
                " before and after.",
                26,
            ),
        ),
        kind=Kind.FIRMWARE,
    ),
    Story(
        ("Annual inspection", "Date for the yearly inspection"),
        "According to the contract our yearly inspection is due. When would you come?",
        (
            says(
                "I would suggest the time above; it takes about two hours and the phones stay on."
            ),
            visits(5, 0.1),
            holds(Party.AGREED_VISIT, "The inspection takes place on the agreed day.", 5),
            resumes(43),
            resolves(
                "Inspection done: all in order, one battery to be watched. Report attached"
                " to your system's page.",
                3,
            ),
        ),
        kind=Kind.INSPECTION,
        about=PBX,
        only=("C-1001", "C-1002", "C-1005", "C-1006", "C-1009"),
    ),
    Story(
        ("Greeting was overwritten – restore please", "Bring back the old menu"),
        "Somebody recorded over the main greeting by accident. Can you bring back the old one?",
        (
            notes("Greeting is in the backup of Sunday. Safety backup first."),
            says("I have the greeting of Sunday's backup and put it back in a few minutes."),
            writes("That is the one, thank you so much!", 1),
            resolves(
                "Greeting restored from Sunday's backup; a safety backup of the present"
                " state was made first.",
                0.5,
            ),
        ),
        kind=Kind.RESTORE,
        about=PBX,
    ),
    Story(
        ("Two more phones for the new office", "Quote and installation of two phones"),
        "We are taking the room next door. What would two more phones and sockets cost, installed?",
        (
            says(
                "I have sent you an offer. The sockets come from the electrician; the"
                " phones are in our store."
            ),
            holds(Party.CUSTOMER, "You look at the offer.", 0),
            writes("Offer accepted, please go ahead. Electrician is done on the 14th.", 22),
            visits(3),
            resolves(
                "Both phones are up, named, and in the ring group. They are on your list of"
                " systems.",
                26,
            ),
        ),
        kind=Kind.INSTALLATION,
        about=None,
    ),
    Story(
        ("Who may ask for changes?", "Authorised contacts"),
        "Who of us may order changes to the phones? I would like it to be me and"
        " one colleague only.",
        (
            says(
                "At present the administrators of your company in this portal. Under People"
                " you can see and change who that is; tell me if you would like a hand."
            ),
            resolves("{me} has checked the list; nothing else to change.", 7),
        ),
        kind=Kind.QUESTION,
        about=None,
    ),
)
