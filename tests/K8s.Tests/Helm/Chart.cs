using System.Text.Json.Nodes;

namespace Grid.K8s.Tests.Helm;

/// <summary>k8s/chart, rendered by render.go: Go's templates with sprig's functions, which is what Helm renders with.</summary>
static class Chart
{
    static readonly Lazy<(string? Program, string? Missing)> Renderer = new(Build);

    /// <summary>Skips the test where Go or sprig is missing.</summary>
    /// <param name="files">Files of values, within the chart.</param>
    public static IReadOnlyList<JsonObject> Render(string space, bool upgrade, params string[] files)
    {
        Needs.Met("go", Renderer.Value.Missing);
        string[] values = [.. files.Select(f => Path.Combine(Tree.At("k8s", "chart"), f))];
        var answer =
            Tool.Run(Tree.Root, Renderer.Value.Program!, [Tree.At("k8s", "chart"), space, upgrade ? "upgrade" : "install", .. values])!;
        Assert.True(answer.Code == 0, answer.Error);
        return YamlJson.Parse(answer.Out);
    }

    static (string?, string?) Build()
    {
        var program = Path.Combine(Directory.CreateTempSubdirectory("grid-chart-").FullName, "render");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Path.GetDirectoryName(program)!, true);
        // Debian's packages lie where modules are not looked for.
        var source = Tree.At("tests", "K8s.Tests", "Helm", "render.go");
        var answer = Tool.Run("/tmp", "env", "GO111MODULE=off", "GOPATH=/usr/share/gocode", "go", "build", "-o", program, source);
        return answer?.Code == 0 ? (program, null) : (null, "The chart was not rendered: it wants Debian's golang-go, "
            + $"golang-github-masterminds-sprig-dev and golang-k8s-sigs-yaml-dev ({answer?.Error.Split('\n')[0]}).");
    }
}
