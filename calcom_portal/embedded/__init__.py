"""Real PostgreSQL and Valkey out of pip wheels, for the demo, development and the tests.

Used where DATABASE_URL or REDIS_URL is not set. `python -m calcom_portal.embedded --var FOLDER`
starts both by hand.
"""

from calcom_portal.embedded.servers import (
    FolderInUse,
    OwnServers,
    Servers,
    embedded_servers,
    running_servers,
)

__all__ = ["FolderInUse", "OwnServers", "Servers", "embedded_servers", "running_servers"]
