#!/bin/sh
# The servers of the lab, from Debian, in under three minutes. None of them is started by this.
# Quick when all is there. What cannot be had is said in one line each; without the packages it fails.
set -eu
packages="kamailio kamailio-tls-modules snmpd chrony openssh-server baresip-core nut-server iproute2
    exim4-daemon-light mmdebstrap mariadb-server sqlite3 age zstd curl sudo"
as_root=""
[ "$(id -u)" = 0 ] || as_root=sudo
export DEBIAN_FRONTEND=noninteractive

without() {
    for package in $packages; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || printf ' %s' "$package"
    done
}

# What could not be had is not tried again for a day: trying takes minutes.
given_up() {
    [ -n "$(find "$1.cannot-be-had" -mmin -1440 2>/dev/null)" ]
}

# usage: lay_down FOLDER SECONDS SUITE OPTION …
lay_down() {
    folder=$1 seconds=$2 suite=$3
    shift 3
    $as_root rm -rf "$folder" "$folder.cannot-be-had"
    $as_root mkdir -p "$(dirname "$folder")"
    $as_root timeout "$seconds" mmdebstrap --quiet "$@" "$suite" "$folder" >/dev/null 2>&1
}

give_up() {
    $as_root rm -rf "$1"
    $as_root touch "$1.cannot-be-had" || true
}

if [ -n "$(without)" ]; then
    echo "Installing the servers of the lab:$(without)"
    if ! { $as_root apt-get update -qq && $as_root apt-get install -y -qq \
        -o DPkg::Lock::Timeout=300 --no-install-recommends $packages; } >/dev/null 2>&1; then
        echo "The servers of the lab cannot be had here; missing:$(without)"
        exit 1
    fi
fi

# A Debian of its own, which every test of updates gets a copy of.
debian=${LAB_DEBIAN:-/opt/portal-lab/debian}
if [ ! -x "$debian/usr/bin/apt-get" ]; then
    given_up "$debian" || lay_down "$debian" 200 bookworm --variant=apt \
        --dpkgopt=path-exclude='/usr/share/doc/*' --dpkgopt=path-exclude='/usr/share/man/*' \
        --dpkgopt=path-exclude='/usr/share/locale/*' \
        --dpkgopt=path-exclude='/usr/share/zoneinfo/*' || give_up "$debian"
    [ -x "$debian/usr/bin/apt-get" ] ||
        echo "A Debian to update cannot be had here: the lab's tests that need it are left out."
fi

# Debian 12 has no Asterisk and newer suites do: its files are laid beside ours, not installed.
tree=${LAB_ASTERISK:-/opt/portal-lab/asterisk}
asterisk_of() {
    lay_down "$tree" 100 "$1" --variant=extract --aptopt='Apt::Install-Recommends "false"' \
        --aptopt='Acquire::Check-Valid-Until "false"' --include=asterisk
}
if [ ! -x "$tree/usr/sbin/asterisk" ]; then
    given_up "$tree" || asterisk_of forky || asterisk_of sid || give_up "$tree"
    [ -x "$tree/usr/sbin/asterisk" ] ||
        echo "Asterisk cannot be had here: the lab's tests that need it are left out."
fi
