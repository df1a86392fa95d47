"""What is measured: each scenario takes one sample of one peer, on servers that run."""

import signal
import time

from peers.processes import Failure

KEYS_FILLED = 100_000


class Throughput:
    """A closed loop."""

    starts_servers = False
    unit = "operations a second"
    more_is_better = True

    def __init__(self, kind, clients):
        self.kind = kind
        self.clients = clients
        self.name = f"{kind}-{clients}"
        what = "durable puts" if kind == "put" else "linearizable reads"
        self.title = f"{what}, {clients} client{'s' if clients > 1 else ''}"

    def sample(self, peer, options):
        rate, p50_us, p99_us = peer.load(self.kind, self.clients, options.seconds)
        return {self.unit: rate, "p50 us": p50_us, "p99 us": p99_us}


class OpenLoop:
    """At half of the own peak: p99 from when an operation was due."""

    starts_servers = False
    name = "open-put"
    title = "puts at half of the own peak of 64 clients"
    unit = "p99 us"
    more_is_better = False

    def sample(self, peer, options):
        if peer.name == "ZooKeeper":
            return None
        peak, _, _ = peer.load("put", 64, options.seconds)
        rate, _, p99_us = peer.load("put", 64, options.seconds, int(peak / 2))
        return {self.unit: p99_us, "due a second": peak / 2, "done a second": rate}


class Startup:
    """From the start of three servers without data to the first acknowledged write."""

    starts_servers = True
    name = "startup"
    title = "fresh start to the first write"
    unit = "ms"
    more_is_better = False

    def sample(self, peer, options):
        began = time.monotonic()
        try:
            peer.start()
            peer.first_write()
            return {self.unit: (time.monotonic() - began) * 1e3}
        finally:
            peer.stop()


class Failover:
    """The longest time between two acknowledged writes of one writer, while the leader is killed."""

    starts_servers = False
    name = "failover"
    title = "longest gap of a writer, leader killed"
    unit = "ms"
    more_is_better = False

    def sample(self, peer, options):
        peer.wait_until_whole()
        writer = peer.writer(8)
        try:
            time.sleep(3)
            leader = peer.leader()
            peer.kill(leader)
            output, _ = writer.communicate(timeout=60)
            peer.restart(leader)
            peer.wait_until_whole()
            return {self.unit: peer.gap_ms(output)}
        finally:
            if writer.poll() is None:
                writer.send_signal(signal.SIGKILL)


class Resources:
    """Of the greediest server: memory without data and after 100,000 puts, processor while idle."""

    starts_servers = True
    name = "resources"
    title = "memory of a server after 100,000 puts"
    unit = "MB"
    more_is_better = False

    def sample(self, peer, options):
        try:
            peer.start()
            peer.wait_until_whole()
            time.sleep(2)
            idle_mb = max(x.resident_mb() for x in peer.servers)
            before = [x.cpu_s() for x in peer.servers]
            seconds = max(5.0, options.seconds)
            time.sleep(seconds)
            idle = max(x.cpu_s() - cpu_s for x, cpu_s in zip(peer.servers, before)) / seconds
            peer.fill(KEYS_FILLED)
            time.sleep(2)
            return {self.unit: max(x.resident_mb() for x in peer.servers), "MB idle": idle_mb,
                    "% of a core idle": 100 * idle}
        finally:
            peer.stop()


def all_scenarios():
    return [*(Throughput("put", clients) for clients in (1, 64, 256)),
            *(Throughput("get", clients) for clients in (1, 64)), OpenLoop(), Startup(), Failover(), Resources()]


def chosen(names):
    """Those with these names, in the usual order; all for none."""
    known = {x.name: x for x in all_scenarios()}
    for name in names:
        if name not in known:
            raise Failure(f"there is no scenario {name}: {', '.join(known)}.")
    return [x for x in known.values() if not names or x.name in names]


def settle():
    """Lets what a sample left behind come to rest."""
    time.sleep(0.5)


