using System.Security.Cryptography;

namespace Grid.Sweeps.Journals;

/// <summary>The first eight hex digits of a text's SHA-256: what is damaged by chance is noticed, all but once in four thousand million
/// times.</summary>
public static class Checksum
{
    /// <summary>The number of characters of a checksum.</summary>
    public const int Length = 8;

    /// <summary>The checksum of bytes, as hex digits in lower case.</summary>
    /// <param name="bytes">The bytes.</param>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Convert.ToHexStringLower(hash[..(Length / 2)]);
    }

    /// <summary>Whether <paramref name="sum"/> is the checksum of the bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="sum">The checksum that stands with them.</param>
    public static bool Fits(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> sum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        Span<byte> hex = stackalloc byte[Length];
        Convert.TryToHexStringLower(hash[..(Length / 2)], hex, out _);
        return sum.SequenceEqual(hex);
    }
}
