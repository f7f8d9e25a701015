using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grid.Sweeps.Results;

/// <summary>A row of yes/no outcomes, one a sample; in JSON as "count:base64". The worst case over attacks is the And of theirs.</summary>
[JsonConverter(typeof(Converter))]
public sealed class OutcomeBits : IEquatable<OutcomeBits>
{
    readonly byte[] _bytes;

    OutcomeBits(byte[] bytes, int count) => (_bytes, Count) = (bytes, count);

    /// <summary>The number of outcomes.</summary>
    public int Count { get; }

    /// <summary>The outcome of one sample.</summary>
    public bool this[int index] => index >= 0 && index < Count
        ? (_bytes[index >> 3] >> (index & 7) & 1) == 1
        : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>How many outcomes are yes.</summary>
    public int Ones
    {
        get
        {
            var sum = 0;
            var words = MemoryMarshal.Cast<byte, ulong>(_bytes);
            foreach (var word in words) sum += BitOperations.PopCount(word);
            foreach (var rest in _bytes.AsSpan(words.Length * sizeof(ulong))) sum += BitOperations.PopCount(rest);
            return sum;
        }
    }

    /// <summary>Outcomes in the order given.</summary>
    /// <param name="outcomes">Whether each sample was right, in order.</param>
    public static OutcomeBits From(IReadOnlyList<bool> outcomes)
    {
        var bytes = new byte[(outcomes.Count + 7) / 8];
        for (var i = 0; i < outcomes.Count; i++)
            if (outcomes[i]) bytes[i >> 3] |= (byte)(1 << (i & 7));
        return new(bytes, outcomes.Count);
    }

    /// <summary>The outcomes that are yes in both.</summary>
    /// <param name="other">The outcomes of the same samples elsewhere.</param>
    public OutcomeBits And(OutcomeBits other)
    {
        var bytes = Matching(other);
        for (var i = 0; i < bytes.Length; i++) bytes[i] &= other._bytes[i];
        return new(bytes, Count);
    }

    /// <summary>The outcomes that are yes here and not in the other.</summary>
    /// <param name="other">The outcomes of the same samples elsewhere.</param>
    public OutcomeBits Without(OutcomeBits other)
    {
        var bytes = Matching(other);
        for (var i = 0; i < bytes.Length; i++) bytes[i] &= (byte)~other._bytes[i];
        return new(bytes, Count);
    }

    /// <summary>A copy to combine with another of the same length.</summary>
    byte[] Matching(OutcomeBits other) => other.Count == Count ? [.. _bytes]
        : throw new ArgumentException($"{Count} outcomes cannot be combined with {other.Count}.", nameof(other));

    /// <summary>Whether both hold the same outcomes.</summary>
    /// <param name="other">What it is compared with.</param>
    public bool Equals(OutcomeBits? other) => other is not null && Count == other.Count && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OutcomeBits);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, StructuralComparisons.StructuralEqualityComparer.GetHashCode(_bytes));

    sealed class Converter : JsonConverter<OutcomeBits>
    {
        public override OutcomeBits Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = reader.GetString() ?? throw new JsonException("Outcomes are missing.");
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !int.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
                throw new JsonException("Outcomes are not written as count:base64.");
            var bytes = new byte[((long)count + 7) / 8 is var size && size <= text.Length
                ? size
                : throw new JsonException("Outcomes hold fewer bits than they say.")];
            if (!Convert.TryFromBase64Chars(text.AsSpan(colon + 1), bytes, out var length))
                throw new JsonException("Outcomes are not written as count:base64.");
            if (length != bytes.Length || (count % 8 > 0 && bytes[^1] >> (count % 8) > 0))
                throw new JsonException("Outcomes hold another number of bits than they say.");
            return new(bytes, count);
        }

        public override void Write(Utf8JsonWriter writer, OutcomeBits value, JsonSerializerOptions options) =>
            writer.WriteStringValue($"{value.Count}:{Convert.ToBase64String(value._bytes)}");
    }
}
