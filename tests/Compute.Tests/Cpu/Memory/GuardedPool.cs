using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Tests.Cpu.Memory;

/// <summary>
/// Buffers of no more than the size that was asked for, new each time, full of a NaN that no kernel makes, between guards of the same. A
/// kernel that writes a guard is told of; one that uses what it did not write, or what lies outside, gives another result than with the
/// ordinary pool.
/// </summary>
sealed unsafe class GuardedPool : BufferPool
{
    const int Guard = 1024;

    static readonly float Poison = BitConverter.UInt32BitsToSingle(0x7FC0DEAD);

    readonly Dictionary<PooledBuffer, int> _rooms = [];

    /// <summary>What was found wrong, with the size of the buffer.</summary>
    public List<string> Findings { get; } = [];

    public override PooledBuffer Take(int count) => Make(count, count + PooledBuffer.Slack);

    public override RentedBuffer Rent(int count) => new(this, Make(count, count));

    public override void Give(PooledBuffer buffer)
    {
        var room = _rooms[buffer];
        _rooms.Remove(buffer);
        for (var i = 1; i <= Guard; i++)
        {
            if (IsTouched(buffer.Start[-i])) Findings.Add($"{i} before a buffer of {room}");
            if (IsTouched(buffer.Start[room + i - 1])) Findings.Add($"{i} behind a buffer of {room}");
        }
    }

    PooledBuffer Make(int count, int room)
    {
        var buffer = new PooledBuffer(SizeClass(count), room + Guard, Guard);
        new Span<float>(buffer.Start - Guard, room + 2 * Guard).Fill(Poison);
        _rooms.Add(buffer, room);
        return buffer;
    }

    static bool IsTouched(float value) => BitConverter.SingleToUInt32Bits(value) != 0x7FC0DEAD;
}
