namespace Grid.Lab.Datasets;

static class Pixels
{
    static readonly float[] Scaled = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    /// <summary>Maps bytes to [0, 1]: it divides them by 255, as torchvision's ToTensor does.</summary>
    public static void Scale(ReadOnlySpan<byte> bytes, Span<float> inputs)
    {
        for (var i = 0; i < bytes.Length; i++) inputs[i] = Scaled[bytes[i]];
    }

    /// <summary>The largest byte, where it is so small that the values are not of 0 to 255; null where they may be, or all are 0.</summary>
    public static int? Unfilled(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOfAnyInRange((byte)128, (byte)255) >= 0) return null;
        var largest = 0;
        foreach (var value in bytes) largest = Math.Max(largest, value);
        return largest == 0 ? null : largest;
    }

    /// <summary>Reorders images of [height, width, channels], one after the other, to [channels, height, width].</summary>
    public static float[] ChannelsFirst(float[] images, ImageShape shape)
    {
        var (planes, area) = (new float[images.Length], shape.Height * shape.Width);
        for (var i = 0; i < images.Length; i++)
        {
            var (image, within) = Math.DivRem(i, shape.Size);
            planes[(image * shape.Size) + (within % shape.Channels * area) + (within / shape.Channels)] = images[i];
        }

        return planes;
    }
}
