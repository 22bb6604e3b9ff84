"""The next ticket number, and what the ticket is about, looked up in one statement."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.capabilities import Role
from calcom_portal.common.errors import BadInput, Missing
from calcom_portal.common.prepared import PreparedSql

DISPATCHER, ADMIN = Role.DISPATCHER.value, Role.PROVIDER_ADMIN.value

# The counter's row lock orders those who open tickets; a failed transaction gives the number back.
NEXT = PreparedSql(
    "next_ticket_number",
    """
WITH counted AS (
    UPDATE tickets_ticketcounter SET number = number + 1
     WHERE provider_id = %(provider)s RETURNING number
)
SELECT nextval('tickets_ticket_id_seq'), counted.number, provider.reference_prefix,
       customer.name, customer.is_active,
       site.id, site.name, device.id, device.site_id, device_site.name,
       desk.dispatchers, desk.admins, reporter.id
  FROM counted
  CROSS JOIN (
      SELECT array_agg(id ORDER BY id) FILTER (WHERE role = %(dispatcher)s) AS dispatchers,
             array_agg(id ORDER BY id) FILTER (WHERE role = %(admin)s) AS admins
        FROM accounts_membership
       WHERE provider_id = %(provider)s AND is_active AND customer_id IS NULL
         AND role IN (%(dispatcher)s, %(admin)s)
  ) desk
  JOIN accounts_provider provider ON provider.id = %(provider)s
  LEFT JOIN accounts_customer customer
         ON customer.provider_id = %(provider)s AND customer.id = %(customer)s
  LEFT JOIN contracts_site site
         ON site.provider_id = %(provider)s AND site.customer_id = %(customer)s
        AND site.id = %(site)s AND site.is_active
  LEFT JOIN contracts_device device ON device.provider_id = %(provider)s
                                   AND device.customer_id = %(customer)s AND device.id = %(device)s
  LEFT JOIN contracts_site device_site
         ON device_site.provider_id = %(provider)s AND device_site.id = device.site_id
  LEFT JOIN accounts_membership reporter
         ON reporter.provider_id = %(provider)s AND reporter.id = %(reporter)s
        AND reporter.is_active
        AND (reporter.customer_id = %(customer)s OR reporter.customer_id IS NULL)
""",
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """A new key and number, the names of what the ticket is about, the desk that hears of it."""

    key: int
    number: int
    reference: str
    customer_name: str
    site_id: int | None
    site_name: str
    desk: tuple[int, ...]


def number_ticket(
    provider_id: int,
    *,
    customer_id: int,
    site_id: int | None,
    device_id: int | None,
    reporter_id: int | None,
) -> Numbered:
    """Take the next number. A device without a site stands at its own.

    Raises Missing for a customer or a reporter out of reach, BadInput for a place not theirs.
    """
    wanted: dict[str, int | str | None] = {
        "provider": provider_id,
        "customer": customer_id,
        "site": site_id,
        "device": device_id,
        "reporter": reporter_id,
        "dispatcher": DISPATCHER,
        "admin": ADMIN,
    }
    [answer] = NEXT.rows(wanted)
    key, number, prefix, customer, is_active, *things, desk, admins, reporter = answer
    found_site, site_name, found_device, device_site, device_site_name = things
    if customer is None or not is_active:
        raise Missing("There is no such customer.", remedy="Choose one from the list.")
    if reporter != reporter_id:
        raise Missing("There is no such person.", remedy="Choose one of the customer's people.")
    if found_site != site_id:
        raise BadInput("That site is not in use.", field="site", remedy="Choose another site.")
    if found_device != device_id or (site_id and device_site and site_id != device_site):
        raise BadInput(
            "That device is not installed there.", field="device", remedy="Choose another device."
        )
    return Numbered(
        key,
        number,
        f"{prefix}-{number}",
        customer,
        found_site or device_site,
        site_name or device_site_name or "",
        tuple(desk or admins or ()),
    )
