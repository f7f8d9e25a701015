namespace Grid.Sweeps.Cells;

/// <summary>Numbers objects by reference. The cells of one plan share their choices, so that equal numbers mean equal choices. Comparing
/// numbers is thousands of times faster than comparing all settings.</summary>
public sealed class ReferenceNumbering
{
    readonly Dictionary<object, int> _numbers = new(ReferenceEqualityComparer.Instance);

    /// <summary>The number of an object, the same for the same object; -1 for null.</summary>
    /// <param name="value">The object, or null.</param>
    public int Number(object? value)
    {
        if (value is null) return -1;
        if (!_numbers.TryGetValue(value, out var number)) _numbers.Add(value, number = _numbers.Count);
        return number;
    }
}
