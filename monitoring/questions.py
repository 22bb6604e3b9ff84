"""From what a check was told to the question that a probe asks. For the runner only: it is heavy.

Secrets are here for as long as a question is, in memory, and in no text that is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from monitoring.check_settings import Settings
from monitoring.probes.digest import Login
from monitoring.probes.kinds import USUAL_PORT, ProbeKind, Question
from monitoring.probes.names import RecordType
from monitoring.probes.snmp import Community, SnmpUser

# The fields of an unsealed credential; which there are depends on its kind.
Secret = Mapping[str, str]


class NotAskable(Exception):
    """A check lacks something without which nobody can be asked; the text is for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a connection leads; all empty when a check has none."""

    host: str = ""
    port: int = 0
    secret: Secret = field(default_factory=dict, repr=False)
    host_key: str = ""


NOWHERE = Place()


def question_of(
    kind: str, settings: Settings, place: Place = NOWHERE, timeout: timedelta = timedelta(seconds=5)
) -> Question:
    """Return what to ask. Raises NotAskable when a host, a port or a credential is missing."""
    asked = ProbeKind(kind)
    host = str(settings.get("host") or "") or place.host
    port = int(settings.get("port") or 0) or place.port or USUAL_PORT.get(asked, 0)
    question = Question(kind=asked, host=host, port=port, deadline=timeout)
    if asked is ProbeKind.WEB:
        return replace(question, host=_page(settings, host, port))
    if not host:
        raise NotAskable("It is not known where to ask: give the connection a name or an address.")
    if not port and asked not in PORTLESS:
        raise NotAskable("It is not known at which port to ask.")
    if asked in FILL:
        return FILL[asked](question, settings, place)
    return question


PORTLESS: frozenset[ProbeKind] = frozenset()


def _page(settings: Settings, host: str, port: int) -> str:
    if page := str(settings.get("page") or ""):
        return page
    if not host:
        raise NotAskable("It is not known which page to fetch: give its address.")
    name = f"[{host}]" if ":" in host else host
    at = f"{name}:{port}" if port else name
    return f"{settings.get('scheme') or 'https'}://{at}{settings.get('path') or '/'}"


def _sip_login(question: Question, settings: Settings, place: Place) -> Question:
    user, password = place.secret.get("user"), place.secret.get("password")
    if not user or password is None:
        raise NotAskable("A login needs a credential with a user name and a password.")
    return replace(question, login=Login(user, password))


def _snmp(question: Question, settings: Settings, place: Place) -> Question:
    secret = place.secret
    if word := secret.get("community"):
        return replace(question, snmp=Community(word))
    if user := secret.get("user"):
        signs, hides = secret.get("authentication", ""), secret.get("privacy", "")
        return replace(question, snmp=SnmpUser(user, signs, hides))
    raise NotAskable("SNMP needs a credential: a community or a user.")


def _dns(question: Question, settings: Settings, place: Place) -> Question:
    record = RecordType(str(settings.get("record") or "A"))
    return replace(question, name=str(settings.get("name") or ""), record=record)


FILL = {
    ProbeKind.SIP_LOGIN: _sip_login,
    ProbeKind.SNMP: _snmp,
    ProbeKind.DNS: _dns,
}
