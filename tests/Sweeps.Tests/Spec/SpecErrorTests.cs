using System.Text;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Tests.Spec;

/// <summary>Messages exactly as a user sees them.</summary>
public class SpecErrorTests
{
    const string Rest = """

        name: x
        dataset: digits
        model: cnn
        attack: fgsm
        strength: 0.1
        """;

    static string Error(string yaml) =>
        Assert.Throws<SpecException>(() => SweepSpec.Parse(yaml, "examples/x.yaml", Known.Vocabulary)).Message;

    /// <summary>The complaint about one line put before an otherwise sound file, or instead of its line with the same key.</summary>
    static string About(string line)
    {
        var key = line[..(line.IndexOf(':', StringComparison.Ordinal) + 1)];
        return Error(line + string.Concat(Rest.Split('\n').Where(r => key.Length < 2 || !r.StartsWith(key, StringComparison.Ordinal)).Select(r => r + "\n")));
    }

    [Fact]
    public void An_unknown_name_in_a_list() => Assert.Equal(
        "examples/x.yaml:7:5: unknown attack 'pdg'; did you mean 'pgd'?",
        Error("name: x\ndataset: digits\nmodel: cnn\nstrength: 0.1\nattack:\n  - fgsm\n  - pdg\n"));

    [Theory]
    [InlineData("attack: nonsense", "1:9: unknown attack 'nonsense'; known: fgsm, label-flip, pgd, price-poisoning")]
    public void One_line_is_wrong(string line, string message) => Assert.Equal($"examples/x.yaml:{message}", About(line));
}
