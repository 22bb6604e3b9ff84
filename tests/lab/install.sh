#!/bin/sh
# The servers of the lab, from Debian. None of them is started by this.
set -eu
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends \
    kamailio kamailio-tls-modules snmpd chrony >/dev/null
