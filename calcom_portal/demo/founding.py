"""Founding the demo's providers: people, customers, places, equipment and contracts, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db.models import Q

from accounts.actions import change_company, create_customer, create_provider
from accounts.audit import record
from accounts.capabilities import Role
from accounts.identity import viewer_of
from accounts.letterhead import Letterhead
from accounts.models import Customer, Membership, Provider, User
from accounts.viewer import Viewer
from calcom_portal.common.tenancy import (
    database_now,
    provider_scope,
    replayed_scope,
    system_scope,
)
from calcom_portal.demo.agreements import AGREEMENTS, AgreementSpec
from calcom_portal.demo.customers import CustomerSpec, SiteSpec
from calcom_portal.demo.devices import DeviceSpec, devices_at, serial_of
from calcom_portal.demo.people import PASSWORD, PersonSpec
from calcom_portal.demo.signing import sell_to_practices, sign_on_paper
from calcom_portal.demo.world import CustomerRow, DeviceRow, SiteRow, World
from contracts.actions import (
    ContractWish,
    DeviceFacts,
    Draft,
    Evidence,
    create_contract,
    create_device,
    create_site,
    send_for_signature,
    sign_contract,
)
from contracts.models import Calendar, DeviceKind, Site, Tier
from contracts.sla import Promise

ZONE = ZoneInfo("America/Los_Angeles")
FOUNDED = timedelta(days=800)
YEAR = timedelta(days=365)


def create_people(people: Iterable[tuple[PersonSpec, str]]) -> dict[str, User]:
    """Create accounts at their companies' domains; return them by name. Outside any scope."""
    # Argon2 is slow on purpose: one hash serves all.
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(email=f"{person.mailbox}@{domain}", name=person.name, password=password)
        for person, domain in people
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )
    return {user.name: user for user in users}


def found(now: datetime, **facts: str) -> Provider:
    """Found a provider, long before `now`."""
    with system_scope("found a provider of the demo"), replayed_scope(now - FOUNDED):
        return create_provider(zone=str(ZONE), **facts)


