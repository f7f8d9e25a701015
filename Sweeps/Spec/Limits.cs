using System.Text.Json.Serialization;

namespace Grid.Sweeps.Spec;

/// <summary>How a sweep is to be run. Nothing here changes a number, so none of it is part of a cell.</summary>
/// <param name="Priority">The priority, from -100 to 100: workers take cells of the sweep with the highest one first.</param>
/// <param name="Concurrency">How many groups run side by side at most; null for as many as there are workers.</param>
/// <param name="CellTimeout">A cell that takes longer has failed; null for no limit.</param>
/// <param name="Failures">The sweep stops when more cells than this have failed; null to go on whatever fails.</param>
/// <param name="Attempts">How often a cell is tried, 1 or more, where it ends by a passing fault: a worker that was lost, or an error that
/// nobody foresaw.</param>
/// <param name="Backoff">The wait before the second attempt; it doubles with each further one, up to five minutes.</param>
/// <param name="GiveUp">A fault whose text holds one of these, whatever the case of the letters, is not tried again.</param>
public sealed record Limits(
    int Priority, int? Concurrency, TimeSpan? CellTimeout, int? Failures, int Attempts, TimeSpan Backoff, IReadOnlyList<string> GiveUp)
{
    /// <summary>The address that is told, with one JSON POST, that the sweep is done or has failed; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Notify { get; init; }

    /// <summary>The limits that hold where a sweep file sets none.</summary>
    public static Limits Default { get; } = new(0, null, null, null, 3, TimeSpan.FromSeconds(5), []);

    static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(5);

    /// <summary>How long to wait after an attempt that failed; null if it was the last, or the fault is one to give up on.</summary>
    /// <param name="attempt">The number of the attempt that failed, from 1.</param>
    /// <param name="fault">Why it failed.</param>
    public TimeSpan? WaitAfter(int attempt, string fault)
    {
        if (attempt >= Attempts || GiveUp.Any(pattern => fault.Contains(pattern, StringComparison.OrdinalIgnoreCase))) return null;
        var wait = Backoff * Math.Pow(2, Math.Min(attempt - 1, 20));
        return wait < LongestBackoff ? wait : LongestBackoff;
    }
}
