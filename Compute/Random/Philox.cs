using System.Text;

namespace Grid.Compute.Random;

/// <summary>One 128-bit block of Philox: a counter, or the four random words that a counter turns into.</summary>
/// <param name="W0">The first word.</param>
/// <param name="W1">The second word.</param>
/// <param name="W2">The third word.</param>
/// <param name="W3">The fourth word.</param>
public readonly record struct PhiloxBlock(uint W0, uint W1, uint W2, uint W3);

/// <summary>The Philox 4x32-10 block function: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.</summary>
public static class Philox
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    /// <summary>The four random words of <paramref name="counter"/> under a 64-bit key, whose low half is the first key word.</summary>
    /// <param name="key">The key.</param>
    /// <param name="counter">The number of the block.</param>
    public static PhiloxBlock Block(ulong key, PhiloxBlock counter)
    {
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        var (c0, c1, c2, c3) = counter;
        for (var round = 0; round < Rounds; round++)
        {
            var p0 = (ulong)Multiplier0 * c0;
            var p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return new(c0, c1, c2, c3);
    }

    /// <summary>The stable 32-bit number of a purpose: FNV-1a over its UTF-8 bytes.</summary>
    /// <param name="purpose">The purpose, whose bytes in UTF-8 are hashed.</param>
    public static uint Hash(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        var hash = 2166136261;
        foreach (var b in Encoding.UTF8.GetBytes(purpose))
        {
            hash = (hash ^ b) * 16777619;
        }

        return hash;
    }
}
