using System.Numerics.Tensors;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>Projections of one row that need its values in order.</summary>
static class HostBalls
{
    public static void Project(Norm norm, Span<float> change, float length)
    {
        if (norm == Norm.L0) KeepLargest(change, (int)Math.Clamp(length, 0, change.Length));
        else ProjectL1(change, length);
    }

    /// <summary>Sets all but the so many largest entries to 0; of equal ones the first are kept.</summary>
    public static void KeepLargest(Span<float> change, int count)
    {
        if (count >= change.Length) return;
        if (count == 0)
        {
            change.Clear();
            return;
        }

        var sizes = Sizes(change);
        var least = sizes[^count];
        // Those as large as the least that is kept fill what the larger ones leave.
        var equal = count - sizes.Count(size => size > least);
        foreach (ref var value in change)
        {
            var size = Math.Abs(value);
            if (size < least || (size == least && equal-- <= 0)) value = 0;
        }
    }

    /// <summary>The nearest change whose entries sum to the length at most, by size. Duchi et al., ICML 2008.</summary>
    public static void ProjectL1(Span<float> change, float length)
    {
        if (TensorPrimitives.SumOfMagnitudes<float>(change) <= length) return;
        var sizes = Sizes(change);
        var (sum, shrink) = (0.0, 0.0);
        for (var j = 1; j <= sizes.Length; j++)
        {
            sum += sizes[^j];
            if (sizes[^j] * j > sum - length) shrink = (sum - length) / j;
        }

        Shrink(change, shrink);
    }

    /// <summary>
    /// The nearest change whose entries sum to the length at most, by size, and that leaves the image in the box. Every entry is shrunk by
    /// the same amount and cut at the box; the amount is found by bisection. Croce and Hein, ICML 2021 (arXiv 2103.01208), proposition 2.1.
    /// </summary>
    public static void ProjectL1(Span<float> change, ReadOnlySpan<float> image, float length)
    {
        var room = new float[change.Length];
        var (most, sum) = (0.0, 0.0);
        for (var i = 0; i < room.Length; i++)
        {
            room[i] = change[i] > 0 ? 1 - image[i] : image[i];
            most = Math.Max(most, Math.Abs(change[i]));
            sum += Math.Min(Math.Abs(change[i]), room[i]);
        }

        var (low, high) = (0.0, sum <= length ? 0 : most);
        for (var step = 0; step < 60 && low < high; step++)
        {
            var middle = (low + high) / 2;
            if (Total(change, room, middle) > length) low = middle;
            else high = middle;
        }

        for (var i = 0; i < room.Length; i++)
            change[i] = Math.Sign(change[i]) * Math.Clamp((float)(Math.Abs(change[i]) - high), 0, room[i]);

        static double Total(ReadOnlySpan<float> change, float[] room, double shrink)
        {
            var total = 0.0;
            for (var i = 0; i < room.Length; i++) total += Math.Clamp(Math.Abs(change[i]) - shrink, 0, room[i]);
            return total;
        }
    }

    /// <summary>The sizes of all entries, ascending.</summary>
    static float[] Sizes(ReadOnlySpan<float> change)
    {
        var sizes = new float[change.Length];
        TensorPrimitives.Abs(change, sizes);
        Array.Sort(sizes);
        return sizes;
    }

    static void Shrink(Span<float> change, double by)
    {
        foreach (ref var value in change) value = Math.Sign(value) * (float)Math.Max(Math.Abs(value) - by, 0);
    }
}
