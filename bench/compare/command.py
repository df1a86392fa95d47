"""The command line: what is asked for, the run, and what is said about it."""
import argparse
import json
import pathlib
import signal
import sys

import machine
import plot
import report
import scenarios
from peers.etcd import Etcd
from peers.quorate import Quorate, QuorateInProcess, QuorateTls
from peers.system import PROJECT
from peers.zookeeper import ZooKeeper
from rounds import Rounds
from stage import Failure, Stage

PEERS = {"etcd": Etcd, "zookeeper": ZooKeeper}
VARIANTS = {"plain": Quorate, "tls": QuorateTls, "in-process": QuorateInProcess}

_DESCRIPTION = """\
Measures quorate beside etcd and ZooKeeper: three servers of each on this machine, which keep what
they acknowledge on disk, one system after the other, in rounds. Installs the peers' Debian packages
where they are missing. docs/performance.md says what the figures include and what they don't say.
"""

_EPILOG = """\
Exit codes: 0 done; 1 it couldn't be measured; 2 wrong options; 130 interrupted. In all cases
whatever was started has ended and its files are gone.
"""


def _names(known):
    """For an option that takes some of `known`, with commas between them."""

    def parse(text):
        chosen = text.split(",")
        for name in chosen:
            if name not in known:
                raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(known)}")
        return [name for name in known if name in chosen]

    return parse


def _between(kind, least, most):
    def parse(text):
        try:
            value = kind(text)
        except ValueError:
            value = None
        # Written so that NaN is refused, too.
        if value is None or not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{least} to {most}, not '{text}'")
        return value

    return parse


def parser():
    listed = (f"  {x.name}: {x.includes}" for x in scenarios.ALL)
    out = argparse.ArgumentParser(
        prog="compare",
        description=_DESCRIPTION,
        epilog="\n".join([_EPILOG, "Scenarios:", *listed]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = out.add_argument
    peers = out.add_mutually_exclusive_group()
    peers.add_argument("--peers", type=_names(PEERS), default=list(PEERS), metavar="NAMES",
                       help="of etcd,zookeeper; both unless told")  # fmt: skip
    peers.add_argument("--no-peers", action="store_true", help="quorate alone")
    add("--quorate", type=_names(VARIANTS), default=list(VARIANTS), metavar="VARIANTS",
        help="of plain,tls,in-process; all unless told")  # fmt: skip
    add("--only", type=_names(scenarios.BY_NAME), default=list(scenarios.BY_NAME),
        metavar="SCENARIOS", help="of those below; all unless told")  # fmt: skip
    add("--rounds", type=_between(int, 1, 1000), default=5, metavar="N", help="1 to 1000; 5")
    add("--seconds", type=_between(float, 0.1, 3600), default=4, metavar="N",
        help="how long each cell is measured; 4")  # fmt: skip
    add("--warmup-seconds", type=_between(float, 0, 3600), default=1, metavar="N",
        help="how long its load runs before that; 1")  # fmt: skip
    add("--json", type=pathlib.Path, metavar="FILE", help="every sample, and what the machine is")
    add("--plot", type=pathlib.Path, metavar="FILE", help="the medians as a picture (SVG)")
    add("--binaries", type=pathlib.Path, default=PROJECT / "build/release", metavar="DIR",
        help="where quorate was built; build/release")  # fmt: skip
    add("--directory", type=pathlib.Path, default=PROJECT / "build", metavar="DIR",
        help="where data is kept meanwhile, on the disk that is measured; build")  # fmt: skip
    add("--port-base", type=_between(int, 1024, 65000), metavar="N",
        help="ports from here on; any free ones unless told")  # fmt: skip
    return out


def _say(text=""):
    print(text, flush=True)


def _systems(stage, options):
    """What is compared, ready to be started."""
    peers = [] if options.no_peers else [PEERS[name](stage) for name in options.peers]
    ours = [VARIANTS[name](stage, options.binaries) for name in options.quorate]
    # What is missing of ours is said before anything is installed.
    for system in ours:
        system.prepare()
    packages = [package for system in peers for package in system.packages]
    if packages:
        # apt may take its time.
        _say("looking for " + ", ".join(packages))
        stage.run([PROJECT / "scripts/install-packages", *packages], 3600)
    for system in peers:
        _say(f"building the load program for {system.name}")
        system.prepare()
    return peers + ours


def _write(path, text):
    try:
        path.write_text(text)
    except OSError as error:
        raise Failure(f"{path} can't be written: {error.strerror}.")


def _settings(options):
    return {
        "rounds": options.rounds,
        "seconds": options.seconds,
        "warmup_seconds": options.warmup_seconds,
        "scenarios": options.only,
    }


def _show(options, facts, versions, calibrations, samples):
    """Whatever was measured, even if it ended early."""
    rows = report.rows_of(samples, list(versions))
    if not rows:
        return
    _say()
    _say(report.table_text(rows))
    _say()
    _say(report.includes_text(rows))
    _say("\n" + report.facts_text(facts))
    for when, figures in calibrations.items():
        _say(report.calibration_text(when, figures))
    _say(", ".join(f"{name} {version}" for name, version in versions.items()))
    if options.json:
        whole = report.document(facts, versions, _settings(options), calibrations, samples, rows)
        _write(options.json, json.dumps(whole, indent=2) + "\n")
    if options.plot:
        _write(options.plot, plot.svg_text(rows, facts))


def _compare(options):
    with Stage(options.directory, options.port_base) as stage:
        facts = machine.facts(stage.directory)
        if facts["file_system"] in ("tmpfs", "ramfs"):
            _say(f"note: {options.directory} is in memory, where a sync costs nothing")
        systems = _systems(stage, options)
        versions = {system.name: system.version() for system in systems}
        calibrations = {"before": machine.calibrated(stage.directory)}
        _say(report.calibration_text("before", calibrations["before"]))
        chosen = [scenarios.BY_NAME[name] for name in options.only]
        rounds = Rounds(stage, systems, chosen, options, _say)
        try:
            rounds.run()
            calibrations["after"] = machine.calibrated(stage.directory)
        finally:
            _show(options, facts, versions, calibrations, rounds.samples)


def _interrupt(*_):
    raise KeyboardInterrupt


def main(words):
    options = parser().parse_args(words)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        _compare(options)
    except Failure as failure:
        print(f"compare: {failure}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"compare: {error.filename or 'the system'}: {error.strerror}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("compare: interrupted.", file=sys.stderr)
        return 130
    return 0
