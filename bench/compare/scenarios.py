"""What is measured, and what each figure includes."""
import time
from typing import NamedTuple

MORE, LESS = "more", "less"


class Figure(NamedTuple):
    key: str
    unit: str
    better: str


class Scenario(NamedTuple):
    name: str
    group: str  # Scenarios of one group share a fresh cluster.
    figures: tuple  # The first is the one that is drawn.
    repeats: bool  # Whether a noisy cell can be measured again on the same cluster.
    includes: str


class Cell(NamedTuple):
    """How a scenario is measured now."""

    seconds: float
    warmup: float
    peak: float  # Puts a second that this system has reached in this round.


_PER_SECOND = Figure("ops_per_second", "a second", MORE)
_P50 = Figure("p50_us", "us p50", LESS)
_P99 = Figure("p99_us", "us p99", LESS)
_LOAD = (_PER_SECOND, _P50, _P99)
_LATENCY_FIRST = (_P50, _P99, _PER_SECOND)

PEAK_CLIENTS = 256
FILLED_PUTS = 100_000

_PUT = "each put is answered when a majority of three has it synced to disk"
_GET = (
    "each read sees all writes that were answered before it (for ZooKeeper, sync with a getData "
    "behind it comes nearest)"
)

ALL = (
    Scenario(
        "start",
        "start",
        (Figure("first_write_ms", "ms", LESS),),
        False,
        "from starting the first process, with empty directories, until three voters are there and "
        "a write is answered; for quorate this has the processes of `quorate provision` and "
        "`quorate kv put` in it",
    ),
    Scenario("put-1", "load", _LATENCY_FIRST, True, f"1 client; {_PUT}"),
    Scenario("put-64", "load", _LOAD, True, f"64 clients; {_PUT}"),
    Scenario("put-256", "load", _LOAD, True, f"256 clients; {_PUT}"),
    Scenario("get-1", "load", _LATENCY_FIRST, True, f"1 client; {_GET}"),
    Scenario("get-64", "load", _LOAD, True, f"64 clients; {_GET}"),
    Scenario(
        "open-loop",
        "load",
        (_P99, _P50, _PER_SECOND, Figure("due_per_second", "due a second", MORE)),
        True,
        "puts that are due at half of what the same system reached in this round with 64 or 256 "
        "clients, 256 under way at most; latencies count from when they were due",
    ),
    Scenario(
        "failover",
        "failover",
        (Figure("gap_ms", "ms", LESS),),
        True,
        "the leader's process is killed (SIGKILL) under one writer: the longest time between two "
        "of its answered writes, with each system's default timers",
    ),
    Scenario(
        "idle-cpu",
        "resources",
        (Figure("cpu_percent", "% of a core", LESS),),
        True,
        "processor time of a server that nobody asks anything, the mean of three",
    ),
    Scenario(
        "rss",
        "resources",
        (Figure("filled_mb", "MB filled", LESS), Figure("idle_mb", "MB idle", LESS)),
        False,
        "resident memory of a server, the mean of three: after the start, and after "
        f"{FILLED_PUTS:,} puts, each of another key",
    ),
)

BY_NAME = {scenario.name: scenario for scenario in ALL}
GROUPS = tuple(dict.fromkeys(scenario.group for scenario in ALL))


def _load(system, name, cell):
    operation, clients = name.split("-")
    return system.load(operation, int(clients), cell.seconds, cell.warmup)


def _open_loop(system, _, cell):
    peak = cell.peak
    if not peak:
        peak = system.load("put", PEAK_CLIENTS, cell.seconds, cell.warmup)["ops_per_second"]
    rate = max(1.0, peak / 2)
    figures = system.load("put", PEAK_CLIENTS, cell.seconds, cell.warmup, rate)
    # Who answers fewer than are due piles them up, and its latencies only tell for how long.
    return {**figures, "due_per_second": rate}


def _memory(system, *_):
    idle = system.resident_mb()
    system.fill(FILLED_PUTS)
    time.sleep(2)
    return {"idle_mb": idle, "filled_mb": system.resident_mb()}


def _idle_cpu(system, _, cell):
    return {"cpu_percent": system.idle_cpu_percent(2.5 * cell.seconds)}


def measure(scenario, system, cell):
    """The figures of one cell; not for `start`, whose figure starting the system gives."""
    special = {
        "open-loop": _open_loop,
        "failover": lambda system, *_: system.failover(),
        "idle-cpu": _idle_cpu,
        "rss": _memory,
    }
    return special.get(scenario.name, _load)(system, scenario.name, cell)
