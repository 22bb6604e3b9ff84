"""What happened in the three months of the demo: requests and their conversations. Data only."""

from calcom_portal.demo.stories.around import AROUND
from calcom_portal.demo.stories.emergencies import EMERGENCIES
from calcom_portal.demo.stories.minor import MINORS
from calcom_portal.demo.stories.turns import Story, Turn, Verb
from calcom_portal.demo.stories.wishes import WISHES

__all__ = ["AROUND", "EMERGENCIES", "MINORS", "WISHES", "Story", "Turn", "Verb"]
