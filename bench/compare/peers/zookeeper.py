"""Three processes of ZooKeeper, as Debian has it, and a load program in Java over its own client."""

import os
import re
import socket
import subprocess

from .etcd import read_load
from .processes import Directory, Failure, Process, free_ports, output_of, wait_until

PACKAGES = ["zookeeper", "libzookeeper-java", "default-jdk-headless"]
HERE = os.path.dirname(os.path.abspath(__file__))
JARS = ":".join(f"/usr/share/java/{x}.jar" for x in (
    "zookeeper", "zookeeper-jute", "slf4j-api", "slf4j-nop", "netty-all", "metrics-core", "snappy-java",
    "jackson-core", "jackson-databind", "jackson-annotations", "commons-cli"))


class Zookeeper:
    """A peer, as `peers` says."""

    name = "ZooKeeper"
    reads = "sync, then a read of the server that the client is connected to"

    def __init__(self, options):
        self.below = options.directory
        self.install = options.install

    def prepare(self):
        self.install(PACKAGES)
        self.tools = Directory(self.below)
        output_of(["javac", "-cp", JARS, "-d", self.tools.path, os.path.join(HERE, "ZkBench.java")])

    # -- servers ---------------------------------------------------------------------------------

    def start(self, nodes=3):
        self.directory = Directory(self.below)
        self.ports = free_ports(3 * nodes)
        self.addresses = [f"127.0.0.1:{port}" for port in self.ports[:nodes]]
        members = "".join(f"server.{i}=127.0.0.1:{self.ports[nodes + i]}:{self.ports[2 * nodes + i]}:participant;"
                          f"127.0.0.1:{self.ports[i]}\n" for i in range(nodes))
        for i in range(nodes):
            data = self.directory.file(f"n{i}")
            os.makedirs(data)
            with open(os.path.join(data, "myid"), "w", encoding="utf-8") as file:
                file.write(f"{i}\n")
            with open(self.directory.file(f"n{i}.cfg"), "w", encoding="utf-8") as file:
                file.write(f"tickTime=2000\ninitLimit=10\nsyncLimit=5\ndataDir={data}\nmaxClientCnxns=0\n"
                           "admin.enableServer=false\n4lw.commands.whitelist=*\nskipACL=yes\n" + members)
        self.servers = [self._serve(i) for i in range(nodes)]

    def wait_until_whole(self):
        wait_until(lambda: all(self._mode(i) for i in range(len(self.servers))), "a whole cluster", 60)

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
        for i in range(len(self.servers)):
            if self._mode(i) == "leader":
                return i
        raise Failure("ZooKeeper has no leader.")

    def kill(self, which):
        self.servers[which].kill()

    def restart(self, which):
        self.servers[which] = self._serve(which)

    # -- load ------------------------------------------------------------------------------------

    def load(self, kind, clients, seconds, rate=0, value_bytes=256):
        if rate:
            raise Failure("ZooKeeper's load program has no open loop.")
        return read_load(self._bench({"put": "set", "get": "syncget"}[kind], clients, seconds, value_bytes))

    def writer(self, seconds):
        return subprocess.Popen(self._bench_arguments("gap", 1, seconds), stdout=subprocess.PIPE, text=True)

    @staticmethod
    def gap_ms(output):
        return float(re.search(r"max_gap_ms=([\d.]+)", output).group(1))

    def first_write(self):
        self._bench("first", 1, 1)

    def fill(self, keys):
        self._bench("fill", 64, 1, 256, keys)

    # -- details ---------------------------------------------------------------------------------

    def _bench_arguments(self, mode, clients, seconds, *more):
        return ["java", "-cp", f"{JARS}:{self.tools.path}", "ZkBench", mode, ",".join(self.addresses), str(clients),
                str(seconds), *map(str, more)]

    def _bench(self, *arguments):
        return output_of(self._bench_arguments(*arguments))

    def _serve(self, i):
        return Process(["java", "-Xmx1g", "-Djava.awt.headless=true", "-cp", JARS,
                        "org.apache.zookeeper.server.quorum.QuorumPeerMain", self.directory.file(f"n{i}.cfg")],
                       self.directory.file(f"n{i}.log"))

    def _mode(self, i):
        try:
            with socket.create_connection(("127.0.0.1", self.ports[i]), 0.5) as to:
                to.settimeout(1)
                to.sendall(b"srvr")
                said = b""
                while piece := to.recv(65536):
                    said += piece
        except OSError:
            return None
        found = re.search(r"Mode: (\w+)", said.decode())
        return found.group(1) if found else None
