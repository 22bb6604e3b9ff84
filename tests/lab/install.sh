#!/bin/sh
# The servers of the lab, from Debian, in under three minutes. None of them is started by this.
set -eu
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends \
    kamailio kamailio-tls-modules snmpd chrony openssh-server baresip-core nut-server iproute2 \
    exim4-daemon-light mmdebstrap mariadb-server sqlite3 age zstd >/dev/null

# A Debian of its own, which every test of updates gets a copy of.
debian=${LAB_DEBIAN:-/opt/portal-lab/debian}
if [ ! -x "$debian/usr/bin/apt-get" ]; then
    $as_root rm -rf "$debian"
    $as_root mkdir -p "$(dirname "$debian")"
    if ! $as_root timeout 200 mmdebstrap --quiet --variant=apt \
        --dpkgopt=path-exclude='/usr/share/doc/*' --dpkgopt=path-exclude='/usr/share/man/*' \
        --dpkgopt=path-exclude='/usr/share/locale/*' \
        --dpkgopt=path-exclude='/usr/share/zoneinfo/*' \
        bookworm "$debian" >/dev/null 2>&1; then
        $as_root rm -rf "$debian"
        echo "A Debian to update cannot be had here: the lab's tests that need it are left out."
    fi
fi

# Debian 12 has no Asterisk and newer suites do: its files are laid beside ours, not installed.
tree=${LAB_ASTERISK:-/opt/portal-lab/asterisk}
[ -x "$tree/usr/sbin/asterisk" ] && exit 0
for suite in forky sid; do
    $as_root rm -rf "$tree"
    $as_root mkdir -p "$(dirname "$tree")"
    if $as_root timeout 100 mmdebstrap --quiet --variant=extract \
        --aptopt='Apt::Install-Recommends "false"' \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        --include=asterisk "$suite" "$tree" >/dev/null 2>&1; then
        exit 0
    fi
done
$as_root rm -rf "$tree"
echo "Asterisk cannot be had here: the lab's tests that need it are left out."
