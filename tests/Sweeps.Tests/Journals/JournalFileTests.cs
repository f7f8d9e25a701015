using Grid.Sweeps.Journals;

namespace Grid.Sweeps.Tests.Journals;

public class JournalFileTests
{
    readonly HandClock _clock = new();
    int _syncs;

    JournalFile Over(Stream disk) => new(disk, "cells.jsonl", disk.Length, _ => _syncs++, _clock);

    [Fact]
    public void A_full_disk_leaves_the_whole_lines_and_says_so()
    {
        var disk = new SmallDisk(capacity: 10);
        using var file = Over(disk);
        file.Append("first\n"u8);
        var error = Assert.Throws<JournalWriteException>(() => file.Append("second\n"u8));
        Assert.Equal(
            "cells.jsonl cannot be written (No space left on device). It is readable and holds every cell finished before; make room, "
            + "then resume.", error.Message);
        Assert.Equal("first\n"u8, disk.ToArray());
    }

    [Fact]
    public void A_file_of_the_largest_size_allowed_is_a_full_disk_too()
    {
        using var disk = new SmallDisk(capacity: 10)
        {
            Refusal = new ArgumentOutOfRangeException("value", "Specified file length was too large for the file system.")
        };
        using var file = Over(disk);
        file.Append("first\n"u8);
        var error = Assert.Throws<JournalWriteException>(() => file.Append("second\n"u8));
        Assert.Contains("(Specified file length was too large for the file system)", error.Message, StringComparison.Ordinal);
        Assert.Equal("first\n"u8, disk.ToArray());
    }

    [Fact]
    public void Once_there_is_room_it_goes_on()
    {
        var disk = new SmallDisk(capacity: 10);
        using var file = Over(disk);
        file.Append("first\n"u8);
        Assert.Throws<JournalWriteException>(() => file.Append("second\n"u8));
        disk.Room = 100;
        file.Append("third\n"u8);
        Assert.Equal("first\nthird\n"u8, disk.ToArray());
    }

    [Fact]
    public void A_tail_that_cannot_be_cut_at_once_is_cut_before_the_next_line()
    {
        var disk = new SmallDisk(capacity: 10) { Stuck = true };
        using var file = Over(disk);
        file.Append("first\n"u8);
        Assert.Throws<JournalWriteException>(() => file.Append("second\n"u8));
        Assert.Equal("first\nseco"u8, disk.ToArray());
        Assert.Throws<JournalWriteException>(() => file.Append("x\n"u8));
        (disk.Room, disk.Stuck) = (100, false);
        file.Append("x\n"u8);
        Assert.Equal("first\nx\n"u8, disk.ToArray());
    }

    [Fact]
    public void The_disk_is_asked_to_keep_what_is_there_once_a_second_and_on_closing()
    {
        var file = Over(new SmallDisk(capacity: 1000));
        for (var i = 0; i < 10; i++) file.Append("line\n"u8);
        Assert.Equal(1, _syncs);
        _clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 10; i++) file.Append("line\n"u8);
        Assert.Equal(2, _syncs);
        file.Dispose();
        Assert.Equal(3, _syncs);
    }

    /// <summary>Writes what fits and then fails, as a file system does.</summary>
    sealed class SmallDisk(int capacity) : MemoryStream
    {
        public int Room { get; set; } = capacity;

        public bool Stuck { get; set; }

        public Exception Refusal { get; init; } = new IOException("No space left on device.");

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var fits = Math.Min(buffer.Length, Room - (int)Position);
            base.Write(buffer[..fits]);
            if (fits < buffer.Length) throw Refusal;
        }

        public override void SetLength(long value)
        {
            if (Stuck) throw new IOException("Input/output error.");
            base.SetLength(value);
        }
    }
}
