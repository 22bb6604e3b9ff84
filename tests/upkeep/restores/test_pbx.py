"""The phone system of a rehearsal: its cage, its settings, what it answers, how it is judged."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from upkeep.restores.pbx.answers import Started, read_answers, spoilt_lines
from upkeep.restores.pbx.cage import CALLS, caged, filter_for, is_cage_here
from upkeep.restores.pbx.judging import shortcomings, started_words
from upkeep.restores.pbx.laying_out import OWN, own_files, rewritten, source_of, uses_realtime
from upkeep.restores.pbx.programs import problem

TRIED = """
import os, socket
def tried(name, act):
    try:
        act()
        print(name, "worked")
    except OSError as error:
        print(name, error.errno)
near = ("127.0.0.1", 9)
def bound(kind):
    made = socket.socket(socket.AF_INET, kind)
    made.bind(("127.0.0.1", 0))
    return made
tried("fork", os.fork)
tried("program", lambda: os.posix_spawn("/bin/true", ["true"], {}))
tried("thread", lambda: __import__("threading").Thread(target=print).start())
tried("bind", lambda: bound(socket.SOCK_DGRAM))
tried("listen", lambda: bound(socket.SOCK_STREAM).listen())
tried("send", lambda: bound(socket.SOCK_DGRAM).sendto(b"x", near))
tried("message", lambda: bound(socket.SOCK_DGRAM).sendmsg([b"x"], [], 0, near))
tried("connect", lambda: bound(socket.SOCK_STREAM).connect(near))
tried("connect by name", lambda: socket.socket(socket.AF_UNIX).connect("/nowhere"))
tried("IPv6", lambda: socket.socket(socket.AF_INET6))
tried("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW))
tried("packets", lambda: socket.socket(17))
tried("netlink", lambda: socket.socket(16))
tried("pair", socket.socketpair)
"""
EPERM, EAFNOSUPPORT = 1, 97
TABLES = {"phones.provisioned": 2, "trunks.count": 1, "voicemail.boxes": 1}


@pytest.mark.skipif(not is_cage_here(), reason="There is no cage for this machine.")
def test_the_cage_lets_a_process_listen_and_nothing_more() -> None:
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", TRIED],
        preexec_fn=caged(),
        capture_output=True,
        text=True,
        check=True,
    )
    told = dict(line.rsplit(" ", 1) for line in said.stdout.splitlines() if line)
    assert told == {
        "fork": str(EPERM),
        "program": str(EPERM),
        "thread": "worked",
        "bind": "worked",
        "listen": "worked",
        "send": str(EPERM),
        "message": str(EPERM),
        "connect": str(EPERM),
        "connect by name": str(EPERM),
        "IPv6": str(EAFNOSUPPORT),
        "raw": str(EAFNOSUPPORT),
        "packets": str(EAFNOSUPPORT),
        "netlink": str(EAFNOSUPPORT),
        "pair": "worked",
    }


@pytest.mark.parametrize("machine", CALLS)
def test_every_jump_of_the_filter_stays_in_it(machine: str) -> None:
    steps = filter_for(machine)
    count = len(steps) // 8
    for number in range(count):
        code, so, no = steps[number * 8], steps[number * 8 + 2], steps[number * 8 + 3]
        if code in (0x15, 0x35, 0x45):
            assert number + 1 + max(so, no) < count
    # It ends by letting through what was not asked about.
    assert steps[-8:] == b"\x06\x00\x00\x00\x00\x00\xff\x7f"


@pytest.mark.parametrize(
    ("line", "laid_out"),
    [
        ("password=s3cret", "password=s3cret"),
        ("#include pjsip.endpoint.conf", "#include pjsip.endpoint.conf"),
        ('#include "sub/one.conf" ; mine', "#include sub/one.conf"),
        ("#include /etc/asterisk/sub/one.conf", "#include sub/one.conf"),
        ("#tryinclude <custom.conf>", "#tryinclude custom.conf"),
        ("#include /etc/passwd", ";left out: #include /etc/passwd"),
        ("#include /proc/self/environ", ";left out: #include /proc/self/environ"),
        ("#include ../shadow", ";left out: #include ../shadow"),
        ("#include sub/../../shadow", ";left out: #include sub/../../shadow"),
        ("#exec /usr/bin/make-dialplan", ";left out: #exec /usr/bin/make-dialplan"),
        ("  #EXEC rm -rf /", ";left out:   #EXEC rm -rf /"),
        ("transport = 0.0.0.0-udp", ";left out: transport = 0.0.0.0-udp"),
        ("type=transport", "type=left-out"),
        ("type = transport ; main", "type = left-out ; main"),
        ("type=endpoint", "type=endpoint"),
        ("server_uri=sip:a.example:5061\\;transport=tls", "server_uri=sip:a.example:5061"),
        ("server_uri = sips:carrier.example", "server_uri = sip:carrier.example"),
    ],
)  # fmt: skip
def test_a_line_names_no_program_no_other_file_and_no_address(line: str, laid_out: str) -> None:
    assert rewritten(line, "/etc/asterisk") == laid_out


def test_lines_stay_lines() -> None:
    text = "[a]\n#exec x\r\n\ntransport=udp\n"
    assert rewritten(text, "/etc/asterisk").count("\n") == text.count("\n")


def test_what_is_ours_is_never_the_customers() -> None:
    own = own_files("/srv/p", "/opt/a/modules", "/opt/a/share")
    assert set(own) == set(OWN)
    assert "execincludes = no\nlive_dangerously = no" in own["asterisk.conf"]
    assert "astrundir => /srv/p/run\n" in own["asterisk.conf"]
    assert "autoload = no\n" in own["modules.conf"]
    assert not any(
        word in own["modules.conf"] for word in ("app_system", "func_shell", "res_agi", "res_odbc")
    )


@pytest.mark.parametrize(
    ("link", "target", "source"),
    [
        ("etc/asterisk/a.conf", "b.conf", "etc/asterisk/b.conf"),
        ("etc/asterisk/a.conf", "/var/www/core/a.conf", "var/www/core/a.conf"),
        ("etc/asterisk/a.conf", "../asterisk/b.conf", "etc/asterisk/b.conf"),
        ("etc/asterisk/a.conf", "/etc/passwd", None),
        ("etc/asterisk/a.conf", "../../../../../etc/passwd", None),
    ],
)
def test_a_link_leads_to_what_the_backup_has_or_nowhere(
    link: str, target: str, source: str | None
) -> None:
    assert source_of(link, target, ["etc/asterisk/b.conf", "var/www/core/a.conf"]) == source


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("", False),
        ("[res_pjsip]\nendpoint=realtime,ps_endpoints\n", True),
        ("[res_pjsip]\n;endpoint=realtime,ps_endpoints\n", False),
        ("[res_pjsip]\nendpoint=config,pjsip.conf,criteria=type=endpoint\n", False),
    ],
)
def test_phones_in_a_database_are_known(text: str, uses: bool) -> None:
    assert uses_realtime({"sorcery.conf": text}) is uses


SAID = {
    "endpoints": (
        " Endpoint:  <Endpoint/CID....>  <State.....>\n    I/OAuth:  <AuthId>\n=====\n\n"
        " Endpoint:  101/101       Unavailable   0 of inf\n     InAuth:  101/101\n"
        "\n Endpoint:  102   Unavailable   0 of inf\n     InAuth:  102/102\n\n"
        " Endpoint:  carrier    Not in use    0 of inf\n    OutAuth:  carrier/101\n\n"
        " Endpoint:  anonymous    Not in use    0 of inf\n\nObjects found: 4\n"
    ),
    "registrations": " carrier/sip:a  carrier  Unregistered\n\nObjects found: 1\n",
    "contexts": "-= 2,140 extensions (9 priorities) in 31 contexts. =-\n",
    "mailboxes": "Context    Mbox\ndefault    101\n1 voicemail users configured.\n",
    "entries": "COUNT(*): 48          \n",
    "modules": (
        "vault/17/22.10.1+dfsg+~cs6.17\nchan_pjsip.so  PJSIP  0  Running  core\n"
        "pbx_config.so  Text  0  Not Running  core\n"
    ),
}  # fmt: skip


def test_answers_are_read() -> None:
    found = read_answers(SAID)
    assert found.to_dict() == {
        "version": "22.10.1",
        "extensions": 2,
        "trunks": 1,
        "contexts": 31,
        "mailboxes": 1,
        "entries": 48,
    }
    assert found.modules == {"chan_pjsip"}


def test_answers_of_nothing_are_nothing() -> None:
    assert read_answers(dict.fromkeys(SAID, "")).to_dict() == {
        "version": "",
        **dict.fromkeys(("extensions", "trunks", "contexts", "mailboxes", "entries"), 0),
    }


LOG = """[1795] Asterisk 22.10.1 built by nobody
[1795] ERROR[12] config_options.c: Unable to load config file 'cdr.conf'
[1795] WARNING[12] config.c: parse error: no closing ']', line 28 of /srv/portal-r1/etc/pjsip.conf
[1795] WARNING[12] config.c: parse error: no closing ']', line 28 of /srv/portal-r1/etc/pjsip.conf
[1795] ERROR[12][C-00000001] config_options.c: Error parsing password=s3cret at line 24 of x.conf
[1795] WARNING[12] res_pjsip_outbound_registration.c: No response from 'sip:101:s3cret@carrier'
[1795] ERROR[12] loader.c: pbx_config declined to load.
"""


def test_of_its_log_only_what_is_known_to_hold_no_value_is_told() -> None:
    told = spoilt_lines(LOG)
    assert told == [
        "parse error: no closing ']', line 28 of pjsip.conf",
        "Error parsing password=… at line 24 of x.conf",
        "pbx_config declined to load.",
    ]
    assert spoilt_lines(LOG, fatal=True) == told[:1]


FILES = {"pjsip.conf", "extensions.conf"}
WHOLE = Started("22.10.1", 2, 1, 3, 1, 48, frozenset({"chan_pjsip", "pbx_config"}))


@pytest.mark.parametrize(
    ("started", "baseline", "entries", "less"),
    [
        (WHOLE, TABLES, 48, []),
        (WHOLE, {}, None, []),
        (WHOLE, {"phones.provisioned": 9}, 48, ["It has 2 extensions; there were 9."]),
        (WHOLE, {"trunks.count": 2}, 48, ["It has 1 trunk; there were 2."]),
        (WHOLE, {"voicemail.boxes": 4}, 48, ["It has 1 mailbox; there were 4."]),
        (WHOLE, {"phones.provisioned": 1}, 48, []),
        (WHOLE, TABLES, 50, ["Its database has 48 entries; there were 50."]),
        (Started("22", 2, 1, 0, 1, 0, frozenset({"chan_pjsip"})), TABLES, None,
         ["extensions.conf could not be read."]),
    ],
)  # fmt: skip
def test_what_is_less_than_in_the_backup_is_said(
    started: Started, baseline: Mapping[str, Any], entries: int | None, less: list[str]
) -> None:
    assert list(shortcomings(started, baseline, FILES, entries)) == less


def test_words_tell_exactly_what_was_proven() -> None:
    facts = WHOLE.to_dict()
    assert started_words(facts, has_entries=True, is_compared=True) == (
        "Started in an Asterisk 22.10.1 of our own with 2 extensions, 1 trunk, 1 mailbox,"
        " 3 contexts and 48 entries of its database, as in the backup."
    )
    assert started_words(facts, has_entries=False, is_compared=False) == (
        "Started in an Asterisk 22.10.1 of our own with 2 extensions, 1 trunk, 1 mailbox and"
        " 3 contexts. The system had not told its own figures to compare with."
    )


def test_what_is_wrong_with_the_setting_is_said(settings: Any, tmp_path: Path) -> None:
    settings.REHEARSAL_ASTERISK = ""
    assert problem() == ""
    settings.REHEARSAL_ASTERISK = str(tmp_path)
    binary = tmp_path / "usr/sbin/asterisk"
    assert problem() == f"REHEARSAL_ASTERISK: there is no {binary}. Unpack an Asterisk there."
    binary.parent.mkdir(parents=True)
    binary.touch()
    lacks = f"REHEARSAL_ASTERISK: the Asterisk in {tmp_path} has no chan_pjsip.so."
    assert problem() == lacks
    settings.REHEARSAL_ASTERISK = str(binary)
    assert problem() == lacks
    settings.REHEARSAL_ASTERISK = "usr/sbin/asterisk"
    assert problem().startswith("REHEARSAL_ASTERISK: there is no ")
