using System.Runtime.InteropServices;

namespace Grid.Lab.Models.Storage;

/// <summary>A floating-point type of safetensors that a float32 model can be read from.</summary>
sealed record ElementType(string Name, int Size, Func<byte[], float[]> ToFloats)
{
    static readonly ElementType[] All =
    [
        new("F32", 4, bytes => MemoryMarshal.Cast<byte, float>(bytes).ToArray()),
        new("F16", 2, bytes => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), half => (float)half)),
        // The upper half of a float32.
        new("BF16", 2,
            bytes => Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(bytes).ToArray(),
                bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))),
        new("F64", 8, bytes => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(bytes).ToArray(), value => (float)value)),
    ];

    public static string Names => string.Join(", ", All.Select(type => type.Name));

    public static ElementType? Find(string? name) => Array.Find(All, type => type.Name == name);
}
