using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Results;

/// <summary>How far a cell is.</summary>
public enum CellStatus
{
    /// <summary>Nobody runs it.</summary>
    Pending,

    /// <summary>A worker has a lease on it.</summary>
    Running,

    /// <summary>It has a result.</summary>
    Done,

    /// <summary>It failed, and is not tried again by itself.</summary>
    Failed,

    /// <summary>It is not run: its results would tell nothing.</summary>
    Skipped,
}

/// <summary>One number with what it was counted from.</summary>
/// <param name="Value">The value, in the unit of the metric.</param>
/// <param name="Count">The number of samples or trials behind the value; 0 where there is no such number.</param>
/// <param name="Successes">For a rate, how many of Count succeeded; null for other numbers.</param>
public sealed record Measurement(double Value, long Count = 0, long? Successes = null)
{
    /// <summary>A share with the numbers behind it; NaN where nothing was counted.</summary>
    /// <param name="successes">The number of successes.</param>
    /// <param name="count">The number of trials, from 0.</param>
    public static Measurement Rate(long successes, long count) =>
        new(count == 0 ? double.NaN : (double)successes / count, count, successes);
}

/// <summary>The machine and the program that computed a result.</summary>
/// <param name="Version">The version of the science.</param>
/// <param name="Device">The name of the device.</param>
/// <param name="InstructionSet">The vector instructions of the processor, on which the last bits may depend.</param>
/// <param name="Commit">The commit of the program; empty where it is not known.</param>
/// <param name="Host">The name of the machine.</param>
public sealed record Provenance(string Version, string Device, string InstructionSet, string Commit, string Host);

/// <summary>The result of one cell. Everything but Seconds, Attempts and Provenance is a function of the cell.</summary>
/// <param name="Cell">The id of the cell.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Measurements">The measurements by name, see <see cref="Metric"/>.</param>
/// <param name="Outcomes">One bit for each sample in evaluation order, set where the defended model was right under attack (or, for trials,
/// where the attack failed); null where the kind of cell has none.</param>
/// <param name="Confusion">The counts, a row for each true class and a column for each answer; null where the kind of cell has
/// none.</param>
/// <param name="Seconds">The seconds that it took.</param>
/// <param name="Attempts">The attempts that it took, 1 or more.</param>
/// <param name="Provenance">The machine and the program that computed it.</param>
/// <param name="Error">The reason of a failure, in one line; null where nothing failed.</param>
/// <param name="Failure">The kind of the failure; null where nothing failed, or the version that wrote the result did not say.</param>
public sealed record CellResult(
    CellId Cell,
    CellStatus Status,
    ImmutableSortedDictionary<string, Measurement> Measurements,
    OutcomeBits? Outcomes,
    ImmutableArray<ImmutableArray<int>>? Confusion,
    double Seconds,
    int Attempts,
    Provenance Provenance,
    string? Error = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] FailureKind? Failure = null)
{
    static readonly ConcurrentDictionary<int, ImmutableArray<ImmutableArray<int>>> Outlines = [];

    /// <summary>A confusion matrix of so many classes whose rows are empty; all callers share one.</summary>
    /// <param name="classes">The number of classes.</param>
    public static ImmutableArray<ImmutableArray<int>> Outline(int classes) =>
        Outlines.GetOrAdd(classes, n => [.. Enumerable.Repeat(ImmutableArray<int>.Empty, n)]);

    /// <summary>This result, with an empty confusion matrix of as many classes in place of its own.</summary>
    public CellResult Outlined() => Confusion is { } confusion ? this with { Confusion = Outline(confusion.Length) } : this;

    /// <summary>The result of a cell that failed for this reason.</summary>
    /// <param name="error">What went wrong, in one line.</param>
    /// <param name="seconds">The seconds that it took.</param>
    /// <param name="attempts">The attempts that it took, 1 or more.</param>
    /// <param name="provenance">The machine and the program that computed it.</param>
    /// <param name="cell">The id of the cell.</param>
    /// <param name="kind">The kind of the error.</param>
    public static CellResult Failed(CellId cell, FailureKind kind, string error, double seconds, int attempts, Provenance provenance) =>
        new(cell, CellStatus.Failed, ImmutableSortedDictionary<string, Measurement>.Empty, null, null, seconds, attempts,
            provenance, error, kind);
}
