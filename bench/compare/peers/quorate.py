"""quorate: three processes with or without TLS, and a cluster within the load program's process."""
import http.client
import json
import os
import re
import time

from peers.load import figures_of, seconds_allowed
from peers.system import KEYS, SERVERS, VALUE_BYTES, System
from stage import Failure, wait_for

_CLUSTER = "compare"


def _program(binaries, path):
    found = binaries / path
    if not os.access(found, os.X_OK):
        raise Failure(f"{found} isn't there; build the release preset, or name another --binaries.")
    return found.resolve()


def _shown(address, path):
    """What a node shows of itself over HTTP; None if it doesn't."""
    connection = http.client.HTTPConnection(address, timeout=0.5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read()
        return json.loads(text) if answer.status == 200 else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class _Loaded(System):
    """What kv_load says, wherever the cluster is."""

    def __init__(self, stage, binaries):
        super().__init__(stage)
        self._binaries = binaries

    def prepare(self):
        self._quorate = _program(self._binaries, "apps/quorate/quorate")
        self._kv_load = _program(self._binaries, "bench/kv_load")

    def version(self):
        said = self.stage.run([self._quorate, "--version"], 20)
        found = re.search(r"\d+\.\d+\.\d+\S*", said)
        return found.group(0) if found else "unknown"

    def where(self):
        """The words that tell kv_load where the cluster is."""
        raise NotImplementedError

    def load_words(self, operation, clients, seconds, warmup, rate=0):
        words = [self._kv_load, "--json", "--value-bytes", VALUE_BYTES, "--clients", clients]
        words += ["--seconds", seconds, "--warmup-seconds", warmup, "--rate", round(rate)]
        words += ["--read-share", 100 if operation == "get" else 0]
        return words + self.where()

    def load(self, operation, clients, seconds, warmup, rate=0):
        words = self.load_words(operation, clients, seconds, warmup, rate) + ["--keys", KEYS]
        # It ends with 1 if operations failed, which its figures say better.
        said = self.stage.run(words, seconds_allowed(seconds, warmup), codes=(0, 1))
        return figures_of("kv_load", said)


class QuorateInProcess(_Loaded):
    """Three nodes on disk in kv_load's own process: no sockets and no other processes."""

    name = "quorate-in-process"
    groups = frozenset({"load"})
    settle_seconds = 0

    def start(self):
        return 0.0

    def where(self):
        directory = self.stage.fresh("quorate-in-process")
        return ["--nodes", SERVERS, "--storage", "rocksdb", "--data-dir", directory]

    def stop(self):
        self.stage.fresh("quorate-in-process")


class Quorate(_Loaded):
    """Three processes of `quorate serve`, with default options and without TLS."""

    name = "quorate"
    secured = False

    def prepare(self):
        super().prepare()
        if self.secured:
            self._certificates = self.stage.fresh("certificates")
            self._make_certificates()

    def _make_certificates(self):
        at = self._certificates
        make = [self._quorate, "cert"]
        self.stage.run([*make, "ca", "--cluster", _CLUSTER, "--out", at], 20)
        issued = [("node", self._node(which)) for which in range(SERVERS)]
        for role, name in [*issued, ("operator", "operator")]:
            self.stage.run([*make, role, name, "--ca-dir", at, "--out", at], 20)

    @staticmethod
    def _node(which):
        return f"n{which + 1}"

    def _tls(self, name):
        """The words by which somebody shows who it is."""
        if not self.secured:
            return []
        at = self._certificates
        own = ["--tls-cert", at / f"{name}.pem", "--tls-key", at / f"{name}.key"]
        return ["--tls-ca", at / "ca.pem", *own]

    def start(self):
        ports = self.stage.ports(2 * SERVERS)
        self._addresses = [f"127.0.0.1:{port}" for port in ports[:SERVERS]]
        self._pages = [f"127.0.0.1:{port}" for port in ports[SERVERS:]]
        self._directory = self.stage.fresh(self.name)
        self.servers = [None] * SERVERS
        begin = time.monotonic()
        for which in range(SERVERS):
            self.start_server(which)
        wait_for("founding a cluster of quorate", self._founded)
        wait_for("three members of quorate", self._whole, pause=0.003)
        wait_for("quorate's first write", self._wrote)
        return (time.monotonic() - begin) * 1e3

    def start_server(self, which):
        name = self._node(which)
        words = [self._quorate, "serve", "--name", name, "--cluster-name", _CLUSTER]
        words += ["--listen", self._addresses[which], "--http", self._pages[which]]
        words += ["--seeds", ",".join(self._addresses), "--data-dir", self._directory / name]
        log = self._directory / f"{name}.log"
        self.servers[which] = self.stage.start(words + self._tls(name), log)

    def _command(self, *words):
        """Whether the command did what it was asked for."""
        self.check_alive()
        address = [word for each in self._addresses for word in ("--address", each)]
        asked = [self._quorate, *words, *address, *self._tls("operator"), "--timeout", "2s"]
        process = self.stage.begin(asked)
        self.stage.result(process, 30, codes=range(256))
        return process.returncode == 0

    def _founded(self):
        # The peers' members are told to them, so none waits here until it has proved itself.
        policy = ["--set", "stabilization=0s", "--set", "warm_spares=0"]
        return self._command("provision", self._addresses[0], *policy)

    def _whole(self):
        self.check_alive()
        table = _shown(self._pages[0], "/nodes")
        if not table or table["joint"]:
            return False
        return sum(node["role"] == "voter" for node in table["nodes"]) == SERVERS

    def _wrote(self):
        return self._command("kv", "put", "first", "first")

    def leader(self):
        for which, page in enumerate(self._pages):
            status = self.servers[which] and _shown(page, "/status")
            if status and status["leads"]:
                return which
        return None

    def where(self):
        words = ["--remote", ",".join(self._addresses), "--cluster-name", _CLUSTER]
        return words + self._tls("operator")

    def fill(self, puts):
        # Before it reads, kv_load writes every key once.
        words = self.load_words("get", 1, 0.1, 0) + ["--keys", puts]
        figures_of("kv_load", self.stage.run(words, 600, codes=(0, 1)))

    def begin_writer(self, seconds):
        warmup = 1
        return self.stage.begin(self.load_words("put", 1, seconds - warmup, warmup))

    def longest_gap_ms(self, writer, seconds):
        said = self.stage.result(writer, seconds_allowed(seconds, 0), codes=(0, 1))
        return figures_of("kv_load", said, ("longest_gap_ms",))["longest_gap_ms"]


class QuorateTls(Quorate):
    """The same with TLS 1.3 on every connection, between servers and to clients."""

    name = "quorate-tls"
    secured = True
