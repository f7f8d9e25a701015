using System.Collections.Immutable;
using System.Globalization;
using Grid.Contracts;
using Grid.Grains.Storage;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Silo.Tests;

static class Make
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly Provenance Here = new("1", "cpu", "avx2", "0123abc", "host");

    public static Cell Cell(int seed, double strength = 0.1, string attack = "pgd", string defense = "none") => new(
        new("digits"), new("cnn", ("width", 8)), new("training", ("epochs", 3)), new(new("label-flip"), 0.05), new(attack, ("steps", 40), ("restarts", new Absent())),
        new(defense), strength, seed, new("evaluation", ("samples", 100)));

    /// <summary>With all that a result can have, and numbers that JSON has no word for.</summary>
    public static CellRecord Done(int seed, double robust = 0.25)
    {
        var cell = Cell(seed);
        var result = new CellResult(
            CellId.Of(cell, "sha", "1"), CellStatus.Done,
            ImmutableSortedDictionary<string, Measurement>.Empty
                .Add(Metric.CleanAccuracy, Measurement.Rate(97, 100)).Add(Metric.RobustAccuracy, new(robust, 100, 25)).Add(Metric.AttackSuccessRate, new(double.NaN))
                .Add(Metric.ResidualStd, new(double.PositiveInfinity)).Add(Metric.Auc, new(0.1 + 0.2)).Add(Metric.MeanAbsError, new(double.Epsilon)),
            OutcomeBits.From([.. Enumerable.Range(0, 100).Select(i => i % 3 == seed % 3)]), [[40, 1], [2, 57]], 0.125 + seed, 1, Here);
        return new(cell, result, Noon.AddSeconds(seed));
    }

    public static CellRecord Failed(int seed, string error = "the loss is not a number")
    {
        var cell = Cell(seed);
        return new(cell, CellResult.Failed(CellId.Of(cell, "sha", "1"), FailureKind.Experiment, error, 0.5, 2, Here), Noon.AddSeconds(seed));
    }

    public static SweepRecord Sweep(string id, int priority = 0, SweepPhase phase = SweepPhase.Running, int submitted = 0) => new(
        id, id.Split('-')[0], "a.yaml", "attack: [pgd]\n# äöü \u2603\n", "0123abcd", "1", priority, phase, null, 3, 0, 0, Noon.AddMinutes(submitted), null,
        DateTimeOffset.MinValue, NoFaults)
    {
        Owner = "ada",
    };

    static readonly IReadOnlyDictionary<int, int> NoFaults = new Dictionary<int, int>();

    public static WorkerRecord Worker(string name, int seen) =>
        new(name, "2 cores", 1L << 40, 12, 0.5, "pgd on digits", Noon, Noon.AddSeconds(seen), "busy");

    public static CellId Id(int number) => new("digits.cnn.pgd.none.0.1.0-" + number.ToString("x16", CultureInfo.InvariantCulture));

    /// <summary>Two results are the same if they are written the same.</summary>
    public static string Text<T>(T value) => System.Text.Json.JsonSerializer.Serialize(value, Sweeps.Journals.ResultJson.Options);
}
