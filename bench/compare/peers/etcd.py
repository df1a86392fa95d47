"""etcd 3.4 as Debian packages it, with its defaults."""
import base64
import http.client
import json
import shutil
import time

from peers.load import figures_of, seconds_allowed
from peers.system import KEYS, PROJECT, SERVERS, VALUE_BYTES, System, package_version
from stage import Failure, wait_for


def _asked(address, path, body, seconds=0.5):
    """Asks etcd's JSON gateway; None if it doesn't answer, or not well."""
    connection = http.client.HTTPConnection(address, timeout=seconds)
    try:
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        return json.loads(text) if answer.status == 200 else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()


class Etcd(System):
    name = "etcd"
    packages = ("etcd-server", "etcd-client", "golang-go", "golang-etcd-server-dev")

    def prepare(self):
        for program in ("etcd", "go"):
            if not shutil.which(program):
                raise Failure(f"{program} isn't in the PATH, though its package is installed.")
        self._program = self.stage.directory / "etcd_load"
        source = PROJECT / "bench/compare/peers/etcd_load.go"
        packaged = {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
        self.stage.run(["go", "build", "-o", self._program, source], 600, packaged)

    def version(self):
        return package_version("etcd-server")

    def start(self):
        ports = self.stage.ports(2 * SERVERS)
        self._addresses = [f"127.0.0.1:{port}" for port in ports[:SERVERS]]
        self._peer_urls = [f"http://127.0.0.1:{port}" for port in ports[SERVERS:]]
        self._directory = self.stage.fresh("etcd")
        self.servers = [None] * SERVERS
        begin = time.monotonic()
        for which in range(SERVERS):
            self.start_server(which)
        wait_for("etcd's first write", self._wrote, pause=0.003)
        first_ms = (time.monotonic() - begin) * 1e3
        self.wait_for_leader()
        return first_ms

    def start_server(self, which):
        name, address, peer = f"n{which}", self._addresses[which], self._peer_urls[which]
        members = ",".join(f"n{i}={url}" for i, url in enumerate(self._peer_urls))
        words = ["etcd", "--name", name, "--data-dir", self._directory / name]
        words += ["--listen-client-urls", f"http://{address}"]
        words += ["--advertise-client-urls", f"http://{address}"]
        words += ["--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer]
        words += ["--initial-cluster", members, "--initial-cluster-state", "new"]
        words += ["--initial-cluster-token", "compare", "--logger", "zap"]
        words += ["--log-outputs", "stderr", "--quota-backend-bytes", 8 << 30]
        self.servers[which] = self.stage.start(words, self._directory / f"{name}.log")

    def _wrote(self):
        self.check_alive()
        text = base64.b64encode(b"first").decode()
        return _asked(self._addresses[0], "/v3/kv/put", {"key": text, "value": text})

    def leader(self):
        for which, address in enumerate(self._addresses):
            status = self.servers[which] and _asked(address, "/v3/maintenance/status", {})
            if status and status.get("leader") == status["header"]["member_id"]:
                return which
        return None

    def _client(self, mode, *more):
        words = [self._program, "-mode", mode, "-endpoints", ",".join(self._addresses)]
        return words + ["-value-bytes", VALUE_BYTES, *more]

    def load(self, operation, clients, seconds, warmup, rate=0):
        more = ["-clients", clients, "-seconds", seconds, "-warmup", warmup]
        more += ["-rate", rate, "-keys", KEYS]
        said = self.stage.run(self._client(operation, *more), seconds_allowed(seconds, warmup))
        return figures_of("etcd_load", said)

    def fill(self, puts):
        said = self.stage.run(self._client("fill", "-clients", 64, "-keys", puts), 600)
        figures_of("etcd_load", said, ("errors",))

    def begin_writer(self, seconds):
        return self.stage.begin(self._client("gap", "-seconds", seconds))

    def longest_gap_ms(self, writer, seconds):
        said = self.stage.result(writer, seconds_allowed(seconds, 0))
        return figures_of("etcd_load", said, ("longest_gap_ms",))["longest_gap_ms"]
