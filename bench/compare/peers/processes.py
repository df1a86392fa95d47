"""Processes of this machine: started, watched, ended."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Failure(Exception):
    """What ends the comparison, as one sentence."""


class Process:
    """A server. Its output goes to a file beside its data."""

    def __init__(self, arguments, log, environment=None):
        self.log = log
        with open(log, "ab") as output:
            self.child = subprocess.Popen(
                arguments, stdout=output, stderr=output, env={**os.environ, **(environment or {})})

    @property
    def pid(self):
        return self.child.pid

    def signal(self, number):
        self.child.send_signal(number)

    def kill(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()

    def cpu_s(self):
        """Processor seconds since it began."""
        with open(f"/proc/{self.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_mb(self):
        with open(f"/proc/{self.pid}/status", encoding="utf-8") as file:
            for line in file:
                if line.startswith("VmRSS"):
                    return int(line.split()[1]) / 1024
        return 0.0


class Directory:
    """A new directory on the disk that is compared, gone at the end."""

    def __init__(self, below):
        os.makedirs(below, exist_ok=True)
        self.path = tempfile.mkdtemp(prefix="quorate_compare_", dir=below)

    def file(self, name):
        return os.path.join(self.path, name)

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def free_ports(count):
    """Ports that nobody has at the moment. All are held until all are found."""
    held = [socket.socket() for _ in range(count)]
    try:
        for each in held:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in held]
    finally:
        for each in held:
            each.close()


def output_of(arguments, timeout_s=600, **more):
    """What a program prints. It has to succeed."""
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=timeout_s, check=False, **more)
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, arguments[:3]))} … ended with {done.returncode}: "
                      f"{(done.stderr or done.stdout).strip()[-400:]}")
    return done.stdout


def wait_until(holds, what, seconds=30.0):
    """How many seconds it took."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise Failure(f"{what} didn't come true within {seconds:.0f} s.")
        time.sleep(0.005)
    return time.monotonic() - began


def machine_cpu_s():
    """Processor seconds of everything on this machine."""
    with open("/proc/stat", encoding="utf-8") as file:
        fields = [int(x) for x in file.readline().split()[1:9]]
    return sum(fields[i] for i in (0, 1, 2, 5, 6, 7)) / TICKS


def stop_on_signals():
    """So that what was started is ended, too."""
    def leave(*_):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, leave)
