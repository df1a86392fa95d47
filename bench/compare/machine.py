"""What this machine is, how fast it is right now, and whether others use it meanwhile."""
import datetime
import os
import pathlib
import platform
import socket
import time

# Above this share of one core, taken by others during a cell, the cell says little.
NOISE_PERCENT = 40


def busy_seconds():
    """Processor time that everybody has used, that the host withheld included."""
    fields = pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, fields)
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def watched(stage, action):
    """Runs `action`; gives its result and the percentage of one core that others used meanwhile."""
    busy, own, begin = busy_seconds(), stage.cpu_seconds(), time.monotonic()
    result = action()
    elapsed = max(time.monotonic() - begin, 1e-9)
    others = (busy_seconds() - busy) - (stage.cpu_seconds() - own)
    return result, max(0.0, 100 * others / elapsed)


def file_system_of(directory):
    """Its kind: ext4, tmpfs, ..."""
    path = pathlib.Path(directory).resolve()
    best = ("", "unknown")
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        _, where, kind = line.split()[:3]
        inside = where == "/" or path == pathlib.Path(where) or pathlib.Path(where) in path.parents
        if inside and len(where) >= len(best[0]):
            best = (where, kind)
    return best[1]


def facts(directory):
    """What readers of the figures have to know of the machine."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "processors": len(os.sched_getaffinity(0)),
        "processor": model,
        "memory_gib": round(memory / 2**30, 1),
        "kernel": platform.release(),
        "file_system": file_system_of(directory),
    }


def _middle_and_p99_us(seconds):
    ordered = sorted(seconds)
    last = len(ordered) - 1
    return tuple(round(ordered[int(last * share)] * 1e6, 1) for share in (0.5, 0.99))


def _timed(times, limit_seconds, action):
    """How long each call took; fewer calls if they take long."""
    taken = []
    until = time.monotonic() + limit_seconds
    while len(taken) < times and (not taken or time.monotonic() < until):
        begin = time.perf_counter()
        action()
        taken.append(time.perf_counter() - begin)
    return taken


def _fdatasync_times(directory):
    path = pathlib.Path(directory) / "calibration"
    file = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_TRUNC, 0o600)
    try:

        def append():
            os.write(file, bytes(4096))
            os.fdatasync(file)

        return _timed(500, 2, append)
    finally:
        os.close(file)
        path.unlink()


def _echo(listening):
    """Runs in a child: sends back what it gets, until the other end closes."""
    connection, _ = listening.accept()
    with connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := connection.recv(64):
            connection.sendall(data)


def _loopback_times():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        child = os.fork()
        if child == 0:
            try:
                _echo(listening)
            finally:
                os._exit(0)
        with socket.create_connection(listening.getsockname()) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

            def round_trip():
                connection.sendall(bytes(64))
                connection.recv(64)

            taken = _timed(5000, 2, round_trip)
    os.waitpid(child, 0)
    return taken


def calibrated(directory):
    """The two prices that every durable write pays, on the machine as it is right now."""
    sync, sync_p99 = _middle_and_p99_us(_fdatasync_times(directory))
    trip, trip_p99 = _middle_and_p99_us(_loopback_times())
    return {
        "fdatasync_p50_us": sync,
        "fdatasync_p99_us": sync_p99,
        "loopback_p50_us": trip,
        "loopback_p99_us": trip_p99,
    }
