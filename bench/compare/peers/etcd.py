"""Three processes of etcd, as Debian has it, and a load program in Go over its own client."""

import json
import os
import re
import subprocess
import urllib.request

from .processes import Directory, Failure, Process, free_ports, output_of, wait_until

PACKAGES = ["etcd-server", "etcd-client", "golang-go", "golang-etcd-server-dev"]
HERE = os.path.dirname(os.path.abspath(__file__))


class Etcd:
    """A peer, as `peers` says."""

    name = "etcd"
    reads = "linearizable, a round of a quorum"

    def __init__(self, options):
        self.below = options.directory
        self.install = options.install

    def prepare(self):
        self.install(PACKAGES)
        self.tools = Directory(self.below)
        self.bench = self.tools.file("etcdbench")
        output_of(["go", "build", "-o", self.bench, os.path.join(HERE, "etcdbench.go")],
                  env={**os.environ, "GO111MODULE": "off", "GOPATH": "/usr/share/gocode",
                       "GOCACHE": self.tools.file("cache")})

    # -- servers ---------------------------------------------------------------------------------

    def start(self, nodes=3):
        self.directory = Directory(self.below)
        ports = free_ports(2 * nodes)
        self.addresses = [f"127.0.0.1:{port}" for port in ports[:nodes]]
        self.peers = [f"http://127.0.0.1:{port}" for port in ports[nodes:]]
        self.initial = ",".join(f"n{i}={peer}" for i, peer in enumerate(self.peers))
        self.servers = [self._serve(i) for i in range(nodes)]

    def wait_until_whole(self):
        wait_until(lambda: all(self._status(i) for i in range(len(self.servers))) and self._leader() is not None,
                   "a whole cluster")

    def stop(self):
        for server in getattr(self, "servers", []):
            server.kill()
        self.servers = []
        if hasattr(self, "directory"):
            self.directory.remove()

    def end(self):
        if hasattr(self, "tools"):
            self.tools.remove()

    def leader(self):
        found = self._leader()
        if found is None:
            raise Failure("etcd has no leader.")
        return found

    def kill(self, which):
        self.servers[which].kill()

    def restart(self, which):
        self.servers[which] = self._serve(which)

    # -- load ------------------------------------------------------------------------------------

    def load(self, kind, clients, seconds, rate=0, value_bytes=256):
        said = output_of([self.bench, "-mode", kind, "-eps", ",".join(self.addresses), "-c", str(clients),
                          "-secs", str(seconds), "-rate", str(rate), "-val", str(value_bytes)])
        return read_load(said)

    def writer(self, seconds):
        return subprocess.Popen([self.bench, "-mode", "gap", "-eps", ",".join(self.addresses), "-secs", str(seconds),
                                 "-timeout", "50ms"], stdout=subprocess.PIPE, text=True)

    @staticmethod
    def gap_ms(output):
        return float(re.search(r"max_gap_ms=([\d.]+)", output).group(1))

    def first_write(self):
        wait_until(lambda: self._call(0, "/v3/kv/put", {"key": "Zmlyc3Q=", "value": "MQ=="}), "a first write")

    def fill(self, keys):
        output_of([self.bench, "-mode", "fill", "-eps", ",".join(self.addresses), "-c", "256", "-n", str(keys)])

    # -- details ---------------------------------------------------------------------------------

    def _serve(self, i):
        client = f"http://{self.addresses[i]}"
        return Process(["etcd", "--name", f"n{i}", "--data-dir", self.directory.file(f"n{i}"),
                        "--listen-client-urls", client, "--advertise-client-urls", client,
                        "--listen-peer-urls", self.peers[i], "--initial-advertise-peer-urls", self.peers[i],
                        "--initial-cluster", self.initial, "--initial-cluster-token", "compare",
                        "--logger", "zap", "--log-outputs", "stderr"], self.directory.file(f"n{i}.log"))

    def _call(self, i, path, body):
        request = urllib.request.Request(f"http://{self.addresses[i]}{path}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=1) as answer:
                return json.loads(answer.read())
        except OSError:
            return None

    def _status(self, i):
        return self._call(i, "/v3/maintenance/status", {})

    def _leader(self):
        for i in range(len(self.servers)):
            status = self._status(i)
            if status and status.get("leader") == status["header"]["member_id"]:
                return i
        return None


def read_load(said):
    """Of etcdbench's and ZkBench's line: operations a second, p50 and p99 in microseconds."""
    found = [re.search(pattern, said) for pattern in (r"ops/s=([\d.]+)", r"p50us=([\d.]+)", r"p99us=([\d.]+)")]
    if not all(found):
        raise Failure(f"a load program said something else than expected: {said.strip()[:200]}")
    return tuple(float(x.group(1)) for x in found)
