namespace Grid.Sweeps.Cells;

/// <summary>
/// Objects numbered by reference. Cells of one plan share their choices, so that equal numbers are equal choices, thousands of times faster
/// than a look at all their settings.
/// </summary>
public sealed class ReferenceNumbering
{
    readonly Dictionary<object, int> _numbers = new(ReferenceEqualityComparer.Instance);

    /// <summary>-1 for null.</summary>
    /// <param name="value">The number.</param>
    public int Number(object? value)
    {
        if (value is null) return -1;
        if (!_numbers.TryGetValue(value, out var number)) _numbers.Add(value, number = _numbers.Count);
        return number;
    }
}
