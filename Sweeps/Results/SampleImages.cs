using System.Text.Json.Serialization;

namespace Grid.Sweeps.Results;

/// <summary>What a cell did to samples, as images to look at.</summary>
/// <param name="Channels">1 for grey, 3 for colour.</param>
/// <param name="Height">The rows of an image in pixels.</param>
/// <param name="Width">The columns of an image in pixels.</param>
/// <param name="Note">What was done to them, in a line.</param>
/// <param name="Images">The images.</param>
public sealed record SampleImages(int Channels, int Height, int Width, string Note, IReadOnlyList<SampleImage> Images);

/// <summary>One sample before and after; pixels are [channels, height, width] in [0, 1].</summary>
/// <param name="Sample">The number of the sample among the test samples, or among the training samples where those are poisoned.</param>
/// <param name="Before">What stands below the clean image, such as its class and how sure the model is of it.</param>
/// <param name="After">What stands below the changed image, such as its class and how sure the model is of it.</param>
/// <param name="Clean">The pixels before the attack; null for a sample that was added.</param>
/// <param name="Changed">The pixels under attack, channel by channel.</param>
/// <param name="IsFooled">Whether the answer is right before the attack and wrong after it.</param>
public sealed record SampleImage(int Sample, string Before, string After, float[]? Clean, float[] Changed, bool IsFooled)
{
    /// <summary>The pixels that reach the network, where a defense changes its input: the image under attack, filtered; null where it is
    /// the changed image itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float[]? Filtered { get; init; }
}