class Founder:
    """Gives one provider everything that belongs to it, at instants before `now`."""

    def __init__(self, provider: Provider, users: Mapping[str, User], now: datetime) -> None:
        self.provider = provider
        self.users = users
        self.now = now
        self.viewers: dict[str, Viewer] = {}
        self.customers: list[CustomerRow] = []
        self.installed = 0
        self.admin = Viewer.system("Demo", provider_id=provider.pk)

    def open_office(self, staff: Sequence[PersonSpec]) -> None:
        """Bring the staff in."""
        with self._at(self.now - FOUNDED):
            self._join(staff, None)
            admins = (viewer for viewer in self.viewers.values() if viewer.can("manage_people"))
            self.admin = next(admins)

    def widen_catalogue(self) -> None:
        """Add the tier that the provider made for some of its customers."""
        with self._at(self.now - FOUNDED):
            sell_to_practices(self.admin)

    def hire(self, person: PersonSpec, since: datetime) -> None:
        """Bring one more of the staff in."""
        with self._at(since):
            self._join((person,), None)

    def print_letterhead(self, letterhead: Letterhead) -> None:
        """Say what stands at the head of documents."""
        with self._at(self.now - FOUNDED):
            change_company(letterhead=letterhead, actor=self.admin)

    def take_on(self, spec: CustomerSpec, people: Sequence[PersonSpec]) -> None:
        """Take a customer on, `spec.since` days ago, with all that it has."""
        with self._at(self.now - timedelta(days=spec.since)):
            customer = create_customer(
                name=spec.name, number=spec.number, phone=spec.phone, actor=self.admin
            )
            self._join(people, customer)
            sites = tuple(self._equip(customer, site, spec) for site in spec.sites)
            names = tuple(person.name for person in people)
            self.customers.append(CustomerRow(customer.pk, spec.number, spec.busy, names, sites))
            for agreement in AGREEMENTS:
                if agreement.customer == spec.number and agreement.signed:
                    self._sign(agreement, customer, sites, spec)

    def offer(self, agreement: AgreementSpec, since: datetime) -> None:
        """Draft a contract that nobody has signed yet; one with a note is sent to be signed."""
        row = next(row for row in self.customers if row.number == agreement.customer)
        with self._at(since):
            wish = self._wish(agreement, row.sites, starts_on=_day(self.now + timedelta(days=9)))
            customer = Customer.objects.get(pk=row.id)
            contract = create_contract(customer=customer, wish=wish, actor=self.admin)
            if agreement.note:
                send_for_signature(contract=contract, note=agreement.note, actor=self.admin)

    def world(self) -> World:
        """Return what now exists."""
        roles = {name: viewer.role for name, viewer in self.viewers.items()}
        technicians = tuple(name for name, role in roles.items() if role is Role.TECHNICIAN)
        dispatchers = [name for name, role in roles.items() if role is Role.DISPATCHER]
        return World(
            provider_id=self.provider.pk,
            viewers=self.viewers,
            customers=tuple(self.customers),
            technicians=technicians,
            dispatcher=next(iter(dispatchers), self.admin.name),
        )

    @contextmanager
    def _at(self, instant: datetime) -> Iterator[None]:
        with provider_scope(provider_id=self.provider.pk), replayed_scope(instant):
            yield

    def _join(self, people: Sequence[PersonSpec], customer: Customer | None) -> None:
        for person in people:
            membership = Membership.objects.create(
                provider=self.provider,
                customer=customer,
                user_id=self.users[person.name].pk,
                role=person.role.value,
                name=person.name,
                email=self.users[person.name].email,
                phone=person.phone,
                zone=str(ZONE),
            )
            self.viewers[person.name] = viewer_of(membership)
            record(self.admin, "person.added", membership, id=membership.pk, role=person.role)

    def _equip(self, customer: Customer, spec: SiteSpec, of: CustomerSpec) -> SiteRow:
        site = create_site(
            customer=customer,
            name=spec.name,
            address=spec.address,
            zone=str(ZONE),
            actor=self.admin,
        )
        installed_on = _day(database_now() + timedelta(days=5))
        rows = [self._install(site, device, installed_on) for device in devices_at(spec, of.fleet)]
        return SiteRow(site.pk, spec.name, tuple(rows))

    def _install(self, site: Site, spec: DeviceSpec, installed_on: date) -> DeviceRow:
        self.installed += 1
        product = spec.product
        facts = DeviceFacts(
            name=spec.name,
            kind=spec.kind.value,
            vendor=product.vendor,
            model=product.model,
            serial=serial_of(product, self.installed),
            asset_tag=f"{self.provider.reference_prefix}-A{self.installed:04}",
            room=spec.room,
            installed_on=installed_on,
        )
        device = create_device(site=site, facts=facts, actor=self.admin)
        return DeviceRow(device.pk, spec.name, spec.kind, device.product, spec.room)

    def _sign(
        self,
        agreement: AgreementSpec,
        customer: Customer,
        sites: Sequence[SiteRow],
        spec: CustomerSpec,
    ) -> None:
        starts_on = _day(self.now - timedelta(days=spec.since))
        wish = self._wish(agreement, sites, starts_on)
        contract = create_contract(customer=customer, wish=wish, actor=self.admin)
        if agreement.scanned:
            sign_on_paper(contract, agreement.signed_by, self.admin)
        else:
            sign_contract(
                contract=contract,
                name=agreement.signed_by,
                evidence=Evidence(no_scan_reason="Signed before we kept scans."),
                actor=self.admin,
            )

    def _wish(
        self, agreement: AgreementSpec, sites: Sequence[SiteRow], starts_on: date
    ) -> ContractWish:
        tier = Tier.objects.get(Q(code=agreement.tier) | Q(name=agreement.tier))
        ends_on = starts_on + 3 * YEAR - timedelta(days=1)
        if agreement.ended is not None:
            ends_on = _day(self.now - timedelta(days=agreement.ended))
        elif agreement.ends_in is not None:
            ends_on = _day(self.now + timedelta(days=agreement.ends_in))
        systems = (
            device.id
            for site in sites
            for device in site.devices
            if site.name in agreement.systems_at and device.kind is DeviceKind.PBX
        )
        return ContractWish(
            starts_on=starts_on,
            ends_on=ends_on,
            draft=Draft(
                tier=tier.code,
                calendar_id=Calendar.objects.get(is_default=True).pk,
                targets=Promise.from_dict(tier.promise).targets,
                options=agreement.options,
            ),
            site_ids=tuple(site.id for site in sites if site.name in agreement.sites),
            device_ids=tuple(systems),
            renewal=agreement.renewal,
        )


def _day(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()
