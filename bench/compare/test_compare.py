"""The pure parts of the comparison, and the ends of what it starts."""
import contextlib
import io
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import types
import unittest
from xml.etree import ElementTree

sys.dont_write_bytecode = True

import command  # noqa: E402
import machine  # noqa: E402
import plot  # noqa: E402
import report  # noqa: E402
import scenarios  # noqa: E402
from peers import load  # noqa: E402
from peers.system import System  # noqa: E402
from rounds import Rounds  # noqa: E402
from stage import Failure, Stage, own_environment, reason_in, wait_for  # noqa: E402

FACTS = {
    "processors": 2,
    "processor": "some <kind> & more",
    "memory_gib": 24,
    "kernel": "6.1",
    "file_system": "ext4",
    "date": "2024-01-02T03:04:05+00:00",
}


def sample(system, value, scenario="start", noisy=False, discarded=False, key="first_write_ms"):
    return {
        "round": 1,
        "scenario": scenario,
        "system": system,
        "figures": {key: value},
        "others_percent": 90.0 if noisy else 1.0,
        "noisy": noisy,
        "discarded": discarded,
    }


def samples(**values):
    return [sample(system, value) for system, all_ in values.items() for value in all_]


class Rows(unittest.TestCase):
    def test_have_the_median_between_the_least_and_the_most(self):
        (row,) = report.rows_of(samples(quorate=[7, 1, 3, 2]), ["quorate"])
        self.assertEqual((row.median, row.least, row.most, row.samples), (2.5, 1, 7, 4))

    def test_compare_medians_with_the_baseline(self):
        found = samples(etcd=[10, 20, 90], quorate=[5, 4, 6])
        etcd, quorate = report.rows_of(found, ["etcd", "quorate"])
        self.assertIsNone(etcd.ratio)
        self.assertEqual(quorate.ratio, 0.25)

    def test_have_no_ratio_without_the_baseline(self):
        rows = report.rows_of(samples(zookeeper=[1], quorate=[2]), ["zookeeper", "quorate"])
        self.assertEqual([row.ratio for row in rows], [None, None])

    def test_have_no_ratio_to_nothing(self):
        _, quorate = report.rows_of(samples(etcd=[0], quorate=[2]), ["etcd", "quorate"])
        self.assertIsNone(quorate.ratio)

    def test_leave_out_what_was_measured_again(self):
        both = [sample("quorate", 100, noisy=True, discarded=True), sample("quorate", 1)]
        (row,) = report.rows_of(both, ["quorate"])
        self.assertEqual((row.median, row.samples, row.noisy), (1, 1, False))

    def test_are_noisy_if_half_of_the_samples_are(self):
        def noisy(*flags):
            found = [sample("quorate", 1, noisy=x) for x in flags]
            return report.rows_of(found, ["quorate"])[0].noisy

        self.assertFalse(noisy(False, False, True))
        self.assertTrue(noisy(False, True))

    def test_pass_the_baselines_noise_on(self):
        both = [sample("etcd", 2, noisy=True), sample("quorate", 1)]
        _, row = report.rows_of(both, ["etcd", "quorate"])
        self.assertFalse(row.noisy)
        self.assertEqual(report.ratio_text(row), "~0.50")


class Table(unittest.TestCase):
    def test_lines_up_and_says_what_the_line_above_says_once(self):
        both = [sample("etcd", 1240, noisy=True)] + samples(quorate=[310.5, 99.96])
        self.assertEqual(
            report.table_text(report.rows_of(both, ["etcd", "quorate"])),
            "scenario  figure  system   median    min    max  n  / etcd\n"
            "start     ms      etcd     ~1,240  1,240  1,240  1\n"
            "                  quorate     205  100.0    310  2   ~0.17",
        )

    def test_has_no_ratios_where_there_is_nothing_to_compare_with(self):
        text = report.table_text(report.rows_of(samples(quorate=[1]), ["quorate"]))
        self.assertTrue(text.splitlines()[0].endswith("  n"))

    def test_explains_its_figures_and_its_mark(self):
        text = report.includes_text(report.rows_of([sample("etcd", 1, noisy=True)], ["etcd"]))
        self.assertIn("start: from starting the first process", text)
        self.assertIn("~: ", text)
        self.assertNotIn("failover: ", text)

    def test_has_as_many_digits_as_a_figure_needs(self):
        shown = [report.number_text(x) for x in (0.123, 12.34, 123.4, 12345.6)]
        self.assertEqual(shown, ["0.12", "12.3", "123", "12,346"])


