"""What came out, as a table and as JSON. Pure."""

import statistics

NOISE_MAX = 0.4
"""Processor time of others, in cores, beyond which a sample says nothing."""


class Cell:
    """All samples of one peer in one scenario."""

    def __init__(self, scenario, peer):
        self.scenario = scenario
        self.peer = peer
        self.samples = []
        self.noisy = []

    def add(self, sample, foreign_cores):
        self.samples.append(sample)
        self.noisy.append(foreign_cores > NOISE_MAX)

    def values(self, what=None):
        return [x[what or self.scenario.unit] for x in self.samples]

    def median(self, what=None):
        return statistics.median(self.values(what))

    def is_noisy(self):
        """More than half of the samples were taken beside others."""
        return 2 * sum(self.noisy) > len(self.noisy)


def number(x):
    """With three digits that say something."""
    if x >= 100:
        return f"{x:,.0f}"
    return f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def ratio(cell, reference):
    """How many times the reference's; none if there is nothing to compare with."""
    if reference is None or not reference.samples or reference is cell or not cell.samples:
        return None
    against = reference.median()
    return cell.median() / against if against else None


def row(cell, reference):
    values = cell.values()
    times = ratio(cell, reference)
    details = [f"{name} {number(cell.median(name))}" for name in cell.samples[0] if name != cell.scenario.unit]
    return [cell.scenario.title, cell.peer, number(cell.median()) + (" ~" if cell.is_noisy() else ""),
            f"{number(min(values))} to {number(max(values))}", "" if times is None else f"{times:.2f}",
            ", ".join(details)]


def table(cells, reference):
    """Markdown, a line for each cell; `reference` is the peer that others are compared with."""
    lines = [["what", "who", "median", "min to max", f"times {reference}", "medians beside it"]]
    for cell in cells:
        if cell.samples:
            same = [x for x in cells if x.scenario.name == cell.scenario.name and x.peer == reference]
            line = row(cell, same[0] if same else None)
            line[2] += f" {cell.scenario.unit}"
            lines.append(line)
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def as_object(cells, facts):
    return {"schema": "compare/1", "machine": facts,
            "cells": [{"scenario": x.scenario.name, "title": x.scenario.title, "unit": x.scenario.unit, "peer": x.peer,
                       "samples": x.samples, "noisy": x.noisy} for x in cells if x.samples]}
