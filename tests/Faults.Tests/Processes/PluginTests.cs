namespace Grid.Faults.Tests.Processes;

/// <summary>The plugin of examples/plugin on real silos: one that has it, and one that has not.</summary>
public sealed class PluginTests(PostgresServer server)
{
    static readonly string Plugin = Programs.PathOf(Path.Combine("examples", "plugin", "MyPlugin"), "MyPlugin.dll");

    // As that of the example, with seeds for two silos.
    const string Sweep = "{name: small, dataset: digits, model: softmax, training: {epochs: 2}, attack: [fgsm, contrast], defense: [none, fade], "
        + "strength: 0.1, seeds: 4, evaluation: {samples: 100}}";

    [Fact]
    public async Task A_silo_that_has_it_finds_what_one_machine_finds_and_one_that_has_not_says_so()
    {
        Needs.Met("postgresql", server.Missing);
        var plugins = new Dictionary<string, string> { ["GRID_PLUGINS"] = Plugin };
        await using var grid = await ProcessGrid.Start(server, silos: 1);
        grid.Client["GRID_PLUGINS"] = Plugin;

        var refused = await grid.GridctlText("submit", Sweep);
        Assert.Equal(2, refused.Code);
        Assert.Contains("contrast", refused.Output, StringComparison.Ordinal);
        Assert.Equal(0, await grid.Terminate("silo-0"));

        await grid.Add("silo-1", new Dictionary<string, string> { ["Grid__PluginFolder"] = Path.GetDirectoryName(Plugin)! });
        var sweep = await grid.Submit(Sweep);
        var (code, output) = await grid.Gridctl("watch", sweep);

        Assert.True(code == 0, $"{output}\n{grid.Tail()}");
        // Names of cells among them: the hash of the plugin is part of those.
        Assert.Equal(await ProcessGrid.Alone(Sweep, plugins), await grid.Cells(sweep));
    }
}
