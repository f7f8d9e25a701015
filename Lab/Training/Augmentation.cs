using Grid.Compute.Random;
using Grid.Lab.Datasets;

namespace Grid.Lab.Training;

/// <summary>How an image may be changed at random each time it is trained on.</summary>
public enum Augmentation
{
    /// <summary>The image is mirrored left to right, half of the time.</summary>
    Flip,

    /// <summary>The image is moved by up to an eighth of its sides each way (4 pixels of 32), over zeros: a random crop of the padded
    /// image.</summary>
    Crop,
}

static class Augmented
{
    const int Part = 8;

    /// <summary>Changes one image, by draws that depend on seed, step and sample alone.</summary>
    public static void Write(
        ReadOnlySpan<float> image, Span<float> target, ImageShape shape, IReadOnlyList<Augmentation> augment,
        ulong seed, int step, int sample)
    {
        var stream = new PhiloxStream(seed, "augment", ((ulong)step << 32) | (uint)sample);
        var draws = stream.NextULong();
        var flip = augment.Contains(Augmentation.Flip) && (draws & 1) == 1;
        var (down, across) = augment.Contains(Augmentation.Crop)
            ? (Shift(draws >> 8, shape.Height), Shift(draws >> 32, shape.Width))
            : (0, 0);
        target.Clear();
        for (var row = 0; row < shape.Channels * shape.Height; row++)
        {
            var from = row % shape.Height + down;
            if ((uint)from >= (uint)shape.Height) continue;
            var source = image.Slice((row - row % shape.Height + from) * shape.Width, shape.Width);
            var line = target.Slice(row * shape.Width, shape.Width);
            for (var column = 0; column < line.Length; column++)
                if ((uint)((flip ? line.Length - 1 - column : column) + across) is var at && at < (uint)line.Length)
                    line[column] = source[(int)at];
        }

        static int Shift(ulong draw, int side) =>
            Math.Max(1, side / Part) is var most ? (int)((draw & 0xFFFFFF) * (ulong)(2 * most + 1) >> 24) - most : 0;
    }
}
