"""ZooKeeper as Debian packages it, with its defaults and 1 GiB of heap."""
import os
import re
import shutil
import socket
import struct
import time

from peers.load import figures_of, seconds_allowed
from peers.system import KEYS, PROJECT, SERVERS, VALUE_BYTES, System, package_version
from stage import Failure, wait_for

_JARS = (
    "zookeeper zookeeper-jute slf4j-api slf4j-nop netty-all metrics-core snappy-java "
    "jackson-core jackson-databind jackson-annotations commons-cli"
).split()
_CLASSES = ":".join(f"/usr/share/java/{jar}.jar" for jar in _JARS)


def _text(value):
    return struct.pack(">i", len(value)) + value


def _exchange(connection, body):
    """Sends a record of ZooKeeper's protocol and gives the one that answers."""
    connection.sendall(_text(body))
    need, got = 4, b""
    while len(got) < need:
        more = connection.recv(65536)
        if not more:
            raise OSError("closed")
        got += more
        if len(got) >= 4:
            need = 4 + struct.unpack(">i", got[:4])[0]
    return got[4:]


def created(port, path):
    """Whether the server at `port` acknowledged that it created a node: a session and one request,
    by hand, because a Java client takes longer to start than a server to answer."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(2)
            # protocol, last zxid, timeout, session, password
            _exchange(connection, struct.pack(">iqiq", 0, 0, 4000, 0) + _text(bytes(16)))
            anybody = struct.pack(">ii", 1, 31) + _text(b"world") + _text(b"anyone")
            create = struct.pack(">ii", 1, 1) + _text(path) + _text(b"first") + anybody
            answer = _exchange(connection, create + struct.pack(">i", 0))
            _, _, error = struct.unpack(">iqi", answer[:16])
            exists_already = -110  # An earlier try, whose answer was lost.
            return error in (0, exists_already)
    except (OSError, struct.error):
        return False


class ZooKeeper(System):
    name = "zookeeper"
    packages = ("zookeeper", "libzookeeper-java", "default-jdk-headless")
    # Until both ends are compiled; before that they are slower by half.
    settle_seconds = 10

    def prepare(self):
        for program in ("java", "javac"):
            if not shutil.which(program):
                raise Failure(f"{program} isn't in the PATH, though its package is installed.")
        for jar in _CLASSES.split(":"):
            if not os.path.exists(jar):
                raise Failure(f"{jar} is missing, though ZooKeeper's packages are installed.")
        self._classes = self.stage.fresh("zookeeper_load")
        source = PROJECT / "bench/compare/peers/ZooKeeperLoad.java"
        self.stage.run(["javac", "-cp", _CLASSES, "-d", self._classes, source], 300)

    def version(self):
        return package_version("zookeeper")

    def start(self):
        ports = self.stage.ports(3 * SERVERS)
        self._ports = ports[:SERVERS]
        self._directory = self.stage.fresh("zookeeper")
        members = "".join(
            f"server.{i + 1}=127.0.0.1:{ports[SERVERS + i]}:{ports[2 * SERVERS + i]}:participant;"
            f"127.0.0.1:{ports[i]}\n"
            for i in range(SERVERS)
        )
        for which in range(SERVERS):
            self._configure(which, members)
        self.servers = [None] * SERVERS
        begin = time.monotonic()
        for which in range(SERVERS):
            self.start_server(which)
        wait_for("ZooKeeper's first write", self._wrote, pause=0.003)
        first_ms = (time.monotonic() - begin) * 1e3
        wait_for("all servers of ZooKeeper", lambda: all(map(self._mode, range(SERVERS))))
        return first_ms

    def _configure(self, which, members):
        data = self._directory / f"n{which}" / "data"
        data.mkdir(parents=True)
        (data / "myid").write_text(f"{which + 1}\n")
        (data.parent / "zoo.cfg").write_text(
            f"tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir={data}\nmaxClientCnxns=0\n"
            "admin.enableServer=false\n4lw.commands.whitelist=srvr\nstandaloneEnabled=false\n"
            f"reconfigEnabled=true\n{members}"
        )

    def start_server(self, which):
        home = self._directory / f"n{which}"
        words = ["java", "-Xmx1g", "-Djava.awt.headless=true", "-cp", _CLASSES]
        words += ["org.apache.zookeeper.server.quorum.QuorumPeerMain", home / "zoo.cfg"]
        self.servers[which] = self.stage.start(words, self._directory / f"n{which}.log")

    def _wrote(self):
        self.check_alive()
        return created(self._ports[0], b"/first")

    def _mode(self, which):
        """leader or follower, if that server serves."""
        if not self.servers[which]:
            return None
        try:
            with socket.create_connection(("127.0.0.1", self._ports[which]), 0.5) as connection:
                connection.settimeout(1)
                connection.sendall(b"srvr")
                said = b""
                while more := connection.recv(65536):
                    said += more
        except OSError:
            return None
        found = re.search(rb"Mode: (\w+)", said)
        return found.group(1).decode() if found else None

    def leader(self):
        modes = [self._mode(which) for which in range(SERVERS)]
        return modes.index("leader") if "leader" in modes else None

    def _client(self, mode, *more):
        words = ["java", "-cp", f"{_CLASSES}:{self._classes}", "ZooKeeperLoad", "-mode", mode]
        words += ["-hosts", ",".join(f"127.0.0.1:{port}" for port in self._ports)]
        return words + ["-value-bytes", VALUE_BYTES, *more]

    def load(self, operation, clients, seconds, warmup, rate=0):
        more = ["-clients", clients, "-seconds", seconds, "-warmup", warmup]
        more += ["-rate", rate, "-keys", KEYS]
        said = self.stage.run(self._client(operation, *more), seconds_allowed(seconds, warmup))
        return figures_of("ZooKeeperLoad", said)

    def fill(self, puts):
        said = self.stage.run(self._client("fill", "-clients", 64, "-keys", puts), 600)
        figures_of("ZooKeeperLoad", said, ("errors",))

    def begin_writer(self, seconds):
        return self.stage.begin(self._client("gap", "-seconds", seconds))

    def longest_gap_ms(self, writer, seconds):
        said = self.stage.result(writer, seconds_allowed(seconds, 0))
        return figures_of("ZooKeeperLoad", said, ("longest_gap_ms",))["longest_gap_ms"]
