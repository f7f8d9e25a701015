using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Grid.Presentation.Exports;

/// <summary>
/// Writes an event file of TensorBoard: TFRecords, each a length and a text with a masked CRC-32C after either. The texts are Event
/// messages (tensorflow/core/util/event.proto), whose summaries hold scalars alone.
/// </summary>
sealed class EventFile(Stream stream)
{
    const uint Mask = 0xa282ead8;

    /// <summary>The first event of a file, without which TensorBoard does not read it.</summary>
    public void Version(double wallTime) => Record(Event(wallTime, step: 0, Field(3, "brain.Event:2"u8)));

    /// <param name="step">Where the value stands on TensorBoard's horizontal axis.</param>
    public void Scalar(double wallTime, long step, string tag, float value)
    {
        byte[] scalar = [.. Field(1, Encoding.UTF8.GetBytes(tag)), (2 << 3) | 5, .. Little(value)];
        Record(Event(wallTime, step, Field(5, Field(1, scalar))));
    }

    /// <summary>The checksum of a TFRecord.</summary>
    public static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + Mask;
    }

    void Record(byte[] text)
    {
        Span<byte> head = stackalloc byte[sizeof(long) + sizeof(uint)];
        BinaryPrimitives.WriteInt64LittleEndian(head, text.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[sizeof(long)..], Masked(head[..sizeof(long)]));
        Span<byte> tail = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(tail, Masked(text));
        stream.Write(head);
        stream.Write(text);
        stream.Write(tail);
    }

    static byte[] Event(double wallTime, long step, byte[] what)
    {
        var time = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(time, wallTime);
        return [(1 << 3) | 1, .. time, 2 << 3, .. Varint((ulong)step), .. what];
    }

    static byte[] Field(int number, ReadOnlySpan<byte> bytes) => [(byte)((number << 3) | 2), .. Varint((ulong)bytes.Length), .. bytes];

    static byte[] Little(float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }

    static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
