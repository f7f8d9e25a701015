namespace Grid.Architecture.Tests;

/// <summary>README shows code that is compiled.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public void The_attack_in_README_is_the_one_of_the_example_plugin()
    {
        var root = DependencyTests.FindRoot();
        var code = File.ReadAllText(Path.Combine(root, "examples", "plugin", "MyPlugin", "Contrast.cs"));
        Assert.Contains($"```csharp\n{code}```\n", File.ReadAllText(Path.Combine(root, "README.md")), StringComparison.Ordinal);
    }
}