class Picture(unittest.TestCase):
    def rows(self):
        more = [sample("quorate", 0, "idle-cpu", key="cpu_percent")]
        return report.rows_of(samples(etcd=[10, 20, 90], quorate=[5]) + more, ["etcd", "quorate"])

    def test_is_well_formed_and_described(self):
        root = ElementTree.fromstring(plot.svg_text(self.rows(), FACTS))
        space = "{http://www.w3.org/2000/svg}"
        self.assertEqual(root.get("role"), "img")
        self.assertIn("start, etcd: 20.0 ms", root.find(f"{space}desc").text)
        self.assertNotIn("~", "".join(root.itertext()))
        self.assertEqual(len(root.findall(f"{space}rect")), 1 + len(self.rows()))

    def test_has_a_scale_in_figures_without_exponents(self):
        self.assertEqual([plot.power_text(x) for x in (-2, 0, 6)], ["0.01", "1", "1,000,000"])

    def test_has_a_scale_that_no_value_leaves(self):
        for least, most in ((1, 1), (10, 1000), (0.02, 7), (0, 0)):
            row = self.rows()[0]._replace(least=least, median=most, most=most)
            low, high = plot.scale_of([row])
            self.assertLess(low, high)
            if least > 0:
                self.assertLess(10.0**low, least)
                self.assertLessEqual(most, 10.0**high)


class LoadPrograms(unittest.TestCase):
    whole = '{"ops_per_second":9.5,"p50_us":1,"p99_us":2,"errors":0,"seed":1}'

    def test_say_figures_in_their_last_line(self):
        found = load.figures_of("kv_load", f"throughput ...\n{self.whole}\n")
        self.assertEqual(found, {"ops_per_second": 9.5, "p50_us": 1, "p99_us": 2})

    def test_that_say_less_are_refused(self):
        for text, why in (
            ("", "printed no figures"),
            ("nonsense", "printed no figures"),
            ("[1]", "printed no figures"),
            ('{"ops_per_second":1,"p50_us":"x"}', "didn't say p50_us"),
            (self.whole.replace('"errors":0', '"errors":3'), "3 operations of kv_load failed"),
        ):
            with self.subTest(text), self.assertRaisesRegex(Failure, why):
                load.figures_of("kv_load", text)

    def test_that_fail_are_quoted(self):
        self.assertEqual(reason_in("kv_load", "kv_load: no.\nTry --help.\n"), ": no.")
        self.assertEqual(reason_in("java", "one\ntwo\n"), ": two")
        self.assertEqual(reason_in("java", ""), ".")


class Fake:
    """A system without processes, that says how it is used."""

    name = "quorate"
    groups = frozenset({"load", "start"})
    settle_seconds = 0

    def __init__(self, calls):
        self.calls = calls

    def start(self):
        self.calls.append("start")
        return 12.0

    def load(self, operation, clients, _seconds, _warmup, rate=0):
        self.calls.append((operation, clients, rate))
        return {"ops_per_second": 1000.0 * clients, "p50_us": 1.0, "p99_us": 2.0}

    def stop(self):
        self.calls.append("stop")


class TheRounds(unittest.TestCase):
    def play(self, only, others, rounds=1):
        calls = []
        options = types.SimpleNamespace(rounds=rounds, seconds=1, warmup_seconds=0)
        chosen = [scenarios.BY_NAME[name] for name in only]
        played = Rounds(None, [Fake(calls)], chosen, options, lambda _: None)
        taken = iter(others)
        before, machine.watched = machine.watched, lambda _, act: (act(), next(taken, 0))
        try:
            played.run()
        finally:
            machine.watched = before
        return calls, played.samples

    def test_measure_a_noisy_cell_once_more_and_then_mark_it(self):
        _, found = self.play(["put-1"], [0, 41, 99])
        marks = [(x["noisy"], x["discarded"]) for x in found]
        self.assertEqual(marks, [(True, True), (True, False)])

    def test_keep_a_quiet_cell(self):
        _, found = self.play(["put-1"], [0, 40])
        self.assertEqual([(x["noisy"], x["discarded"]) for x in found], [(False, False)])

    def test_give_half_of_the_own_peak_to_the_open_loop(self):
        calls, _ = self.play(["put-64", "put-256", "open-loop"], [])
        self.assertEqual(calls[-2], ("put", 256, 128_000))

    def test_look_for_the_peak_if_nobody_has(self):
        calls, _ = self.play(["open-loop"], [])
        self.assertEqual(calls, ["start", ("put", 256, 0), ("put", 256, 128_000), "stop"])

    def test_start_a_fresh_cluster_for_each_group_and_round(self):
        calls, found = self.play(["start", "put-1", "failover"], [], rounds=2)
        self.assertEqual(calls.count("start"), 4)
        self.assertEqual(calls.count("stop"), 4)
        self.assertEqual(len(found), 4)  # It can't fail over.


