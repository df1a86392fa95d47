#!/usr/bin/env python3
"""Measures quorate beside etcd and ZooKeeper: the same machine, disk, number of nodes and clients, alternately.

Each round takes one sample of each peer in each scenario, so that what changes on the machine meanwhile meets all of
them. The servers of one peer run at a time. A sample beside which other processes used more than 40 % of a core is
taken again once; a median of such samples is marked with ~ and says nothing.
"""

import argparse
import datetime
import json
import os
import platform
import subprocess
import sys

import plot
import report
import scenarios
from peers.etcd import Etcd
from peers.processes import Failure, machine_cpu_s, stop_on_signals
from peers.quorate import InProcess, Quorate
from peers.zookeeper import Zookeeper

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PEERS = ("quorate", "quorate-tls", "quorate-in-process", "etcd", "zookeeper")


def read_options(words):
    parser = argparse.ArgumentParser(prog="compare", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=",".join(PEERS), help="who is compared; all")
    parser.add_argument("--no-peers", action="store_true", help="quorate alone, for quick work")
    parser.add_argument("--only", default="", metavar="NAMES",
                        help="scenarios: " + ", ".join(x.name for x in scenarios.all_scenarios()))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each load")
    parser.add_argument("--directory", default=os.path.join(ROOT, "build"), help="where the data is, on the disk that is meant")
    parser.add_argument("--binaries", default=os.path.join(ROOT, "build/release"))
    parser.add_argument("--json", metavar="FILE", help="every sample")
    parser.add_argument("--plot", metavar="FILE", help="a picture, SVG")
    options = parser.parse_args(words)
    options.names = [x for x in options.peers.split(",") if not (options.no_peers and not x.startswith("quorate"))]
    unknown = [x for x in options.names if x not in PEERS]
    if unknown or options.rounds < 1 or options.seconds <= 0:
        parser.error(f"no peer is called {unknown[0]}" if unknown else "--rounds and --seconds are above 0")
    options.install = lambda packages: subprocess.run(
        [os.path.join(ROOT, "scripts/install-packages"), *packages], check=True, stdout=sys.stderr)
    return options


def make(name, options):
    return {"quorate": lambda: Quorate(options), "quorate-tls": lambda: Quorate(options, tls=True),
            "quorate-in-process": lambda: InProcess(options), "etcd": lambda: Etcd(options),
            "zookeeper": lambda: Zookeeper(options)}[name]()


def own_cpu_s(peer):
    used = os.times()
    servers = sum(x.cpu_s() for x in peer.servers if x.child.poll() is None)
    return used.user + used.system + used.children_user + used.children_system + servers


def measured(scenario, peer, options):
    """A sample, and how many cores others used meanwhile."""
    scenarios.settle()
    began, all_s, own_s = datetime.datetime.now(), machine_cpu_s(), own_cpu_s(peer)
    sample = scenario.sample(peer, options)
    seconds = (datetime.datetime.now() - began).total_seconds()
    return sample, max(0.0, (machine_cpu_s() - all_s) - (own_cpu_s(peer) - own_s)) / seconds


def take(cell, scenario, peer, options):
    sample, foreign = measured(scenario, peer, options)
    # Servers that the scenario itself ended took their times with them, so those say nothing of others.
    foreign = 0.0 if scenario.starts_servers or scenario.name == "failover" else foreign
    if foreign > report.NOISE_MAX:
        sample, foreign = measured(scenario, peer, options)
    if sample is not None:
        cell.add(sample, foreign)
        print(f"  {scenario.name} {peer.name}: " + ", ".join(f"{k} {report.number(v)}" for k, v in sample.items())
              + (" ~" if foreign > report.NOISE_MAX else ""), file=sys.stderr, flush=True)


def play_round(peers, wanted, cells, options):
    for peer in peers:
        alone = isinstance(peer, InProcess)
        running = [x for x in wanted if not x.starts_servers and not (alone and x.name == "failover")]
        try:
            if running:
                peer.start()
                peer.wait_until_whole()
            for scenario in running:
                take(cells[scenario.name, peer.name], scenario, peer, options)
        finally:
            peer.stop()
        for scenario in wanted:
            if scenario.starts_servers and not alone:
                take(cells[scenario.name, peer.name], scenario, peer, options)


def facts():
    return {"date": datetime.date.today().isoformat(), "processors": os.cpu_count(), "kernel": platform.release(),
            "system": platform.system()}


def run(options):
    wanted = scenarios.chosen([x for x in options.only.split(",") if x])
    peers = [make(name, options) for name in options.names]
    cells = {(x.name, peer.name): report.Cell(x, peer.name) for x in wanted for peer in peers}
    try:
        for peer in peers:
            peer.prepare()
        for number in range(1, options.rounds + 1):
            print(f"round {number} of {options.rounds}", file=sys.stderr, flush=True)
            play_round(peers, wanted, cells, options)
    finally:
        for peer in peers:
            if hasattr(peer, "end"):
                peer.end()
    return list(cells.values())


def main(words):
    options = read_options(words)
    stop_on_signals()
    try:
        cells = run(options)
    except (Failure, subprocess.SubprocessError) as why:
        print(f"compare: {why}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("compare: interrupted; everything that it started has ended.", file=sys.stderr)
        return 1
    reference = "etcd" if any(x.peer == "etcd" for x in cells) else "quorate"
    print(report.table(cells, reference), end="")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(report.as_object(cells, facts()), file, indent=1)
    if options.plot:
        with open(options.plot, "w", encoding="utf-8") as file:
            file.write(plot.svg(cells, reference))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
