"""What a comparison uses of the machine: a directory, ports and processes, all ended with it."""
import ctypes
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time


class Failure(Exception):
    """Why a comparison can't go on: a sentence for whoever started it."""


def cpu_seconds_of(pid):
    """Processor time that a process has used."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb_of(pid):
    """Memory of a process that is in the machine's."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Failure(f"process {pid} ended before its memory was read.")


def own_environment(extra=None):
    """This process's, without what would change how the measured programs behave."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("QUORATE_", "ETCD_", "ETCDCTL_", "GOFLAGS", "JAVA_TOOL_OPTIONS"))
    }
    return {**ours, **(extra or {})}


_libc = ctypes.CDLL(None, use_errno=True)


def _die_with_parent():
    """Runs in the child: even if this command is killed by SIGKILL, nothing stays."""
    set_parent_death_signal = 1
    _libc.prctl(set_parent_death_signal, signal.SIGKILL)


def reason_in(name, messages):
    """What a program that failed says: its own sentence if there is one, else its last line."""
    lines = messages.strip().splitlines()
    own = [line for line in lines if line.startswith(f"{name}: ")]
    if own:
        return ": " + own[0][len(name) + 2 :]
    return f": {lines[-1][:300]}" if lines else "."


def reason_of(process):
    """The same of a process that a stage has started."""
    name = pathlib.Path(str(process.args[0])).name
    return reason_in(name, process.log.read_text(errors="replace"))


class Stage:
    """A context: at its end processes are killed and the directory is removed."""

    def __init__(self, parent, port_base=None):
        self._parent = pathlib.Path(parent)
        self._next_port = port_base
        self._running = []
        self.directory = None

    def __enter__(self):
        try:
            self._parent.mkdir(parents=True, exist_ok=True)
            made = tempfile.mkdtemp(prefix="compare-", dir=self._parent)
        except OSError as error:
            raise Failure(f"no directory can be made in {self._parent}: {error.strerror}.")
        self.directory = pathlib.Path(made).resolve()
        return self

    def __exit__(self, *_):
        # Nothing interrupts the end.
        before = {
            number: signal.signal(number, signal.SIG_IGN)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        }
        for process in list(self._running):
            self.end(process)
        shutil.rmtree(self.directory, ignore_errors=True)
        for number, handler in before.items():
            signal.signal(number, handler)

    def fresh(self, name):
        """An empty directory; what was in it is gone."""
        path = self.directory / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def ports(self, count):
        """Ports of 127.0.0.1 that are free now."""
        sockets = []
        try:
            for _ in range(count):
                sockets.append(self._bound())
            return [each.getsockname()[1] for each in sockets]
        finally:
            for each in sockets:
                each.close()

    def _bound(self):
        while True:
            at = socket.socket()
            wanted = 0
            if self._next_port is not None:
                wanted = self._next_port
                self._next_port += 1
                if wanted > 65535:
                    at.close()
                    raise Failure("there are no free ports above --port-base.")
            try:
                at.bind(("127.0.0.1", wanted))
                return at
            except OSError:
                at.close()
                if wanted == 0:
                    raise Failure("there is no free port on 127.0.0.1.")

    def start(self, words, log, environment=None, output=None):
        """A process whose messages go to the file `log`, and output too unless told."""
        with open(log, "ab") as messages:
            try:
                process = subprocess.Popen(
                    [str(word) for word in words],
                    stdin=subprocess.DEVNULL,
                    stdout=messages if output is None else output,
                    stderr=messages,
                    env=own_environment(environment),
                    # Ctrl-C reaches this command alone, which ends the others in order.
                    start_new_session=True,
                    preexec_fn=_die_with_parent,
                )
            except OSError as error:
                raise Failure(f"{words[0]} can't be started: {error.strerror}.")
        process.log = log
        self._running.append(process)
        return process

    def end(self, process):
        """Kills it, if it hasn't ended, and takes its exit status."""
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout:
            process.stdout.close()
        if process in self._running:
            self._running.remove(process)

    def begin(self, words, environment=None):
        """A program whose output `result` gives, so that other things may happen meanwhile."""
        log = self.directory / f"{pathlib.Path(str(words[0])).name}.err"
        log.unlink(missing_ok=True)
        return self.start(words, log, environment, subprocess.PIPE)

    def result(self, process, seconds, codes=(0,)):
        """The output of what `begin` began, which has to end in time and with one of `codes`."""
        name = pathlib.Path(process.args[0]).name
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{name} didn't end within {seconds:.0f} s.")
        finally:
            self.end(process)
        if process.returncode not in codes:
            raise Failure(f"{name} ended with {process.returncode}{reason_of(process)}")
        return output.decode(errors="replace")

    def run(self, words, seconds=60, environment=None, codes=(0,)):
        """Runs a program to its end, and gives its output."""
        return self.result(self.begin(words, environment), seconds, codes)

    def cpu_seconds(self):
        """Processor time of this command and all that it has started, ended or not."""
        own = os.times()
        ended = own.user + own.system + own.children_user + own.children_system
        return ended + sum(cpu_seconds_of(process.pid) for process in self._running)


def wait_for(what, ready, seconds=60, pause=0.01):
    """Calls `ready` until it gives something, and gives that."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        got = ready()
        if got:
            return got
        time.sleep(pause)
    raise Failure(f"{what} didn't happen within {seconds} s.")
