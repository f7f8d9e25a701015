using System.Xml.Linq;

namespace Grid.Architecture.Tests;

/// <summary>Whoever calls a package reads what each parameter takes, without its code.</summary>
public sealed class DocumentedParameterTests
{
    [Theory]
    [InlineData("Compute"), InlineData("Sweeps"), InlineData("Lab"), InlineData("Torch"), InlineData("Testing")]
    public void Every_parameter_of_a_public_member_has_a_docstring(string project)
    {
        using var assembly = new PublicMembers(FolderTests.Assembly(project));
        var documents = Documents(project);
        var missing =
            from member in assembly.Parameters()
            where !documents[member.Member].Any(d => Says(d, member.Names))
            select $"{member.Member}({string.Join(", ", member.Names)})";
        Assert.Equal([], missing);
    }

    /// <summary>A list of members shows the summary alone.</summary>
    [Theory]
    [InlineData("Compute"), InlineData("Sweeps"), InlineData("Lab"), InlineData("Torch"), InlineData("Testing")]
    public void Every_public_member_has_a_summary(string project)
    {
        using var assembly = new PublicMembers(FolderTests.Assembly(project));
        var documents = Documents(project);
        var missing =
            from member in assembly.Declared()
            let own = documents[member.Member]
            where own.Any() && !own.Any(d => d.Element("summary") is not null || d.Element("inheritdoc") is not null)
            select member.Member;
        Assert.Equal([], missing.Distinct());
    }

    [Fact]
    public void A_parameter_without_one_is_found() =>
        Assert.False(Says(XElement.Parse("<member><summary>Adds.</summary><param name=\"a\">One.</param></member>"), ["a", "b"]));

    static ILookup<string, XElement> Documents(string project) =>
        XDocument.Load(Path.ChangeExtension(FolderTests.Assembly(project), ".xml")).Descendants("member")
            .ToLookup(m => Member(m.Attribute("name")!.Value));

    static bool Says(XElement document, string[] names) =>
        document.Element("inheritdoc") is not null
        || names.All(document.Elements("param").Select(p => p.Attribute("name")!.Value).Contains);

    /// <summary>Without its kind, its parameters and the number of its type parameters, as <see cref="PublicMembers"/> names it.</summary>
    static string Member(string id)
    {
        var name = id[2..].Split('(')[0];
        return name.Contains("``", StringComparison.Ordinal) ? name[..name.IndexOf("``", StringComparison.Ordinal)] : name;
    }
}
