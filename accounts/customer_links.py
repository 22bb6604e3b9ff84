"""What else there is to see of a customer: a registry that upper apps fill in `ready()`."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from accounts.capabilities import Capability
from accounts.viewer import Viewer


@dataclass(frozen=True, slots=True)
class CustomerLink:
    """A list of an upper app that can be narrowed to one customer by `?customer=<id>`.

    `needs`: who may follow it; None for all who see customers.
    """

    name: str
    url_name: str
    icon: str
    needs: Capability | None = None

    @property
    def url(self) -> str:
        """Return the address of the list."""
        return reverse(self.url_name)


_links: list[CustomerLink] = []


def register_customer_link(link: CustomerLink) -> None:
    """Show `link` on the pages of customers."""
    if link not in _links:
        _links.append(link)


def links_of_customers(viewer: Viewer) -> list[CustomerLink]:
    """Return the links that the viewer may follow, in the order of registration."""
    return [link for link in _links if link.needs is None or viewer.can(link.needs)]
