using System.Runtime.Intrinsics;

namespace Grid.Compute.Random;

/// <summary>
/// Names one stream of random words. Block b of the stream is Philox 4x32-10 with the key <c>Seed</c> and the counter
/// (b, Purpose, low half of Index, high half of Index): 2^32 blocks of four words for each of 2^64 indices.
/// </summary>
/// <param name="Seed">The seed of the cell.</param>
/// <param name="Purpose">The number of the purpose, see <see cref="Philox.Hash"/>: draws for different purposes are independent.</param>
/// <param name="Index">The number of the stream among many of one purpose: the trial, the sample, the layer.</param>
public readonly record struct PhiloxKey(ulong Seed, uint Purpose, ulong Index)
{
    /// <summary>Fills with standard normals of many streams side by side: <c>destination[e * lanes + l]</c> becomes the normal number 4 *
    /// <paramref name="block"/> + e of the stream whose index is this one's plus l, as <see cref="PhiloxStream.FillNormal"/> draws
    /// it.</summary>
    /// <param name="destination">The memory to fill, whole blocks of all lanes: its length is a multiple of 4 * lanes.</param>
    /// <param name="lanes">The number of streams, a multiple of 16.</param>
    /// <param name="block">The number of the first block that is drawn.</param>
    public void FillNormalLanes(Span<float> destination, int lanes, uint block)
    {
        Check(destination, lanes);
        if (Vector512.IsHardwareAccelerated)
        {
            PhiloxFill<WordLanes512, Vector512<uint>, Vector512<float>>.NormalLanes(this, block, destination, lanes);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            PhiloxFill<WordLanes256, Vector256<uint>, Vector256<float>>.NormalLanes(this, block, destination, lanes);
        }
        else
        {
            PhiloxFill<WordLanes128, Vector128<uint>, Vector128<float>>.NormalLanes(this, block, destination, lanes);
        }
    }
    /// <summary>Fills with numbers uniform in [-1, 1) of many streams side by side, as <see cref="PhiloxStream.Fill"/> draws
    /// them.</summary>
    /// <param name="destination">The memory to fill, whole blocks of all lanes: its length is a multiple of 4 * lanes.</param>
    /// <param name="lanes">The number of streams, a multiple of 16.</param>
    /// <param name="block">The number of the first block that is drawn.</param>
    public void FillUniformLanes(Span<float> destination, int lanes, uint block)
    {
        Check(destination, lanes);
        if (Vector512.IsHardwareAccelerated)
        {
            PhiloxFill<WordLanes512, Vector512<uint>, Vector512<float>>.UniformLanes(this, block, destination, lanes);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            PhiloxFill<WordLanes256, Vector256<uint>, Vector256<float>>.UniformLanes(this, block, destination, lanes);
        }
        else
        {
            PhiloxFill<WordLanes128, Vector128<uint>, Vector128<float>>.UniformLanes(this, block, destination, lanes);
        }
    }

    static void Check(Span<float> destination, int lanes)
    {
        if (lanes <= 0 || lanes % 16 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "The number of lanes must be a positive multiple of 16.");
        }

        if (destination.Length % (4 * lanes) != 0)
        {
            throw new ArgumentException($"Length {destination.Length} is not a multiple of 4 * {lanes}.", nameof(destination));
        }
    }
}
