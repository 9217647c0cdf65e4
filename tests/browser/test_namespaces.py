"""The network the days are held in: isolated, and with cables."""

from __future__ import annotations

import subprocess
import sys

import pytest

from .namespaces import SERVER, school_network

ASK = """
import socket, sys
try:
    socket.create_connection((sys.argv[1], int(sys.argv[2])), 2).close()
    print("reached")
except OSError as error:
    print("no way")
"""
LISTEN = """
import socket
listener = socket.create_server(("0.0.0.0", 8000))
print("listening", flush=True)
while True:
    listener.accept()[0].close()
"""


def told(network, host, address, port=8000):
    run = network.command(host, [sys.executable, "-c", ASK, address, str(port)])
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def network():
    with school_network("one", "two") as made:
        if not made.has_cables:
            pytest.skip("no network namespaces for this user")
        listening = network_listener(made)
        yield made
        listening.kill()
        listening.wait()


def network_listener(made):
    run = made.command(SERVER, [sys.executable, "-c", LISTEN])
    listening = subprocess.Popen(run, stdout=subprocess.PIPE, text=True)
    assert listening.stdout.readline() == "listening\n"
    return listening


def test_seats_reach_the_server_and_nothing_else(network):
    assert told(network, "one", network.address) == "reached"
    assert told(network, "one", "192.0.2.1", 80) == "no way"
    assert told(network, "one", "127.0.0.1") == "no way"


def test_a_pulled_cable_cuts_one_seat_until_it_is_plugged_in(network):
    network.pull_cable("one")
    assert told(network, "one", network.address) == "no way"
    assert told(network, "two", network.address) == "reached"
    network.plug_in("one")
    assert any(told(network, "one", network.address) == "reached" for _ in range(10))
