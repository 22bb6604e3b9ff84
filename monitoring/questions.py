"""From what a check was told to the question that a probe asks. For the runner only: it is heavy.

Secrets are here for as long as a question is, in memory, and in no text that is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from monitoring.check_settings import Settings
from monitoring.places import NOWHERE, NotAskable, Place, ssh_login
from monitoring.probes.digest import Login
from monitoring.probes.facts import Fact
from monitoring.probes.kinds import USUAL_PORT, WITHOUT_PORT, ProbeKind, Question
from monitoring.probes.limits import USUAL_LIMITS, Limit
from monitoring.probes.names import RecordType
from monitoring.probes.sip import SipExpectation
from monitoring.probes.snmp import Community, SnmpUser
from monitoring.probes.snmp_tables import SnmpTopic
from monitoring.probes.ssh_catalogue import Topic
from monitoring.probes.web import EXPECTED as WEB_EXPECTED
from monitoring.probes.web import WebExpectation
from monitoring.setting_readers import bounds_of, codes_of, words_of


def question_of(
    kind: str, settings: Settings, place: Place = NOWHERE, timeout: timedelta = timedelta(seconds=5)
) -> Question:
    """Return what to ask. Raises NotAskable when a host, a port or a credential is missing."""
    asked = ProbeKind(kind)
    host = _text(settings, "host") or place.host
    port = int(settings.get("port") or 0) or place.port or USUAL_PORT.get(asked, 0)
    limits = _limits(_text(settings, "limits"))
    question = Question(kind=asked, host=host, port=port, deadline=timeout, limits=limits)
    if asked is not ProbeKind.WEB:
        _refuse_nowhere(question)
    fill = FILL.get(asked)
    return fill(question, settings, place) if fill else question


def _refuse_nowhere(question: Question) -> None:
    if not question.host:
        raise NotAskable("It is not known where to ask: give the connection a name or an address.")
    if not question.port and question.kind not in WITHOUT_PORT:
        raise NotAskable("It is not known at which port to ask.")


def _text(settings: Settings, name: str) -> str:
    return str(settings.get(name) or "")


def _limits(written: str) -> tuple[Limit, ...]:
    """Return the usual limits, but for the facts that a check has its own for."""
    own: dict[Fact, Limit] = {}
    for fact, sign, figure in bounds_of(written):
        known = own.get(fact, Limit(fact))
        own[fact] = replace(known, least=figure) if sign == ">=" else replace(known, most=figure)
    return (*(limit for limit in USUAL_LIMITS if limit.fact not in own), *own.values())


def _sip(question: Question, settings: Settings, place: Place) -> Question:
    alive = codes_of(_text(settings, "alive"))
    degraded = codes_of(_text(settings, "degraded"))
    return replace(question, sip=SipExpectation(alive, degraded))


def _web(question: Question, settings: Settings, place: Place) -> Question:
    statuses = codes_of(_text(settings, "statuses")) or WEB_EXPECTED.statuses
    expected = WebExpectation(statuses, _text(settings, "text"))
    return replace(question, host=_page(question, settings), web=expected)


def _page(question: Question, settings: Settings) -> str:
    if page := _text(settings, "page"):
        return page
    host, port = question.host, question.port
    if not host:
        raise NotAskable("It is not known which page to fetch: give its address.")
    name = f"[{host}]" if ":" in host else host
    at = f"{name}:{port}" if port else name
    return f"{_text(settings, 'scheme') or 'https'}://{at}{_text(settings, 'path') or '/'}"


def _sip_login(question: Question, settings: Settings, place: Place) -> Question:
    return replace(question, login=_login(place, "user", "password"))


def _login(place: Place, user: str, password: str) -> Login:
    name, word = place.secret.get(user), place.secret.get(password)
    if not name or word is None:
        raise NotAskable("A login needs a credential with a user name and a password.")
    return Login(name, word)


def _snmp(question: Question, settings: Settings, place: Place) -> Question:
    topics = frozenset(SnmpTopic(word) for word in words_of(_text(settings, "topics")))
    return replace(question, snmp=_snmp_access(place), snmp_topics=topics or question.snmp_topics)


def _snmp_access(place: Place) -> Community | SnmpUser:
    secret = place.secret
    if word := secret.get("community"):
        return Community(word)
    if user := secret.get("user"):
        return SnmpUser(user, secret.get("authentication", ""), secret.get("privacy", ""))
    raise NotAskable("SNMP needs a credential: a community or a user.")


def _ssh(question: Question, settings: Settings, place: Place) -> Question:
    topics = frozenset(Topic(word) for word in words_of(_text(settings, "topics")))
    return replace(question, ssh=ssh_login(place), ssh_topics=topics or question.ssh_topics)


def _asterisk(question: Question, settings: Settings, place: Place) -> Question:
    return replace(
        question,
        ssh=ssh_login(place),
        login=_login(place, "ami_user", "ami_password"),
        manager_port=int(settings.get("manager_port") or question.manager_port),
    )


def _nut(question: Question, settings: Settings, place: Place) -> Question:
    return replace(question, ups=_text(settings, "ups"))


def _dns(question: Question, settings: Settings, place: Place) -> Question:
    record = RecordType(_text(settings, "record") or "A")
    wanted = _text(settings, "wanted")
    return replace(question, name=_text(settings, "name"), record=record, wanted=wanted)


FILL: Mapping[ProbeKind, Callable[[Question, Settings, Place], Question]] = {
    ProbeKind.SIP_UDP: _sip,
    ProbeKind.SIP_TCP: _sip,
    ProbeKind.SIP_TLS: _sip,
    ProbeKind.SIP_LOGIN: _sip_login,
    ProbeKind.WEB: _web,
    ProbeKind.SNMP: _snmp,
    ProbeKind.DNS: _dns,
    ProbeKind.SSH: _ssh,
    ProbeKind.ASTERISK: _asterisk,
    ProbeKind.NUT: _nut,
}
