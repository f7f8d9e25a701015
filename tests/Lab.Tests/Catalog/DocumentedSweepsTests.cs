using System.Text.RegularExpressions;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Tests.Catalog;

/// <summary>What readers copy must be taken: every sweep in README and docs, whole or in part, and every example.</summary>
public sealed partial class DocumentedSweepsTests
{
    // What a part of a sweep file leaves out.
    static readonly (string Key,
        string Value)[] Rest = [("name", "part"), ("dataset", "digits"), ("model", "softmax"), ("attack", "fgsm"), ("strength", "0.1")];

    internal static readonly string Root = FindRoot();

    public static TheoryData<string, int> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, int>();
            foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md")
                .Append(Path.Combine(Root, "README.md"))
                .Order(StringComparer.Ordinal))
                foreach (Match block in Yaml().Matches(File.ReadAllText(file))) blocks.Add(Path.GetRelativePath(Root, file), block.Index);
            return blocks;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_sweep_in_the_docs_is_one_that_grid_takes(string file, int at)
    {
        var text = Yaml().Match(File.ReadAllText(Path.Combine(Root, file)), at).Groups[1].Value;
        var isWhole = Regex.IsMatch(text, "^parts:", RegexOptions.Multiline);
        foreach (var (key, value) in Rest.Where(r => !isWhole && !Regex.IsMatch(text, $"^{r.Key}:", RegexOptions.Multiline)))
            text += $"\n{key}: {value}\n";
        var spec = SweepFile.Parse(text, file, Catalogue.Vocabulary);
        var plan = Plan.Of(spec, (dataset, model) => $"{dataset}, {model}", LabVersion.Current, Planning.Plugins);
        Assert.NotEmpty(plan.Cells);
        Assert.NotEmpty(plan.Groups);
    }

    [Fact]
    public void Every_example_is_a_sweep_that_grid_takes()
    {
        var examples = Directory.EnumerateFiles(Path.Combine(Root, "examples"), "*.yaml").ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, path => Assert.True(SweepFile.Load(path, Catalogue.Vocabulary).CellCount > 0));
    }

    static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Grid.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Grid.sln above the tests.");
        return folder;
    }

    [GeneratedRegex(@"```ya?ml\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Yaml();
}
