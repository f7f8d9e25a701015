namespace Grid.Compute;

/// <summary>Elements of a row in another arrangement, each once, often or never, or 0. Slicing, padding, gathering, repeating and enlarging
/// are all selections. It is the same for every row of a batch.</summary>
public sealed class Selection
{
    /// <summary>A selection by the index of each element.</summary>
    /// <param name="map">For each element of the result, row by row, the index of the element it takes; -1 for 0.</param>
    /// <param name="input">The shape of a row of what is chosen from.</param>
    /// <param name="output">The shape of a row of the result.</param>
    public Selection(int[] map, Shape input, Shape output)
    {
        if (map.Length != output.Count) throw new ArgumentException($"{map.Length} indices do not fill {output}.", nameof(map));
        foreach (var index in map) ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, input.Count, nameof(map));
        (Map, Input, Output) = (map, input, output);
        Runs = [.. Cut(map)];
    }

    /// <summary>For each element of the result, row by row, the index of the element it takes; -1 for 0.</summary>
    public ReadOnlyMemory<int> Map { get; }

    /// <summary>The shape of a row of what is chosen from.</summary>
    public Shape Input { get; }

    /// <summary>The shape of a row of the result.</summary>
    public Shape Output { get; }

    /// <summary>Stretches of the result that lie side by side in the input too.</summary>
    internal (int Target, int Source, int Count)[] Runs { get; }

    /// <summary>Chooses the given indices along each axis.</summary>
    /// <param name="input">The shape of a row of what is chosen from.</param>
    /// <param name="indices">For each axis the indices to take; -1 gives 0.</param>
    public static Selection Along(Shape input, IReadOnlyList<int[]> indices)
    {
        var output = Shape.From([.. indices.Select(i => i.Length)]);
        var map = new int[output.Count];
        Fill(0, 0, 0, true);
        return new(map, input, output);

        // Walks the result in order, and keeps the index it has so far.
        int Fill(int axis, int source, int target, bool inside)
        {
            if (axis == input.Rank)
            {
                map[target] = inside ? source : -1;
                return target + 1;
            }

            foreach (var index in indices[axis])
                target = Fill(axis + 1, source * input[axis] + Math.Max(index, 0), target, inside && index >= 0);
            return target;
        }
    }

    /// <summary>Chooses the given indices along one axis, and all indices of the others.</summary>
    /// <param name="input">The shape of a row of what is chosen from.</param>
    /// <param name="axis">The number of the axis, from 0.</param>
    /// <param name="indices">The indices to take; -1 gives 0.</param>
    public static Selection Along(Shape input, int axis, int[] indices) =>
        Along(input, [.. Enumerable.Range(0, input.Rank).Select(i => i == axis ? indices : [.. Enumerable.Range(0, input[i])])]);

    static IEnumerable<(int, int, int)> Cut(int[] map)
    {
        for (var (i, count) = (0, 0); i < map.Length; i += count)
        {
            for (count = 1; i + count < map.Length && map[i + count] == (map[i] < 0 ? -1 : map[i] + count);) count++;
            if (map[i] >= 0) yield return (i, map[i], count);
        }
    }
}
