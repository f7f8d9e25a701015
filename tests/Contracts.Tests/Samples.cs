using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Estimates;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;

namespace Grid.Contracts.Tests;

/// <summary>One value of everything that travels; no field has the value it would have if it were lost.</summary>
static class Samples
{
    static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 30, 0, TimeSpan.FromHours(2));

    static readonly CellId Id = new("digits.cnn.pgd.median-filter.0.1.7-0123456789abcdef");

    static readonly Cell Cell = new(
        new("digits"), new("cnn", ("width", 8)), new("training", ("epochs", 3)), new(new("label-flip", ("targeted", true)), 0.05),
        new("pgd", ("norm", "linf"), ("restarts", new Absent()), ("steps", 40)),
        new("median-filter", ("inner", new Choice("none")), ("sizes", new Many([2, "all"]))), 0.1, 7,
        new("evaluation", ("samples", 100)));

    static readonly CellResult Result = new(
        Id, CellStatus.Failed,
        ImmutableSortedDictionary<string, Measurement>.Empty
            .Add(Metric.RobustAccuracy, Measurement.Rate(1, 3))
            .Add(Metric.AttackSuccessRate, new(double.NaN)),
        OutcomeBits.From([true, false, true]), [[40, 1], [2, 57]], 0.125, 2, new("1", "cpu", "avx2", "0123abc", "host"),
        "the loss is not a number");

    static readonly CostEstimate Cost =
        new(new(2, 1, 3.5), new(0.5, 0.25, 1), 9, ["square"], [new("pgd(steps=40)", "none", 7, new(2.5, 1.25, 4.5))]);

    public static IReadOnlyList<object> All { get; } =
    [
        new CellPage("small", "0123abcd", "2", "name: small", 3, [new(Cell, Id, Result)], "{}"),
        new CellRow(Cell, Id, Result, "clean_accuracy 0.5 < 0.9"),
        new GridException("There is no such sweep."),
        new Claim("small-0123abcd", 5, TimeSpan.FromMinutes(1), Noon),
        new Standing(Result, true, 3),
        new Completion(Cell, Result),
        Cost,
        new SweepEstimate("small-0123abcd", 60, true, 12, 5, 3, [1, 2], Cost),
        new Submission("small-0123abcd", true, 60, 12, true),
        new SweepOrder("small.yaml", "name: small", "small",
            new Limits(5, 16, TimeSpan.FromMinutes(2), 9, 4, TimeSpan.FromSeconds(7), ["out of disk"]), 60, "0123abcd", "2", "ada"),
        new SweepLine("small-0123abcd", SweepPhase.Stopped, -4, 60, 50, 2, Noon, Noon.AddHours(1), "ada"),
        new WorkerLine("silo-2/cpu:0", "2 processors, avx2", 1L << 40, 1L << 33, 1234.5, "pgd on digits", Noon, Noon.AddMinutes(1), "busy"),
        new LeaseRequest("silo-2/cpu:0", ["model-a", "model-b"], 64, ["0123abcd"], Light: true, Science: "4-0123abcd"),
        new GroupLease(
            "small-0123abcd", 3, 1L << 50, Cell, [new(9, 0.1, Id, Noon)], 2, TimeSpan.FromSeconds(20), "Given up.", "model-a",
            new Limits(5, 16, TimeSpan.FromMinutes(2), 9, 4, TimeSpan.FromSeconds(7), ["out of disk"]),
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        new LeasedCell(9, 0.1, Id, Noon),
        new Renewal(3, 1L << 50, "epoch 2 of 3", 2),
        new GroupReport("silo-2/cpu:0", 3, 1L << 50, [new(9, Result)], true, TimeSpan.FromSeconds(4), true),
        new CellReport(9, Result),
        new Retry(Id.Value, true),
        SweepPhase.Cancelled,
        new SweepStatus(
            "small-0123abcd", SweepPhase.Stopped, "9 cells failed", 60, 50, 2, 12, 6, Noon, Noon.AddHours(1), 12.5, TimeSpan.FromMinutes(3),
            [new("digits", "cnn", "pgd", "none", 20, 10, 1, "label-flip 0.05")], [new(Id.Value, "the loss is not a number", "experiment")],
                [new("silo-2/cpu:0", 3, 2, "epoch 2 of 3")], 5, "ada"),
        new CurveProgress("digits", "cnn", "pgd", "none", 20, 10, 1, "label-flip 0.05"),
        new CellFailure(Id.Value, "the loss is not a number", "experiment"),
        new RunningGroup("silo-2/cpu:0", 3, 2, "epoch 2 of 3"),
        Result,
        new SecurityCurve("digits", "cnn", "label-flip 0.05", "pgd", "none", Metric.RobustAccuracy,
            [new(0.1, 100, 0.5, 0.25, 0.75, 3, 5)], new(Grade.Warn, "4")),
        new SampleImages(1, 1, 2, "fgsm at 0.1", [new(3, "7 99 %", "1 60 %", [0.5f, 0.25f], [0.75f, 1f], true)]),
        new FriendsRow("friends", 8, 4, 0.25, 1000, 60, 0.0625, 0.05, 0.075, 0.5, -0.4375, -0.5, -0.375, 12.5, 3.25),
    ];
}
