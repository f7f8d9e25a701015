using System.Text.Json;
using Grid.Sweeps.Journals;

namespace Grid.Contracts.Tests;

/// <summary>
/// What old silos wrote, new clients read, and the other way round: golden.txt holds the bytes of a value of everything that travels,
/// the members of messages by number, and the methods that may be called. While silos of two versions run side by side a line of it may be added, and none may change.
/// </summary>
public sealed class GoldenTests
{
    const string Remedy = "Silos and clients that run now would no longer understand each other: add a member with a new id, or a type or method with a new alias, and leave what is "
        + "there as it is. If no cluster of the old version is left to talk to, let golden.txt have the line\n";

    static readonly Dictionary<string, string> Golden = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "golden.txt"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => line.Split(" = ", 2))
        .ToDictionary(parts => parts[0], parts => parts.Length == 2 ? parts[1] : "");

    public static TheoryData<string> Names => [.. Samples.All.Select(s => s.GetType().Name)];

    [Theory, MemberData(nameof(Names))]
    public void Every_message_is_written_as_ever(string name)
    {
        var sample = Samples.All.Single(s => s.GetType().Name == name);
        var hex = Wire.Write(sample);
        Assert.True(Golden.GetValueOrDefault(name) == hex, $"{name} is {(Golden.ContainsKey(name) ? "written otherwise than before" : "not in golden.txt")}. {Remedy}{name} = {hex}");
    }

    [Theory, MemberData(nameof(Names))]
    public void What_was_written_before_is_read_as_it_was_meant(string name)
    {
        var sample = Samples.All.Single(s => s.GetType().Name == name);
        Assert.True(Golden.TryGetValue(name, out var hex), $"{name} is not in golden.txt.");

        var read = Wire.Read(hex);

        Assert.IsType(sample.GetType(), read);
        Assert.Equal(Text(sample), Text(read));
    }

    [Fact]
    public void Every_method_and_every_member_is_as_ever()
    {
        var here = Wire.Interfaces.SelectMany(i => i.GetMethods()).Select(Wire.Signature).Concat(Wire.Messages.SelectMany(Wire.Members)).ToList();
        var golden = Golden.Where(g => g.Value.Length == 0).Select(g => g.Key).ToList();
        Assert.All(golden.Except(here), gone => Assert.Fail($"'{gone}' is no longer there{Instead(gone, here.Except(golden))}. {Remedy}(none)"));
        Assert.All(here.Except(golden), added => Assert.Fail($"'{added}' is not in golden.txt. {Remedy}{added}"));
    }

    [Fact]
    public void What_is_gone_is_not_in_the_file()
    {
        var here = Samples.All.Select(s => s.GetType().Name).ToHashSet();
        Assert.All(Golden.Where(g => g.Value.Length > 0), g => Assert.True(here.Contains(g.Key), $"{g.Key} is in golden.txt and no longer there. {Remedy}(none)"));
    }

    // The same method or number with something else behind it.
    static string Instead(string gone, IEnumerable<string> added) =>
        added.FirstOrDefault(a => a.Split(' ', '(')[0] == gone.Split(' ', '(')[0]) is { } instead ? $"; instead there is '{instead}'" : "";

    // Records with lists in them are equal if they are written the same. An exception is its message.
    static string Text(object value) => value is Exception e ? e.Message : JsonSerializer.Serialize(value, value.GetType(), ResultJson.Options);
}
