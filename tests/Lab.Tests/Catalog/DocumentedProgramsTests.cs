using System.Text.RegularExpressions;

namespace Grid.Lab.Tests.Catalog;

/// <summary>What readers copy must compile: every C# program in README, CONTRIBUTING and docs is a file that is built.</summary>
public sealed partial class DocumentedProgramsTests
{
    static readonly string Root = DocumentedSweepsTests.Root;

    // The plugin's attack needs what any assembly sees; CONTRIBUTING shows it as it would stand beside Grid's own.
    static readonly (string Here, string There) Namespace = ("namespace MyPlugin;", "namespace Grid.Lab.Attacks.Evasion;");

    public static TheoryData<string, int> Programs
    {
        get
        {
            var programs = new TheoryData<string, int>();
            var files = Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md"));
            foreach (var file in files.Order(StringComparer.Ordinal))
                foreach (Match program in CSharp().Matches(File.ReadAllText(file)))
                    programs.Add(Path.GetRelativePath(Root, file), program.Index);
            return programs;
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_in_the_docs_is_a_file_that_is_built(string file, int at)
    {
        var text = CSharp().Match(File.ReadAllText(Path.Combine(Root, file)), at).Groups[1].Value;
        Assert.Contains(text, Built());
    }

    static IEnumerable<string> Built() =>
        Directory.EnumerateFiles(Path.Combine(Root, "examples"), "*.cs", SearchOption.AllDirectories)
            .Select(File.ReadAllText)
            .Append(File.ReadAllText(Path.Combine(Root, "examples/plugin/MyPlugin/MyAttack.cs")).Replace(
                Namespace.Here, Namespace.There, StringComparison.Ordinal));

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();
}
