using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Plans;

/// <summary>The ids of <see cref="CellId.Of"/> for many cells: the JSON is joined from parts written once, which is some ten times
/// faster.</summary>
sealed class CellIds(string version)
{
    readonly ArrayBufferWriter<byte> _json = new(4096);
    readonly Dictionary<double, (byte[] Json, string Text)> _strengths = [];
    readonly byte[] _version = JsonSerializer.SerializeToUtf8Bytes(version);
    readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];

    /// <summary>The id of a cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="parts">The JSON of its values, in the order of <see cref="Spec.Axis.Order"/>.</param>
    /// <param name="content">The hash of the files behind the cell, as JSON.</param>
    /// <param name="plugins">The hashes of the plugins behind the cell, as JSON; empty where it uses none.</param>
    /// <param name="short">The part of the hash that stands in the id, as a number.</param>
    public CellId Of(Cell cell, ReadOnlySpan<byte[]> parts, byte[] content, byte[] plugins, out ulong @short)
    {
        if (!_strengths.TryGetValue(cell.Strength, out var strength))
            _strengths.Add(cell.Strength, strength = (JsonSerializer.SerializeToUtf8Bytes(cell.Strength), Canonical.Number(cell.Strength)));
        _json.ResetWrittenCount();
        Add("{\"attack\":"u8, parts[4]);
        Add(",\"dataset\":"u8, parts[0]);
        Add(",\"defense\":"u8, parts[5]);
        Add(",\"evaluation\":"u8, parts[6]);
        Add(",\"model\":"u8, parts[1]);
        Add(",\"poison\":"u8, parts[3]);
        Add(",\"seed\":"u8, parts[7]);
        Add(",\"strength\":"u8, strength.Json);
        Add(",\"training\":"u8, parts[2]);
        Add(",\"content\":"u8, content);
        Add(",\"version\":"u8, _version);
        if (plugins.Length > 0) Add(",\"plugins\":"u8, plugins);
        Add("}"u8, []);
        SHA256.HashData(_json.WrittenSpan, _hash);
        @short = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(_hash);
        return new(string.Create(null, stackalloc char[256],
            $"{cell.Dataset.Name}.{cell.Model.Name}.{cell.Attack.Name}.{cell.Defense.Name}.{strength.Text}.{cell.Seed}-{@short:x16}"));
    }

    void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _json.Write(key);
        _json.Write(value);
    }
}
