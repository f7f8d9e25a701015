using Grid.Compute.Cpu.Gemm;

namespace Grid.Compute.Cpu.Layers;

/// <summary>Puts axes in another order. The axis whose elements lie side by side in the source is copied or transposed in blocks; the
/// others are walked.</summary>
static unsafe class Permutation
{
    public static void Copy(float* source, Shape shape, ReadOnlySpan<int> axes, float* target)
    {
        var (lengths, from, to) = Joined(shape, axes);
        if (lengths.Length == 0)
        {
            *target = *source;
            return;
        }

        var last = lengths.Length - 1;
        var near = Array.IndexOf(from, 1);
        // Of rows and columns of one block; the rest is walked.
        var (rows, columns) = (lengths[last], lengths[near]);
        var at = new int[lengths.Length];
        nint x = 0, y = 0;
        while (true)
        {
            if (near == last) new ReadOnlySpan<float>(source + x, rows).CopyTo(new(target + y, rows));
            else Transposition.Copy(source + x, from[last], target + y, to[near], rows, columns);
            var axis = last - 1;
            for (; axis >= 0; axis--)
            {
                if (axis == near) continue;
                x += from[axis];
                y += to[axis];
                if (++at[axis] < lengths[axis]) break;
                x -= (nint)from[axis] * lengths[axis];
                y -= (nint)to[axis] * lengths[axis];
                at[axis] = 0;
            }

            if (axis < 0) return;
        }
    }

    /// <summary>The lengths of the result's axes with their strides in source and target. Axes that stay neighbours are one, and those of
    /// length 1 are left out.</summary>
    static (int[] Lengths, int[] From, int[] To) Joined(Shape shape, ReadOnlySpan<int> axes)
    {
        var strides = new int[shape.Rank];
        for (var (axis, step) = (shape.Rank - 1, 1); axis >= 0; step *= shape[axis--]) strides[axis] = step;
        var (lengths, from) = (new List<int>(), new List<int>());
        foreach (var axis in axes)
        {
            if (shape[axis] == 1) continue;
            if (lengths.Count > 0 && from[^1] == strides[axis] * shape[axis])
                (lengths[^1], from[^1]) = (lengths[^1] * shape[axis], strides[axis]);
            else
            {
                lengths.Add(shape[axis]);
                from.Add(strides[axis]);
            }
        }

        var to = new int[lengths.Count];
        for (var (axis, step) = (to.Length - 1, 1); axis >= 0; step *= lengths[axis--]) to[axis] = step;
        return ([.. lengths], [.. from], to);
    }
}
