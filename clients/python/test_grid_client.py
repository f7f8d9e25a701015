"""Runs grid_client.py against a live silo: GRID_URL names it. tests/Silo.Tests starts one and runs this."""

import csv
import io
import json
import os
import unittest

import grid_client

SWEEP = """
name: python
dataset: digits
model: softmax
training: {epochs: 1}
attack: [fgsm, noise]
defense: [none, median-filter]
strength: [0, 0.1]
seeds: 2
evaluation: {samples: 50}
"""


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.grid = grid_client.Grid(timeout=120)
        cls.seen = []
        cls.sweep = cls.grid.submit(text=SWEEP)
        cls.end = cls.grid.wait(cls.sweep, cls.seen.append)

    def test_a_sweep_is_submitted_and_waited_for(self):
        self.assertEqual(("finished", 16, 0), tuple(self.end["sweep"][k] for k in ("state", "done", "failed")))
        self.assertIn(self.sweep, [s["id"] for s in self.grid.sweeps()])
        self.assertEqual(self.end, self.grid.status("python"))
        self.assertTrue(self.seen)

    def test_cells_come_page_by_page_and_as_a_table(self):
        cells = list(self.grid.cells(self.sweep, page=5))
        self.assertEqual(16, len(cells))
        rows = list(csv.DictReader(io.StringIO(self.grid.table(self.sweep).decode())))
        self.assertEqual([c["cell"] for c in cells], [r["cell"] for r in rows])
        for cell, row, flat in zip(cells, rows, self.grid.cell_rows(self.sweep)):
            self.assertEqual(float(row["robust_accuracy"]), cell["measurements"]["robust_accuracy"]["value"])
            self.assertEqual(float(row["robust_accuracy"]), flat["robust_accuracy"])
        self.assertEqual(8, len(list(self.grid.cells(self.sweep, attack="fgsm"))))

    def test_curves_checks_and_the_spec(self):
        rows = self.grid.curve_rows(self.sweep, metric="robust_accuracy")
        self.assertEqual({"none", "median-filter"}, {r["defense"] for r in rows})
        self.assertTrue(all(0 <= r["mean"] <= 1 for r in rows))
        self.assertTrue(self.grid.checks(self.sweep)["verdicts"])
        self.assertEqual(SWEEP, self.grid.spec(self.sweep))
        self.assertEqual([], self.grid.friends(self.sweep))
        self.assertTrue(self.grid.workers())
        self.assertEqual(b"PAR1", self.grid.table(self.sweep, "curves", "parquet")[:4])

    def test_defenses_and_sweeps_are_compared_on_the_same_samples(self):
        pairs = self.grid.compare(self.sweep, defense="none", against="median-filter")["pairs"]
        self.assertEqual({("none", "median-filter")}, {(p["defense_a"], p["defense_b"]) for p in pairs})
        for pair in pairs:
            for point in pair["points"]:
                self.assertAlmostEqual(point["b"] - point["a"], point["difference"])
        # A sweep beside itself differs in nothing.
        alike = self.grid.compare(self.sweep, other=self.sweep)["pairs"]
        self.assertEqual({0.0}, {point["difference"] for pair in alike for point in pair["points"]})
        with self.assertRaises(grid_client.GridError) as neither:
            self.grid.compare(self.sweep)
        self.assertEqual(400, neither.exception.status)

    def test_what_is_wrong_is_said(self):
        with self.assertRaises(grid_client.GridError) as there:
            self.grid.status("nonsense")
        self.assertEqual(404, there.exception.status)
        with self.assertRaises(grid_client.GridError) as wrong:
            self.grid.submit(text=SWEEP.replace("fgsm", "fgms"))
        self.assertEqual(422, wrong.exception.status)
        self.assertIn("did you mean 'fgsm'?", str(wrong.exception))
        with self.assertRaises(grid_client.GridError) as over:
            self.grid.pause(self.sweep)
        self.assertIn("finished", str(over.exception))

    def test_the_notebook_runs(self):
        try:
            import pandas  # noqa: F401
        except ImportError:
            if os.environ.get("GRID_PANDAS") == "1":
                raise
            self.skipTest("pandas is not here: apt-get install python3-pandas")
        with open(os.path.join(os.path.dirname(__file__), "curves.ipynb"), encoding="utf-8") as stream:
            notebook = json.load(stream)
        names = {"SWEEP": self.sweep}
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), "curves.ipynb", "exec"), names)
        self.assertEqual({"none", "median-filter"}, set(names["table"].columns))
        self.assertEqual([0.0, 0.1], list(names["table"].index))


if __name__ == "__main__":
    unittest.main()
