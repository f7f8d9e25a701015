using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>A white square in the lower right corner.</summary>
static class Patch
{
    public static void Write(Span<float> image, ImageShape shape, int size, float opacity)
    {
        for (var row = 0; row < shape.Channels * shape.Height; row++)
        {
            if (row % shape.Height < shape.Height - size) continue;
            foreach (ref var pixel in image.Slice((row + 1) * shape.Width - size, size)) pixel += opacity * (1 - pixel);
        }
    }
}
