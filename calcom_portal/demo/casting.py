"""Finding people, places and words for a story. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random

from calcom_portal.demo.acts import Opening
from calcom_portal.demo.stories import Story
from calcom_portal.demo.telling import Case
from calcom_portal.demo.world import CustomerRow, DeviceRow, SiteRow, World
from contracts.sla import Metric, Promise
from tickets.triage import triage

# What is promised for a customer's site and device.
Promising = Callable[[CustomerRow, SiteRow, DeviceRow | None], Promise]


class Casting:
    """Deals stories so that none comes twice before all others had their turn."""

    def __init__(self, world: World, promising: Promising, random: Random) -> None:
        self.world = world
        self.promising = promising
        self.random = random
        self.dispatcher = world.dispatcher
        self.decks: dict[Sequence[Story], list[Story]] = {}
        self.keys = 0

    def next_key(self) -> int:
        """Return a key for one more ticket."""
        self.keys += 1
        return self.keys

    def case(
        self, stories: Sequence[Story], *, promised: bool | None = None
    ) -> tuple[Case, timedelta | None]:
        """Return a case of one of the stories and its target; `promised` asks for one, or none."""
        while True:
            story = self._deal(stories)
            customer = self._customer()
            if story.only and customer.number not in story.only:
                customer = self._customer(story.only)
            if place := self._place(story, customer):
                case = self._case(story, customer, *place)
                if promised is None or promised is (case.target is not None):
                    return case, case.target

    def colleague(self, case: Case) -> str:
        """Return a colleague of the reporter, or nobody."""
        return self.random.choice(case.colleagues) if case.colleagues else ""

    def _deal(self, stories: Sequence[Story]) -> Story:
        deck = self.decks.setdefault(stories, [])
        if not deck:
            deck += self.random.sample(stories, len(stories))
        return deck.pop()

    def _customer(self, only: Sequence[str] = ()) -> CustomerRow:
        rows = [row for row in self.world.customers if not only or row.number in only]
        return self.random.choices(rows, [row.busy for row in rows])[0]

    def _place(
        self, story: Story, customer: CustomerRow
    ) -> tuple[SiteRow, DeviceRow | None] | None:
        """Return a site with a device of the story's kind; None when the customer has none."""
        if story.about is None:
            return self.random.choice(customer.sites), None
        places = [
            (site, device)
            for site in customer.sites
            for device in site.devices
            if device.kind is story.about
        ]
        return self.random.choice(places) if places else None

    def _case(
        self, story: Story, customer: CustomerRow, site: SiteRow, device: DeviceRow | None
    ) -> Case:
        reporter = self.random.choice(customer.people)
        technician = self.random.choice(self.world.technicians)
        judged = triage(story.answers)
        words = self._words(site, device, reporter, technician)
        target = self.promising(customer, site, device).target(judged.priority, Metric.RESPOND)
        return Case(
            key=self.next_key(),
            story=story,
            opening=Opening(
                customer_id=customer.id,
                site_id=site.id,
                device_id=device.id if device else None,
                kind=story.kind.value,
                subject=self.random.choice(story.subjects).format(**words),
                priority=judged.priority,
                reason=judged.reason,
                answers=story.answers.to_dict(),
            ),
            reporter=reporter,
            technician=technician,
            words=words,
            colleagues=tuple(name for name in customer.people if name != reporter),
            target=target.amount if target else None,
        )

    def _words(
        self, site: SiteRow, device: DeviceRow | None, reporter: str, technician: str
    ) -> dict[str, str]:
        return {
            "site": site.name,
            "device": device.name if device else "phone system",
            "room": device.room if device else "the office",
            "product": device.product if device else "phone system",
            "ext": str(self.random.randint(201, 289)),
            "me": reporter.removeprefix("Captain ").split()[0],
            "tech": technician.split()[0],
        }
