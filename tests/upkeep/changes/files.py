"""Configuration of a small Asterisk, as tests change it."""

PJSIP = """\
[global]
user_agent=LabPBX 22
[udp]
type=transport
protocol=udp
bind=127.0.0.1:15060
[phone](!)
type=endpoint
context=internal
disallow=all
allow=ulaw
; the front desk
[101](phone)
auth=101
aors=101
mailboxes=101@default
[101]
type=auth
auth_type=userpass
username=101
password=s3cret-phone ; as on its label
[101]
type=aor
max_contacts=1

[102](phone)
auth=102
aors=102
callerid="Lab" <102>
[102]
type=auth
auth_type=userpass
username=102
password=never-seen
[102]
type=aor
max_contacts=1
[carrier]
type=endpoint
context=from-carrier
aors=carrier
[carrier]
type=aor
contact=sip:127.0.0.1:5060
"""

DIALPLAN = """\
[general]
static=yes
[internal]
include => features
exten => 101,1,Dial(PJSIP/101,20)
 same => n,VoiceMail(101@default,u)
 same => n,Hangup()
exten => 200,1,Answer()
exten => _XXX,1,Dial(PJSIP/${EXTEN},20)
; the end of what we call each other
[from-carrier]
exten => 5551000,1,Goto(internal,101,1)
"""

FILES = {"pjsip.conf": PJSIP, "extensions.conf": DIALPLAN}
PASSWORD = "correct-horse-1234"
ANSWERS = {
    "add_extension": {"number": "103", "name": "Front desk", "password": PASSWORD, "like": "101"},
    "remove_extension": {"number": "102"},
    "rename_extension": {"number": "101", "name": "Reception"},
    "renew_password": {"number": "101", "password": PASSWORD},
    "forward": {"number": "101", "to": "102"},
    "ring_group": {"number": "600", "members": "101, 102", "seconds": "25"},
    "edit_file": {
        "words": "The night bell rings longer.",
        "path": "/etc/asterisk/extensions.conf",
        "find": "exten => 200,1,Answer()\n",
        "put": "exten => 200,1,Hangup()\n",
        "service": "",
    },
}
