"""The pure parts, and the words that load programs print."""

import unittest
import xml.etree.ElementTree

import compare
import plot
import report
import scenarios
from peers.etcd import Etcd, read_load
from peers.processes import Failure
from peers.quorate import Quorate


def cell(name, peer, values, foreign=0.0):
    scenario = scenarios.chosen([name])[0]
    out = report.Cell(scenario, peer)
    for x in values:
        out.add({scenario.unit: x, "p50 us": 10 * x}, foreign)
    return out


class Report(unittest.TestCase):
    def test_has_medians_and_ratios(self):
        cells = [cell("put-1", "quorate", [30, 10, 20]), cell("put-1", "etcd", [4, 5, 6])]
        text = report.table(cells, "etcd")
        self.assertIn("| durable puts, 1 client | quorate | 20.0 operations a second | 10.0 to 30.0 | 4.00 | p50 us 200 |", text)
        self.assertEqual(report.ratio(cells[1], cells[1]), None)

    def test_marks_what_was_measured_beside_others(self):
        self.assertFalse(cell("put-1", "quorate", [1, 2, 3], 0.4).is_noisy())
        noisy = cell("put-1", "quorate", [1, 2, 3], 0.5)
        self.assertIn("2.00 ~ operations", report.table([noisy], "etcd"))

    def test_leaves_out_who_has_no_sample(self):
        self.assertEqual(report.table([cell("open-put", "ZooKeeper", [])], "etcd").count("\n"), 2)

    def test_has_every_sample_in_json(self):
        found = report.as_object([cell("startup", "etcd", [7, 8])], {"processors": 2})
        self.assertEqual([x["ms"] for x in found["cells"][0]["samples"]], [7, 8])


class Plot(unittest.TestCase):
    def test_says_how_many_times_as_good(self):
        cells = [cell("startup", "quorate", [100]), cell("startup", "etcd", [1000])]
        self.assertEqual(plot.bars(cells, "etcd"), [("fresh start to the first write: quorate", 10.0)])
        root = xml.etree.ElementTree.fromstring(plot.svg(cells, "etcd"))
        self.assertEqual(root[0].text, "Times as good as etcd")

    def test_stays_within_its_scale(self):
        self.assertEqual(plot.place(1e9), plot.place(plot.STEPS[-1]))
        self.assertEqual(plot.place(1e-9), plot.LEFT)


class Words(unittest.TestCase):
    def test_of_load_programs_are_read(self):
        self.assertEqual(read_load("put c=1 conns=1 ops=9 secs=1.00 ops/s=726 p50us=1299 p99us=2705 maxus=1 errs=0"),
                         (726, 1299, 2705))
        with self.assertRaises(Failure):
            read_load("dial tcp: refused")

    def test_of_writers_are_read(self):
        self.assertEqual(Etcd.gap_ms("gap ok=1 failed_tries=2 max_gap_ms=1199.5 at_s=2.5 ops/s=3"), 1199.5)
        self.assertEqual(Quorate.gap_ms('throughput …\n{"longest_gap_ms": 184}\n'), 184)


class Options(unittest.TestCase):
    def test_name_peers_and_scenarios(self):
        self.assertEqual(compare.read_options(["--no-peers"]).names, ["quorate", "quorate-tls", "quorate-in-process"])
        with self.assertRaises(Failure):
            scenarios.chosen(["put-2"])
        self.assertEqual([x.name for x in scenarios.chosen(["startup", "put-1"])], ["put-1", "startup"])


if __name__ == "__main__":
    unittest.main()
