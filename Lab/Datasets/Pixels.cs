namespace Grid.Lab.Datasets;

static class Pixels
{
    static readonly float[] Scaled = [.. Enumerable.Range(0, 256).Select(value => value / 255f)];

    /// <summary>Bytes to [0, 1], divided by 255 as torchvision's ToTensor does.</summary>
    public static void Scale(ReadOnlySpan<byte> bytes, Span<float> inputs)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            inputs[i] = Scaled[bytes[i]];
        }
    }
}
