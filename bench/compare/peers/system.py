"""What a comparison asks of each system."""
import pathlib
import statistics
import subprocess
import time

from stage import Failure, cpu_seconds_of, reason_of, resident_mb_of

PROJECT = pathlib.Path(__file__).resolve().parents[3]

SERVERS = 3
VALUE_BYTES = 256
KEYS = 10_000

# One writer writes for so long; the leader is killed so long after it was started.
FAILOVER_SECONDS = 10
FAILOVER_KILL_AFTER = 4


class System:
    """Servers on this machine that keep what they acknowledge on disk, and a program to load them.

    A subclass starts its servers as self.servers (a list of processes, None for one that is down)
    and says what differs.
    """

    name = ""
    packages = ()
    # What it can be asked for; an in-process cluster has no servers to kill or to look at.
    groups = frozenset({"load", "start", "failover", "resources"})
    # How long it has to run before its figures are its own.
    settle_seconds = 2

    def __init__(self, stage):
        self.stage = stage
        self.servers = []

    def prepare(self):
        """Looks for its programs and builds what is missing."""

    def version(self):
        raise NotImplementedError

    def start(self):
        """Starts a fresh cluster; gives the milliseconds until its first write was acknowledged."""
        raise NotImplementedError

    def load(self, operation, clients, seconds, warmup, rate=0):
        """Figures of `put`s or linearizable `get`s, by the names of kv_load."""
        raise NotImplementedError

    def fill(self, puts):
        """Writes so many values, each of another key."""
        raise NotImplementedError

    def begin_writer(self, seconds):
        """Starts one writer that goes on whatever happens."""
        raise NotImplementedError

    def longest_gap_ms(self, writer, seconds):
        """Its longest time between two acknowledged writes."""
        raise NotImplementedError

    def leader(self):
        """Which of self.servers leads now, or None."""
        raise NotImplementedError

    def start_server(self, which):
        raise NotImplementedError

    def stop(self):
        for server in self.servers:
            if server:
                self.stage.end(server)
        self.servers = []

    def failover(self):
        """Kills the leader under one writer, and starts it again when the writer has ended."""
        writer = self.begin_writer(FAILOVER_SECONDS)
        time.sleep(FAILOVER_KILL_AFTER)
        victim = self.wait_for_leader()
        self.stage.end(self.servers[victim])
        self.servers[victim] = None
        gap = self.longest_gap_ms(writer, FAILOVER_SECONDS)
        self.start_server(victim)
        # A writer that never went on has seen its own end, not the failover's.
        if gap > 900 * (FAILOVER_SECONDS - FAILOVER_KILL_AFTER):
            raise Failure(f"{self.name} took no write after its leader was killed.")
        self.wait_for_leader()
        return {"gap_ms": gap}

    def wait_for_leader(self, seconds=30):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            which = self.leader()
            if which is not None:
                return which
            self.check_alive()
            time.sleep(0.05)
        raise Failure(f"{self.name} has no leader within {seconds} s.")

    def check_alive(self):
        for number, server in enumerate(self.servers, 1):
            if server and server.poll() is not None:
                why = reason_of(server)
                raise Failure(f"server {number} of {self.name} ended with {server.returncode}{why}")

    def resident_mb(self):
        """The mean over the servers."""
        return statistics.mean(resident_mb_of(server.pid) for server in self.servers if server)

    def idle_cpu_percent(self, seconds):
        """The mean over the servers, of one core, while nobody asks them anything."""
        pids = [server.pid for server in self.servers if server]
        before, begin = [cpu_seconds_of(pid) for pid in pids], time.monotonic()
        time.sleep(seconds)
        elapsed = time.monotonic() - begin
        used = (cpu_seconds_of(pid) - was for pid, was in zip(pids, before))
        return 100 * statistics.mean(used) / elapsed


def package_version(package):
    """Debian's version of an installed package."""
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Version}", package],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout if asked.returncode == 0 else "unknown"