class Options(unittest.TestCase):
    def refused(self, *words):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            with self.assertRaises(SystemExit) as end:
                command.main(list(words))
        self.assertEqual(end.exception.code, 2)
        return said.getvalue()

    def test_that_are_wrong_end_with_2(self):
        self.assertIn("'put-2' is none of", self.refused("--only", "put-2"))
        self.assertIn("1 to 1000", self.refused("--rounds", "0"))
        self.assertIn("0.1 to 3600", self.refused("--seconds", "nan"))
        self.assertIn("not allowed with", self.refused("--no-peers", "--peers", "etcd"))
        self.refused("--round", "1")

    def test_choose_in_the_usual_order(self):
        words = ["--only", "put-64,start", "--peers", "zookeeper,etcd"]
        options = command.parser().parse_args(words)
        self.assertEqual(options.only, ["start", "put-64"])
        self.assertEqual(options.peers, ["etcd", "zookeeper"])

    def test_without_programs_end_with_1_and_a_sentence(self):
        with tempfile.TemporaryDirectory() as empty:
            with contextlib.redirect_stderr(io.StringIO()) as said:
                code = command.main(["--no-peers", "--binaries", empty, "--directory", empty])
            self.assertEqual(os.listdir(empty), [])
        self.assertEqual(code, 1)
        self.assertIn("build the release preset", said.getvalue())


class TheStage(unittest.TestCase):
    def setUp(self):
        self.parent = self.enterContext(tempfile.TemporaryDirectory())

    def test_ends_what_it_started_and_removes_its_files(self):
        with self.assertRaises(KeyboardInterrupt), Stage(self.parent) as stage:
            process = stage.start(["sleep", "1000"], stage.directory / "log")
            raise KeyboardInterrupt
        self.assertIsNotNone(process.returncode)
        self.assertEqual(os.listdir(self.parent), [])

    def test_leaves_nothing_behind_when_it_is_killed(self):
        script = (
            "import sys, stage\n"
            "with stage.Stage(sys.argv[1]) as on:\n"
            "    print(on.start(['sleep', '1000'], on.directory / 'log').pid, flush=True)\n"
            "    sys.stdin.read()\n"
        )
        command_ = [sys.executable, "-B", "-c", script, self.parent]
        folder = pathlib.Path(__file__).parent
        with subprocess.Popen(
            command_, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
        ) as running:
            pid = int(running.stdout.readline())
            running.kill()
        wait_for("the end of the child", lambda: self.state_of(pid) == "Z", seconds=10)

    @staticmethod
    def state_of(pid):
        """Z also for a process that is gone."""
        try:
            return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return "Z"

    def test_counts_the_time_of_what_has_ended_too(self):
        with Stage(self.parent) as stage:
            before = stage.cpu_seconds()
            endless = [sys.executable, "-c", "while True: pass"]
            process = stage.start(endless, stage.directory / "log")
            wait_for("work", lambda: stage.cpu_seconds() > before + 0.2, seconds=30)
            alive = stage.cpu_seconds()
            stage.end(process)
            self.assertGreaterEqual(stage.cpu_seconds(), alive - 0.05)

    def test_says_what_failed(self):
        with Stage(self.parent) as stage:
            with self.assertRaisesRegex(Failure, "false ended with 1"):
                stage.run(["false"])
            with self.assertRaisesRegex(Failure, "nowhere can't be started"):
                stage.run(["nowhere"])
            begin = time.monotonic()
            with self.assertRaisesRegex(Failure, "sleep didn't end within 0 s"):
                stage.run(["sleep", "1000"], seconds=0.1)
            self.assertLess(time.monotonic() - begin, 30)

    def test_says_why_a_server_has_ended(self):
        with Stage(self.parent) as stage:
            fallen = System(stage)
            fallen.name = "it"
            words = ["sh", "-c", "echo 'no port' >&2; exit 3"]
            fallen.servers = [None, stage.start(words, stage.directory / "log")]
            fallen.servers[1].wait()
            with self.assertRaisesRegex(Failure, "server 2 of it ended with 3: no port"):
                fallen.check_alive()

    def test_gives_ports_that_are_free_and_different(self):
        with Stage(self.parent, port_base=20_000) as stage:
            ports = stage.ports(3) + stage.ports(3)
        self.assertEqual(len(set(ports)), 6)
        self.assertTrue(all(port >= 20_000 for port in ports))
        with Stage(self.parent, port_base=65_535) as stage, self.assertRaises(Failure):
            stage.ports(2)

    def test_hides_options_of_the_measured_programs(self):
        os.environ["QUORATE_TICK"] = "1s"
        self.addCleanup(os.environ.pop, "QUORATE_TICK")
        self.assertNotIn("QUORATE_TICK", own_environment())


class TheMachine(unittest.TestCase):
    def test_is_calibrated_and_described(self):
        with tempfile.TemporaryDirectory() as directory:
            found = machine.calibrated(directory)
            self.assertEqual(os.listdir(directory), [])
            self.assertIn("processors", report.facts_text(machine.facts(directory)))
        self.assertTrue(all(value > 0 for value in found.values()), found)
        self.assertIn("before: fdatasync", report.calibration_text("before", found))


if __name__ == "__main__":
    unittest.main()
