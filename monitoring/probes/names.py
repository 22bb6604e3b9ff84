"""Does a name server answer, and with what it should?"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

import dns.asyncquery
import dns.exception
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from monitoring.probes.egress import Pinned
from monitoring.probes.facts import Fact, Facts, clean
from monitoring.probes.results import Outcome, ProbeResult
from monitoring.probes.timing import NotWell, Stopwatch, within

MOST_SHOWN = 5


class RecordType(StrEnum):
    """The records that matter to telephony and mail."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    MX = "MX"
    NAPTR = "NAPTR"
    SRV = "SRV"
    TXT = "TXT"


async def probe_name(
    server: Pinned, deadline: timedelta, *, name: str, record: RecordType, wanted: str = ""
) -> ProbeResult:
    """Ask `server` for a record; dead when none of the answers holds `wanted` ("" for any).

    Raises ValueError for a name that no name server can be asked; never for what it answers.
    """
    try:
        question = dns.message.make_query(dns.name.from_text(name), record.value)
    except dns.exception.DNSException as error:
        raise ValueError(f"{name!r} is no name that can be looked up") from error
    watch = Stopwatch()
    answers = await within(deadline, _ask(server, question), watch)
    if isinstance(answers, ProbeResult):
        return answers
    facts: Facts = {Fact.DNS_ANSWERS: clean(", ".join(answers[:MOST_SHOWN]))}
    if not any(wanted in answer for answer in answers):
        words = f"The name server does not answer {wanted or 'with a record'}"
        return ProbeResult(Outcome.DEAD, watch.took, words, facts)
    words = f"The name server has {len(answers)} of these records"
    return ProbeResult(Outcome.ALIVE, watch.took, words, facts)


async def _ask(server: Pinned, question: dns.message.Message) -> list[str]:
    try:
        answer, _ = await dns.asyncquery.udp_with_fallback(
            question, server.address, port=server.port
        )
    except dns.exception.DNSException as error:
        raise NotWell("What answered is no name server") from error
    if answer.rcode() != dns.rcode.NOERROR:
        raise NotWell(f"The name server answered {dns.rcode.to_text(answer.rcode())}")
    wanted = question.question[0].rdtype
    return [record.to_text() for rows in answer.answer for record in rows if rows.rdtype == wanted]
