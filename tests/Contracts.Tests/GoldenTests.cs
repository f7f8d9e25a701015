using System.Text;
using System.Text.Json;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Journals;
using Grid.Sweeps.Results;

namespace Grid.Contracts.Tests;

/// <summary>
/// What old silos wrote, new clients read, and the other way round: golden.txt holds the bytes of a value of everything that travels, the
/// members of messages by number, and the methods that may be called. While silos of two versions run side by side a line of it may be
/// added, and none may change.
/// </summary>
public sealed class GoldenTests
{
    const string Remedy =
        "Silos and clients that run now would no longer understand each other: add a member with a new id, "
        + "or a type or method with a new alias, and leave what is "
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
        var (alias, hex) = (Wire.Alias(sample.GetType()), Wire.Write(sample));
        Assert.True(Golden.GetValueOrDefault(alias) == hex,
            $"{alias} is {(Golden.ContainsKey(alias) ? "written otherwise than before" : "not in golden.txt")}. {Remedy}{alias} = {hex}");
    }

    [Theory, MemberData(nameof(Names))]
    public void What_was_written_before_is_read_as_it_was_meant(string name)
    {
        var sample = Samples.All.Single(s => s.GetType().Name == name);
        Assert.True(Golden.TryGetValue(Wire.Alias(sample.GetType()), out var hex), $"{name} is not in golden.txt.");

        var read = Wire.Read(hex);

        Assert.IsType(sample.GetType(), read);
        Assert.Equal(Text(sample), Text(read));
    }

    [Fact]
    public void Failures_of_a_silo_that_knows_no_kinds_are_read_without()
    {
        var before = (CellFailure)Wire.Read(
            "3001b00ec9c123677269642e63656c6c2d6661696c757265e840676469676974732e636e6e2e7067642e6d656469616e2d66696c746572"
            + "2e302e312e372d303132333435363738396162636465664131746865206c6f7373206973206e6f742061206e756d626572e0");
        Assert.Equal(("the loss is not a number", null), (before.Error, before.Kind));
        // The golden result has none either; one that has keeps it.
        var result = Assert.IsType<CellResult>(Wire.Read(Golden["grid.cell-result"]));
        Assert.Null(result.Failure);
        Assert.Equal(FailureKind.Timeout, ((CellResult)Wire.Read(Wire.Write(result with { Failure = FailureKind.Timeout }))).Failure);
    }

    [Fact]
    public void A_worker_of_a_silo_that_knows_no_plugins_asks_without() => Assert.True(((LeaseRequest)Wire.Read(
        "300182cc235725677269642e6c656173652d72657175657374e8401973696c6f2d322f6370753a302120000541"
        + "0f6d6f64656c2d61400f6d6f64656c2d62e0e0010202e0")).Plugins.IsDefault);

    [Fact]
    public void A_worker_of_a_silo_that_knows_no_light_groups_asks_for_all() => Assert.Null(((LeaseRequest)Wire.Read(
        "300182cc235725677269642e6c656173652d72657175657374e8401973696c6f2d322f6370753a3021200005410f6d6f"
        + "64656c2d61400f6d6f64656c2d62e0e00102022120000341113031323361626364e0e0e0")).Light);

    [Fact]
    public void A_worker_of_a_silo_that_says_nothing_of_its_science_asks_without() => Assert.Null(((LeaseRequest)Wire.Read(
        "300182cc235725677269642e6c656173652d72657175657374e8401973696c6f2d322f6370753a3021200005410f6d6f"
        + "64656c2d61400f6d6f64656c2d62e0e00102022120000341113031323361626364e0e00103e0")).Science);

    [Fact]
    public void Every_method_and_every_member_is_as_ever()
    {
        var here =
            Wire.Interfaces.SelectMany(i => i.GetMethods()).Select(Wire.Signature).Concat(Wire.Messages.SelectMany(Wire.Members)).ToList();
        var golden = Golden.Where(g => g.Value.Length == 0).Select(g => g.Key).ToList();
        Assert.All(golden.Except(here),
            gone => Assert.Fail($"'{gone}' is no longer there{Instead(gone, here.Except(golden))}. {Remedy}(none)"));
        Assert.All(here.Except(golden), added => Assert.Fail($"'{added}' is not in golden.txt. {Remedy}{added}"));
    }

    [Fact]
    public void What_is_gone_is_not_in_the_file()
    {
        var here = Samples.All.Select(s => Wire.Alias(s.GetType())).ToHashSet();
        Assert.All(Golden.Where(g => g.Value.Length > 0),
            g => Assert.True(here.Contains(g.Key), $"{g.Key} is in golden.txt and no longer there. {Remedy}(none)"));
    }

    /// <summary>Else a type could not be renamed, moved to another namespace or put into another assembly while clusters run.</summary>
    [Fact]
    public void No_name_of_the_code_is_in_a_message_or_its_envelope_or_in_the_file()
    {
        var assemblies = new[] { typeof(Claim).Assembly, typeof(Cell).Assembly };
        var types = assemblies.SelectMany(a => a.GetTypes())
            .Where(t => !t.IsNested && t.Namespace?.StartsWith("Grid.", StringComparison.Ordinal) == true)
            .ToList();
        // How the runtime would write a type: namespace, name, and assembly after a comma.
        var full = types.Select(t => t.Namespace!).Concat(assemblies.Select(a => "," + a.GetName().Name)).ToHashSet();
        Assert.Contains(typeof(CellPage).Namespace!, full);
        var written = Golden.Values.Select(hex => Encoding.Latin1.GetString(Convert.FromHexString(hex))).Concat(Wire.Envelopes);
        Assert.All(written, text => Assert.All(full, name => Assert.DoesNotContain(name, text, StringComparison.Ordinal)));
        Assert.All(Golden.Keys,
            line => Assert.All(types, type => Assert.False(Holds(line, type.Name), $"'{type.Name}' is in the line {line}.")));
    }

    // As a word, not as part of one.
    static bool Holds(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
            if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
                && (at + name.Length == text.Length || !char.IsAsciiLetterOrDigit(text[at + name.Length]))) return true;
        return false;
    }

    // The same method or number with something else behind it.
    static string Instead(string gone, IEnumerable<string> added) =>
        added.FirstOrDefault(a => a.Split(' ', '(')[0] == gone.Split(' ', '(')[0]) is { } instead ? $"; instead there is '{instead}'" : "";

    // Records with lists in them are equal if they are written the same. An exception is its message.
    static string Text(object value) =>
        value is Exception e ? e.Message : JsonSerializer.Serialize(value, value.GetType(), ResultJson.Options);
}
