"""The rounds: every system in turn, again and again, so that a slow minute hits all of them."""
import time

import machine
import scenarios

# What is left of the start has ended by then: elections, admissions, first snapshots.
_REST_SECONDS = 2


class Rounds:
    """Measures `chosen` scenarios of `systems`, and keeps every sample."""

    def __init__(self, stage, systems, chosen, options, say):
        self._stage = stage
        self._systems = systems
        self._chosen = chosen
        self._options = options
        self._say = say
        self.samples = []

    def run(self):
        for number in range(1, self._options.rounds + 1):
            for group in scenarios.GROUPS:
                asked = [scenario for scenario in self._chosen if scenario.group == group]
                for system in self._in_order(number):
                    if asked and group in system.groups:
                        self._turn(number, group, asked, system)

    def _in_order(self, number):
        """Another one is first in each round."""
        first = (number - 1) % len(self._systems)
        return self._systems[first:] + self._systems[:first]

    def _turn(self, number, group, asked, system):
        try:
            first_ms, others = machine.watched(self._stage, system.start)
            if group == "start":
                self._keep(number, asked[0], system, {"first_write_ms": first_ms}, others)
                return
            if group == "load" and system.settle_seconds:
                system.load("put", 64, system.settle_seconds, 0)
            elif group == "resources":
                time.sleep(_REST_SECONDS)
            for scenario in asked:
                self._cell(number, scenario, system)
        finally:
            system.stop()

    def _cell(self, number, scenario, system):
        cell = scenarios.Cell(
            self._options.seconds, self._options.warmup_seconds, self._peak(number, system)
        )
        tries = 2 if scenario.repeats else 1
        for left in reversed(range(tries)):
            figures, others = machine.watched(
                self._stage, lambda: scenarios.measure(scenario, system, cell)
            )
            again = others > machine.NOISE_PERCENT and left > 0
            self._keep(number, scenario, system, figures, others, discarded=again)
            if not again:
                return

    def _peak(self, number, system):
        """The most puts a second in this round so far."""
        return max(
            (
                sample["figures"]["ops_per_second"]
                for sample in self.samples
                if sample["round"] == number
                and sample["system"] == system.name
                and sample["scenario"] in ("put-64", "put-256")
            ),
            default=0,
        )

    def _keep(self, number, scenario, system, figures, others, discarded=False):
        sample = {
            "round": number,
            "scenario": scenario.name,
            "system": system.name,
            "figures": figures,
            "others_percent": round(others, 1),
            "noisy": others > machine.NOISE_PERCENT,
            "discarded": discarded,
        }
        self.samples.append(sample)
        shown = ", ".join(f"{figures[x.key]:,.1f} {x.unit}" for x in scenario.figures)
        noise = f"; others took {others:.0f} % of a core" if sample["noisy"] else ""
        self._say(
            f"round {number}, {scenario.name}, {system.name}: {shown}{noise}"
            + (", so once more" if discarded else "")
        )
