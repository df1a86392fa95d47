"""From samples to rows, and from rows to a table and to JSON."""
import statistics
from typing import NamedTuple, Optional

import scenarios

BASELINE = "etcd"


class Row(NamedTuple):
    scenario: str
    figure: scenarios.Figure
    system: str
    median: float
    least: float
    most: float
    samples: int
    noisy: bool  # At least half of the samples are.
    ratio: Optional[float]  # The median to the baseline's, if there is one.
    ratio_noisy: bool


def _kept(samples, scenario, system):
    return [
        sample
        for sample in samples
        if sample["scenario"] == scenario.name
        and sample["system"] == system
        and not sample["discarded"]
    ]


def _row(kept, scenario, figure, system):
    values = [sample["figures"][figure.key] for sample in kept]
    noisy = 2 * sum(sample["noisy"] for sample in kept) >= len(kept)
    return Row(
        scenario.name,
        figure,
        system,
        statistics.median(values),
        min(values),
        max(values),
        len(values),
        noisy,
        None,
        False,
    )


def _with_ratio(row, baseline):
    if baseline is None or row.system == BASELINE or not baseline.median:
        return row
    return row._replace(
        ratio=row.median / baseline.median, ratio_noisy=row.noisy or baseline.noisy
    )


def rows_of(samples, systems):
    """One for each figure of each scenario and system that was measured, in their order."""
    result = []
    for scenario in scenarios.ALL:
        for figure in scenario.figures:
            rows = [
                _row(kept, scenario, figure, system)
                for system in systems
                if (kept := _kept(samples, scenario, system))
            ]
            baseline = next((row for row in rows if row.system == BASELINE), None)
            result += [_with_ratio(row, baseline) for row in rows]
    return result


def number_text(x):
    """Three digits at least, and no more than the figure has."""
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.1f}" if abs(x) >= 10 else f"{x:.2f}"


def median_text(row):
    return ("~" if row.noisy else "") + number_text(row.median)


def ratio_text(row):
    if row.ratio is None:
        return ""
    return ("~" if row.ratio_noisy else "") + f"{row.ratio:.2f}"


def table_text(rows):
    """For people: a line for each row, with columns that line up."""
    head = ("scenario", "figure", "system", "median", "min", "max", "n", f"/ {BASELINE}")
    lines = [head]
    before = ("", "")
    for row in rows:
        # What the line above says isn't repeated.
        what = (row.scenario, row.figure.unit)
        shown = ("" if what[0] == before[0] else what[0], "" if what == before else what[1])
        before = what
        lines.append(
            (
                *shown,
                row.system,
                median_text(row),
                number_text(row.least),
                number_text(row.most),
                str(row.samples),
                ratio_text(row),
            )
        )
    if all(row.ratio is None for row in rows):
        lines = [line[:-1] for line in lines]
    return _aligned(lines, left=3)


def _aligned(lines, left):
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths))
        ).rstrip()
        for line in lines
    )


def includes_text(rows):
    """What the figures of the table include."""
    named = {row.scenario for row in rows}
    lines = [f"{x.name}: {x.includes}." for x in scenarios.ALL if x.name in named]
    if any(row.noisy for row in rows):
        lines.append("~: others used the processors during half of the samples or more.")
    return "\n".join(lines)


def facts_text(facts):
    return (
        f"{facts['processors']} processors ({facts['processor']}), {facts['memory_gib']} GiB, "
        f"Linux {facts['kernel']}, data on {facts['file_system']}, {facts['date']}"
    )


def calibration_text(when, figures):
    return (
        f"{when}: fdatasync of 4 KiB behind a file p50 {figures['fdatasync_p50_us']:.0f} us, "
        f"p99 {figures['fdatasync_p99_us']:.0f} us; loopback round trip "
        f"p50 {figures['loopback_p50_us']:.0f} us, p99 {figures['loopback_p99_us']:.0f} us"
    )


def document(facts, versions, settings, calibrations, samples, rows):
    """Everything, for programs."""
    return {
        "schema": "compare/1",
        "machine": facts,
        "versions": versions,
        "settings": settings,
        "calibration": calibrations,
        "rows": [{**row._asdict(), "figure": row.figure._asdict()} for row in rows],
        "samples": samples,
    }
