namespace Grid.Architecture.Tests;

/// <summary>What is public and nobody needs is dead, or was meant to be internal.</summary>
public sealed class PublicMemberTests
{
    /// <summary>Public members that no project of Grid names, and why they are there.</summary>
    static readonly Dictionary<string, string> Unnamed = new()
    {
        ["Grid.Compute.Shape.GetEnumerator"] = "a shape is a collection of lengths: collection expressions need it",
        ["Grid.Testing.DefenseContract.Holds"] = "plugins call it",
        ["Grid.Testing.EvasionContract.Holds"] = "plugins call it",
        ["Grid.Sweeps.Cells.CellId.Of"] = "one cell's id without a plan, for tests and programs",
        ["Grid.Sweeps.Journals.Journal.Results"] = "tests and programs read a journal by it",
        ["Grid.Lab.Friends.FriendsProtocol.AllPhases"] = "benchmarks and oracles build protocols by it",
        ["Grid.Sweeps.Catalog.Bibliography.Keys"] = "tests hold every citation to an entry by it",
        ["Grid.Grains.GrainTimes.Default"] = "tests of a cluster in one process start from it",
        ["Grid.Sweeps.Plans.Plan.Most"] = "the most cells that a search may ask for",
        ["Grid.Web.Figures.CurveChart.Standalone"] = "tests draw a chart without its page",
        ["Grid.Web._Imports.Execute"] = "Razor writes it",
    };

    [Fact]
    public void Every_public_member_is_named_somewhere()
    {
        var assemblies = FolderTests.Projects.Select(p => new PublicMembers(FolderTests.Assembly(p.Data))).ToList();
        var named = assemblies.SelectMany(a => a.Named()).ToHashSet();
        var unnamed =
            from assembly in assemblies
            from member in assembly.Declared()
            where !member.Accessors.Any(named.Contains) && !Unnamed.ContainsKey(member.Member)
            where !member.Member.StartsWith("OrleansCodeGen.", StringComparison.Ordinal)
            select member.Member;
        Assert.Equal([], unnamed.Distinct());
        assemblies.ForEach(a => a.Dispose());
    }

    [Fact]
    public void The_members_that_are_looked_for_are_found()
    {
        using var compute = new PublicMembers(FolderTests.Assembly("Compute"));
        Assert.Contains("Grid.Compute.Device.MatMul", compute.Declared().Select(m => m.Member));
        Assert.Contains("Grid.Compute.Shape.Rank", compute.Declared().Select(m => m.Member));
        Assert.Contains("Grid.Compute.Device.MatMul", compute.Named());
        Assert.DoesNotContain("Grid.Compute.Device.NoSuchThing", compute.Named());
    }
}
