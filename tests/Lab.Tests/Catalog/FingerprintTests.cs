using Grid.Lab.Catalog;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Catalog;

/// <summary>By which silos of two versions know that they would compute the same.</summary>
public sealed class FingerprintTests
{
    static readonly Entry Step = new(Category.Attack, "step", [new("steps", ParameterKind.Integer, new Number(40), "How many.")]);

    [Fact]
    public void It_changes_with_the_science_and_with_whatever_a_cell_may_name()
    {
        var parameter = Step.Parameters[0];
        string[] all =
        [
            Of("4", Step),
            Of("5", Step),
            Of("4"),
            Of("4", Step with { Name = "leap" }),
            Of("4", Step with { Category = Category.Defense }),
            Of("4", Step with { Parameters = [parameter with { Default = new Number(50) }] }),
            Of("4", Step with { Parameters = [parameter with { Name = "iterations" }] }),
            Of("4", Step with { Parameters = [parameter, new("restarts", ParameterKind.Integer, new Absent())] }),
        ];
        Assert.Equal(all.Length, all.Distinct().Count());
    }

    [Fact]
    public void It_does_not_change_with_texts_and_order()
    {
        var other = Step with { Name = "leap" };
        var reworded = Step with { Summary = "Steps.", Parameters = [Step.Parameters[0] with { Summary = "The number of steps." }] };
        Assert.Equal(Of("4", Step, other), Of("4", other, reworded));
    }

    [Fact]
    public void It_begins_with_the_version_of_the_science() =>
        Assert.Matches($"^{LabVersion.Current}-[0-9a-f]{{16}}$", Catalogue.Fingerprint);

    static string Of(string version, params Entry[] entries) => Catalogue.FingerprintOf(version, new(entries));
}
