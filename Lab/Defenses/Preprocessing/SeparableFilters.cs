using Grid.Compute;

namespace Grid.Lab.Defenses.Preprocessing;

/// <summary>
/// Filters that act on the columns of an image and then on its rows. Borders mirror about the edge, which repeats (cba|abc|cba), and an
/// even window reaches one further up and left: all as scipy.ndimage with mode reflect.
/// </summary>
static class SeparableFilters
{
    /// <summary>Sums each pixel's neighbours by weights, which are centred on it, along both axes.</summary>
    public static Variable Correlate(this Tape tape, Variable images, double[] weights) =>
        tape.AlongBoth(images, (part, length) => tape.AlongRows(part, Matrix(weights, -(weights.Length / 2), length), length));

    /// <summary>Combines the pixels of a size x size window.</summary>
    public static Variable Fold(this Tape tape, Variable images, int size, Func<Variable, Variable, Variable> fold) =>
        tape.AlongBoth(images, (part, length) =>
            Enumerable.Range(-(size / 2), size)
                .Select(offset => tape.AlongRows(part, Matrix([1], offset, length), length))
                .Aggregate(fold));

    /// <summary>Multiplies each row of each plane by a matrix [length, w]: [n, c, h, w] -> [n, c, h, length].</summary>
    /// <param name="matrix">The matrix, row by row.</param>
    public static Variable AlongRows(this Tape tape, Variable images, float[] matrix, int length)
    {
        var (s, device) = (images.Shape, tape.Device);
        var rows = tape.Reshape(images, [s[0] * s[1] * s[2], s[3]]);
        var weight = Tape.Constant(device.Upload(matrix, [length, s[3]]));
        return tape.Reshape(tape.Linear(rows, weight, Tape.Constant(device.Zeros([length]))), [s[0], s[1], s[2], length]);
    }

    /// <summary>Applies a step to the columns and then to the rows; it gets planes whose rows it works along, and their length.</summary>
    public static Variable AlongBoth(this Tape tape, Variable images, Func<Variable, int, Variable> step)
    {
        var columns = step(tape.Transpose(images), images.Shape[2]);
        return step(tape.Transpose(columns), images.Shape[3]);
    }

    /// <summary>Applies a step without a useful derivative, which goes backwards as another step would that resembles it.</summary>
    public static Variable WithGradientOf(
        this Tape tape, Variable images, Func<Tensor, Tensor> step, Func<Tape, Variable, Variable> surrogate) =>
        tape.Record(step(images.Value), [images], g => tape.Pass(images, () =>
        {
            var (inner, x) = (new Tape(tape.Device), Tape.Watch(images.Value));
            return inner.Gradient(surrogate(inner, x), x, g);
        }));

    /// <summary>The weights of a mean over a window.</summary>
    public static double[] Mean(int size) => [.. Enumerable.Repeat(1.0 / size, size)];

    /// <summary>The matrix whose row i holds the weights of pixel i: of its neighbours from the given offset on, mirrored at the
    /// borders.</summary>
    static float[] Matrix(double[] weights, int offset, int length)
    {
        var sums = new double[length * length];
        for (var i = 0; i < length; i++)
            for (var k = 0; k < weights.Length; k++) sums[i * length + Mirror(i + offset + k, length)] += weights[k];
        return Array.ConvertAll(sums, s => (float)s);
    }

    static int Mirror(int i, int length)
    {
        i = (i % (2 * length) + 2 * length) % (2 * length);
        return i < length ? i : 2 * length - 1 - i;
    }

    /// <summary>Why a window cannot slide over such images; null if it can.</summary>
    public static string? Objection(string name, int size, Datasets.ImageShape shape) => size <= Math.Min(shape.Height, shape.Width)
        ? null
        : $"{name}: a window of {size} pixels is larger than images of {shape.Height} x {shape.Width}; take a smaller size.";
}
