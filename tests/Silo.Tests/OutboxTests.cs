using Grid.Contracts;
using Grid.Silo.Files;

namespace Grid.Silo.Tests;

public sealed class OutboxTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("grid-outbox-").FullName;
    readonly Told<Outbox> _log = new();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    Outbox Outbox() => new(_folder, _log);

    static Completion Done(int seed) => new(Make.Done(seed).Cell, Make.Done(seed).Result);

    [Fact]
    public void What_was_put_is_left_until_it_is_removed()
    {
        Outbox().Put(Done(1));
        Assert.Equal(Make.Text(Done(1)), Make.Text(Assert.Single(Outbox().Left())));
        Outbox().Remove(Done(1));
        Assert.Empty(Outbox().Left());
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void What_the_disk_does_not_take_is_counted_until_it_is_removed()
    {
        File.WriteAllText(Path.Combine(_folder, "full"), "");
        var outbox = new Outbox(Path.Combine(_folder, "full"), _log);
        Assert.ThrowsAny<IOException>(() => outbox.Put(Done(1)));
        Assert.ThrowsAny<IOException>(() => outbox.Put(Done(1)));
        Assert.ThrowsAny<IOException>(() => outbox.Put(Done(2)));
        Assert.Equal(2, outbox.Count);
        outbox.Remove(Done(1));
        outbox.Remove(Done(2));
        Assert.Equal(0, outbox.Count);
    }

    [Theory, InlineData("cut short"), InlineData("empty"), InlineData("zeroed"), InlineData("one bit turned"), InlineData("foreign"),
        InlineData("of another cell")]
    public void A_damaged_file_is_told_of_once_and_kept_aside_and_the_others_are_taken(string damage)
    {
        Outbox().Put(Done(1));
        var path = Assert.Single(Directory.GetFiles(_folder));
        Outbox().Put(Done(2));
        File.WriteAllBytes(path, Damaged(path, damage));

        Assert.Equal(Done(2).Result.Cell, Assert.Single(Outbox().Left()).Result.Cell);
        Assert.StartsWith($"{path} is damaged (", Assert.Single(_log.Lines), StringComparison.Ordinal);
        Assert.True(File.Exists(path + ".damaged"));
        Assert.Single(Outbox().Left());
        Assert.Equal((1, 1), (_log.Lines.Count, Outbox().Count));
    }

    byte[] Damaged(string path, string damage)
    {
        var file = File.ReadAllBytes(path);
        switch (damage)
        {
            case "cut short":
                return file[..^3];
            case "empty":
                return [];
            case "zeroed":
                file.AsSpan(100, 20).Clear();
                return file;
            case "one bit turned":
                // 2 becomes 3, and it is JSON all the same.
                file[File.ReadAllText(path).IndexOf("\"seconds\":1.125", StringComparison.Ordinal) + 12] ^= 1;
                return file;
            case "foreign":
                return "[1, 2, 3]"u8.ToArray();
            default:
                return File.ReadAllBytes(Directory.GetFiles(_folder).Single(f => f != path));
        }
    }
}
