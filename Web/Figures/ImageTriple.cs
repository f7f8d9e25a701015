using Grid.Sweeps.Results;

namespace Grid.Web.Figures;

/// <summary>A sample as three pictures: before, after, and their difference; a fourth where a defense filters its input.</summary>
public static class ImageTriple
{
    /// <summary>How much a difference is enlarged.</summary>
    public const int Times = 10;

    /// <summary>Ten times the difference around a middle grey, [channels, height, width]; black for a sample that was added.</summary>
    public static float[] Difference(SampleImage image) => image.Clean is null ? new float[image.Changed.Length]
        : [.. image.Clean.Zip(image.Changed, (before, after) => Math.Clamp(0.5f + Times * (after - before), 0, 1))];

    /// <summary>The pictures of a sample, from left to right.</summary>
    public static IReadOnlyList<float[]> Pictures(SampleImage image)
    {
        var clean = image.Clean ?? new float[image.Changed.Length];
        float[][] pictures = [clean, image.Changed, Difference(image)];
        return image.Filtered is { } filtered ? [.. pictures, filtered] : pictures;
    }

    /// <summary>All samples below each other as one, their pictures beside each other.</summary>
    public static byte[] Sheet(SampleImages all)
    {
        var (rows, gap) = (all.Images.Count, 2);
        var columns = all.Images.Select(i => Pictures(i).Count).DefaultIfEmpty(1).Max();
        var (height, width) = (rows * (all.Height + gap) - gap, columns * (all.Width + gap) - gap);
        var pixels = new float[all.Channels * height * width];
        Array.Fill(pixels, 1);
        for (var row = 0; row < rows; row++)
        {
            var image = all.Images[row];
            foreach (var (column, picture) in Pictures(image).Index())
                for (var c = 0; c < all.Channels; c++)
                    for (var y = 0; y < all.Height; y++)
                        picture.AsSpan((c * all.Height + y) * all.Width, all.Width)
                            .CopyTo(pixels.AsSpan((c * height + row * (all.Height + gap) + y) * width + column * (all.Width + gap)));
        }

        return Png.Of(all.Channels, height, width, pixels);
    }
}
