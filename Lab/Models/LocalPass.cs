using Grid.Compute;

namespace Grid.Lab.Models;

/// <summary>
/// The pass of images that differ from others, whose pass is known, in a rectangle of pixels: of the blocks that a network begins with,
/// only the outputs that see the rectangle are computed, and the layers behind them as always. Logits have the bits of the whole pass.
/// </summary>
abstract class LocalPass
{
    /// <summary>What each block gives for images, [n, ...].</summary>
    public abstract Tensor[] Blocks(Tensor images);

    /// <summary>Makes what blocks gave for images what they give for changed ones, in place.</summary>
    /// <param name="images">The images after the change.</param>
    /// <param name="changed">For each image the rectangle outside of which it has not changed.</param>
    /// <param name="blocks">What each block gave before.</param>
    /// <returns>For each block the rectangle of each image's output that was computed.</returns>
    public abstract PixelWindow[][] Change(Tensor images, PixelWindow[] changed, IReadOnlyList<Tensor> blocks);

    /// <summary>The logits by what the last block gave, [n, classes].</summary>
    public abstract Tensor Logits(Tensor last);
}
