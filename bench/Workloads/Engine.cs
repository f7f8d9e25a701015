using System.Collections.Immutable;
using System.Diagnostics;
using Grid.Lab.Catalog;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Grid.Sweeps.Tracking;

namespace Grid.Workloads;

/// <summary>A sweep whose cells do nothing: plan, lease, journal and completion of each, then what it takes to open it again.</summary>
static class Engine
{
    static readonly Provenance Here = new("1", "cpu", "avx512", "0123abc", "host");

    public static string Run(int cells)
    {
        var folder = Directory.CreateTempSubdirectory("grid-engine-").FullName;
        try
        {
            var start = GC.GetTotalMemory(forceFullCollection: true);
            var watch = Stopwatch.StartNew();
            var plan = Plan(cells);
            var planned = watch.Elapsed.TotalSeconds;
            var header = new JournalHeader(plan.Name, plan.Hash8, plan.Version);
            double run, resumed;
            long memory;
            using (var journal = Journal.Open(folder, header, TimeProvider.System))
            {
                var tracker = Tracker(plan, journal);
                while (tracker.Next() is { } lease)
                {
                    foreach (var index in lease.Cells)
                    {
                        journal.Append(Nothing(plan.Cells[index]));
                        tracker.Complete(index);
                    }

                    tracker.Release(lease.Group, lease.Token);
                }

                run = watch.Elapsed.TotalSeconds;
                memory = GC.GetTotalMemory(forceFullCollection: true) - start;
                GC.KeepAlive(plan);
                GC.KeepAlive(tracker);
            }

            watch.Restart();
            plan = Plan(cells);
            using (var journal = Journal.Open(folder, header, TimeProvider.System))
            {
                if (!Tracker(plan, journal).Progress.IsFinished) throw new InvalidOperationException("The journal lost cells.");
                resumed = watch.Elapsed.TotalSeconds;
            }

            var bytes = new FileInfo(Path.Combine(folder, Journal.FileName)).Length;
            var pace = FormattableString.Invariant(
                $"{1e3 * run / cells:F4} ms a cell ({cells / run:F0} cells/s; plan {1e3 * planned / cells:F4})");
            var size = FormattableString.Invariant(
                $"{memory / (double)cells:F0} B memory a cell, {bytes / (double)cells:F0} B journal a cell");
            return FormattableString.Invariant($"{cells} cells: {pace}, {size}, resume {resumed:F3} s");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static Plan Plan(int cells) => Grid.Sweeps.Plans.Plan.Of(
        SweepFile.Parse($"name: nothing\ndataset: digits\nmodel: softmax\nattack: noise\nstrength: 0\nseeds: {cells}\n",
            "nothing.yaml", Catalogue.Vocabulary),
        (_, _) => "content", "1");

    static SweepTracker Tracker(Plan plan, Journal journal)
    {
        var tracker = new SweepTracker(plan.Groups, plan.Cells.Count, Timeout.InfiniteTimeSpan, TimeProvider.System);
        foreach (var cell in plan.Cells)
            if (journal.Find(cell.Id)?.Status == CellStatus.Done) tracker.Complete(cell.Index);
        return tracker;
    }

    /// <summary>As large as the result of a FRIENDS cell: a few numbers, no outcomes.</summary>
    static CellResult Nothing(PlannedCell cell) => new(
        cell.Id, CellStatus.Done,
        ImmutableSortedDictionary.CreateRange<string, Measurement>(
        [
            new(Metric.CleanAccuracy, Measurement.Rate(90, 100)), new(Metric.RobustAccuracy, Measurement.Rate(80, 100)),
            new(Metric.AttackSuccessRate, Measurement.Rate(10, 90)),
        ]),
        null, null, 0.001, 1, Here);
}
