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
/// <param name="Count">Samples or trials behind the value; 0 where the notion does not apply.</param>
/// <param name="Successes">For a rate, how many of Count; null for other numbers.</param>
public sealed record Measurement(double Value, long Count = 0, long? Successes = null)
{
    /// <summary>A share with what it was counted from; NaN of none.</summary>
    public static Measurement Rate(long successes, long count) => new(count == 0 ? double.NaN : (double)successes / count, count, successes);
}

/// <summary>Where and with what a result was computed.</summary>
public sealed record Provenance(string Version, string Device, string InstructionSet, string Commit, string Host);

/// <summary>
/// What one cell gave. Everything but Seconds, Attempts and Provenance is a function of the cell.
/// </summary>
/// <param name="Measurements">Measurements by name, see <see cref="Metric"/>.</param>
/// <param name="Outcomes">One bit a sample in evaluation order, set where the defended model was right under attack (or, for trials, where
/// the attack failed); null where the kind of cell has none.</param>
/// <param name="Confusion">Row: true class, column: predicted.</param>
/// <param name="Error">The reason of a failure, one line.</param>
/// <param name="Failure">Its kind; null where nothing failed, or the version that wrote it did not say.</param>
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

    /// <summary>A confusion matrix of so many classes with nothing in its rows; one for all who ask.</summary>
    public static ImmutableArray<ImmutableArray<int>> Outline(int classes) =>
        Outlines.GetOrAdd(classes, n => [.. Enumerable.Repeat(ImmutableArray<int>.Empty, n)]);

    /// <summary>The same with the outline of its confusion matrix alone.</summary>
    public CellResult Outlined() => Confusion is { } confusion ? this with { Confusion = Outline(confusion.Length) } : this;

    /// <summary>The result of a cell that failed for this reason.</summary>
    public static CellResult Failed(CellId cell, FailureKind kind, string error, double seconds, int attempts, Provenance provenance) =>
        new(cell, CellStatus.Failed, ImmutableSortedDictionary<string, Measurement>.Empty, null, null, seconds, attempts, provenance, error, kind);
}
