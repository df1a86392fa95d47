"""Three processes of `quorate serve`, or all nodes in the process of the load."""

import json
import os
import subprocess

from .processes import Directory, Failure, Process, free_ports, output_of, wait_until

CLUSTER = "compare"


class Quorate:
    """A peer, as `peers` says."""

    reads = "linearizable, a round of a quorum"

    def __init__(self, options, tls=False):
        self.name = "quorate, TLS" if tls else "quorate"
        self.tls = tls
        self.below = options.directory
        self.command = os.path.join(options.binaries, "apps/quorate/quorate")
        self.load_program = os.path.join(options.binaries, "bench/kv_load")
        for program in (self.command, self.load_program):
            if not os.access(program, os.X_OK):
                raise Failure(f"{program} isn't there: build the release preset, or say --binaries.")

    def prepare(self):
        """Nothing to install: it was built."""

    # -- servers ---------------------------------------------------------------------------------

    def start(self, nodes=3):
        self.directory = Directory(self.below)
        ports = free_ports(2 * nodes)
        self.addresses = [f"127.0.0.1:{port}" for port in ports[:nodes]]
        self.http = [f"127.0.0.1:{port}" for port in ports[nodes:]]
        if self.tls:
            self._make_certificates(nodes)
        self.servers = [self._serve(i) for i in range(nodes)]
        wait_until(lambda: self._status("node", "status", self.addresses[0]), "a first node")
        output_of([self.command, "provision", self.addresses[0], "--cluster", CLUSTER, *self._trust()])

    def wait_until_whole(self):
        nodes = len(self.addresses)
        wait_until(lambda: (self._status("status") or {}).get("members_live") == nodes, "a whole cluster")

    def stop(self):
        for server in getattr(self, "servers", []):
            server.kill()
        self.servers = []
        if hasattr(self, "directory"):
            self.directory.remove()

    def leader(self):
        """The server that leads."""
        said = self._status("node", "ls")
        for row in said["nodes"]:
            if row["id"] == said["leader"]:
                return self.addresses.index(row["address"])
        raise Failure("nobody leads.")

    def kill(self, which):
        self.servers[which].kill()

    def restart(self, which):
        self.servers[which] = self._serve(which)

    # -- load ------------------------------------------------------------------------------------

    def load(self, kind, clients, seconds, rate=0, value_bytes=256):
        """Operations a second, p50 and p99 in microseconds."""
        done = json.loads(output_of(self._load_arguments(kind, clients, seconds, rate, value_bytes)).splitlines()[-1])
        if done["errors"]:
            raise Failure(f"{self.name}: {done['errors']} operations failed.")
        return done["ops_per_second"], done["p50_us"], done["p99_us"]

    def writer(self, seconds):
        """A single writer, through failures; `gap_ms` reads what it says."""
        return subprocess.Popen(self._load_arguments("put", 1, seconds, 0, 256), stdout=subprocess.PIPE, text=True)

    @staticmethod
    def gap_ms(output):
        return json.loads(output.splitlines()[-1])["longest_gap_ms"]

    def first_write(self):
        """Returns once a write has been acknowledged."""
        output_of([self.command, "kv", "put", "first", "1", *self._where(), *self._trust()])

    def fill(self, keys):
        # Before it reads, the load writes every key once.
        output_of([self.load_program, *self._target(), "--clients", "1", "--keys", str(keys), "--read-share", "100",
                   "--seconds", "0.1", "--warmup-seconds", "0", "--json"])

    # -- details ---------------------------------------------------------------------------------

    def _load_arguments(self, kind, clients, seconds, rate, value_bytes):
        return [self.load_program, *self._target(), "--clients", str(clients), "--value-bytes", str(value_bytes), "--seconds", str(seconds),
                "--warmup-seconds", "1", "--rate", str(rate), "--read-share", "100" if kind == "get" else "0", "--json"]

    def _serve(self, i):
        arguments = [self.command, "serve", "--name", f"n{i}", "--cluster-name", CLUSTER, "--listen", self.addresses[i],
                     "--data-dir", self.directory.file(f"n{i}"), "--seeds", ",".join(self.addresses),
                     "--http", self.http[i]]
        if self.tls:
            arguments += self._files(f"n{i}")
        return Process(arguments, self.directory.file(f"n{i}.log"))

    def _make_certificates(self, nodes):
        at = self.directory.path
        output_of([self.command, "cert", "ca", "--cluster", CLUSTER, "--out", at])
        for i in range(nodes):
            output_of([self.command, "cert", "node", f"n{i}", "--ca-dir", at, "--out", at])
        output_of([self.command, "cert", "operator", "load", "--ca-dir", at, "--out", at])

    def _files(self, name):
        at = self.directory
        return ["--tls-ca", at.file("ca.pem"), "--tls-cert", at.file(f"{name}.pem"),
                "--tls-key", at.file(f"{name}.key")]

    def _trust(self):
        return self._files("load") if self.tls else []

    def _target(self):
        return ["--remote", ",".join(self.addresses), "--cluster-name", CLUSTER, *self._trust()]

    def _where(self):
        return [word for each in self.addresses for word in ("--address", each)] + ["--cluster", CLUSTER]

    def _status(self, *verb):
        where = [] if verb[:2] == ("node", "status") else self._where()
        done = subprocess.run([self.command, *verb, *where, *self._trust(), "--json", "--timeout", "2s"],
                              capture_output=True, text=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None


class InProcess:
    """Three nodes and their clients in one process, in memory."""

    name = "quorate, one process, in memory"
    reads = Quorate.reads

    def __init__(self, options):
        self.load_program = os.path.join(options.binaries, "bench/kv_load")
        self.servers = []

    def prepare(self):
        """Nothing to install: it was built."""

    def start(self, nodes=3):
        """The load brings its cluster."""

    def wait_until_whole(self):
        """It begins with a whole cluster."""

    def stop(self):
        """It ended with the load."""

    def load(self, kind, clients, seconds, rate=0, value_bytes=256):
        done = json.loads(output_of(
            [self.load_program, "--clients", str(clients), "--seconds", str(seconds), "--rate", str(rate),
             "--value-bytes", str(value_bytes), "--read-share", "100" if kind == "get" else "0",
             "--json"]).splitlines()[-1])
        return done["ops_per_second"], done["p50_us"], done["p99_us"]
