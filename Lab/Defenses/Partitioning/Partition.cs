using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Grid.Lab.Datasets;

namespace Grid.Lab.Defenses.Partitioning;

/// <summary>One part of a training set.</summary>
/// <param name="Samples">The samples, in an order that does not depend on where they stood; null where none fell into the part.</param>
/// <param name="Sha256">The SHA-256 over images and labels, in lower-case hex: what a network trained on the part depends on.</param>
sealed record Partition(Samples? Samples, string Sha256)
{
    /// <summary>
    /// Cuts a set by a hash of each image. Where a sample falls, and in which order a part is trained on, depends on that part's samples
    /// alone: without this, one sample more would move others and void every certificate. The label has no say, so that a flipped label
    /// stays in its part.
    /// </summary>
    public static Partition[] Of(Samples samples, int parts)
    {
        var size = samples.Inputs.Length / samples.Count;
        var places = new (UInt128 Hash, int Label, int Sample)[samples.Count];
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        for (var i = 0; i < places.Length; i++)
        {
            SHA256.HashData(Bytes(samples.Inputs.AsSpan(i * size, size)), digest);
            places[i] = (BinaryPrimitives.ReadUInt128LittleEndian(digest), samples.Labels[i], i);
        }

        var members = places.ToLookup(p => (int)(p.Hash % (uint)parts));
        return [.. Enumerable.Range(0, parts).Select(part => One(samples, [.. members[part].Order().Select(p => p.Sample)]))];
    }

    static Partition One(Samples all, int[] members)
    {
        if (members.Length == 0) return new(null, "");
        var samples = all.Take(members);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Bytes(samples.Inputs));
        hash.AppendData(MemoryMarshal.AsBytes<int>(samples.Labels));
        return new(samples, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    static ReadOnlySpan<byte> Bytes(ReadOnlySpan<float> values) => MemoryMarshal.AsBytes(values);
}
