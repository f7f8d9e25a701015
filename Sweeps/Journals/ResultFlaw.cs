using System.Collections.Immutable;
using Grid.Sweeps.Results;

namespace Grid.Sweeps.Journals;

/// <summary>What cannot be in a result, though it is good JSON: a line without a checksum may have come from anywhere.</summary>
static class ResultFlaw
{
    /// <summary>What is wrong with a result, in a few words; null for nothing.</summary>
    public static string? Of(CellResult result)
    {
        if (result.Cell.Value.Length == 0) return "the cell has no id";
        if (result.Status is not (CellStatus.Done or CellStatus.Failed)) return "the status is neither done nor failed";
        if (result.Attempts < 1 || double.IsNaN(result.Seconds) || result.Seconds < 0) return "attempts or seconds are no such number";
        foreach (var (name, one) in result.Measurements)
        {
            if (one is null || one.Count < 0 || one.Successes < 0 || one.Successes > one.Count)
                return $"{name} counts what cannot be counted";
            if (one is { Successes: { } successes, Count: > 0 } && Math.Abs(one.Value - ((double)successes / one.Count)) is not <= 1e-6)
                return $"{name} is not the rate that it counts";
        }

        return result.Confusion is { } rows && !IsSquare(rows) ? "the confusion matrix has not as many columns as rows" : null;
    }

    // Rows may be left out, see CellResult.Outlined.
    static bool IsSquare(ImmutableArray<ImmutableArray<int>> rows) => !rows.IsDefault
        && (rows.All(r => r is { IsDefault: false, IsEmpty: true })
            || rows.All(r => !r.IsDefault && r.Length == rows.Length && r.All(count => count >= 0)));
}
