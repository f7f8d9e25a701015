using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Grid.Local.Tests.Commands;

namespace Grid.Local.Tests.Packages;

/// <summary>The plugin of examples/plugin, which grid knows nothing of, as anybody would use it.</summary>
public sealed class PluginTests : IDisposable
{
    static readonly string Root = FindRoot();

    static readonly string Plugin = Path.Combine(
        Root, "examples", "plugin", "MyPlugin", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "MyPlugin.dll");

    static readonly string Sweep = Path.Combine(Root, "examples", "plugin", "sweep.yaml");

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void Its_entries_are_listed_run_and_part_of_the_identity_of_their_own_cells_alone()
    {
        var listed = _place.Run("list", "attacks", "contrast", "--plugin", Plugin);
        Assert.Contains("distance from grey", listed.Out, StringComparison.Ordinal);

        var ran = _place.Run("run", Sweep, "--plugin", Plugin);
        Assert.True(ran.Code == 0, ran.Out + ran.Error);
        Assert.Contains("contrast", _place.Read("curves.csv"), StringComparison.Ordinal);

        using var plan = JsonDocument.Parse(_place.Read("plan.json"));
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Plugin)));
        Assert.Equal(
            ["attack contrast MyPlugin " + hash, "defense fade(share=0.5) MyPlugin " + hash],
            plan.RootElement.GetProperty("plugins")
                .EnumerateArray()
                .Select(p => string.Join(' ', p.EnumerateObject().Select(v => v.Value.GetString())))
                .Order());
        Assert.Contains(plan.RootElement.GetProperty("files").EnumerateArray(), f => f.GetProperty("sha256").GetString() == hash);

        // Grid's own cells are the same as without any plugin.
        var mixed = Ids();
        Directory.Delete(_place["results"], recursive: true);
        _place.Write("own.yaml",
            File.ReadAllText(Sweep)
                .Replace("[fgsm, contrast]", "fgsm", StringComparison.Ordinal)
                .Replace("[none, fade]", "none", StringComparison.Ordinal));
        Assert.Equal(0, _place.Run("run", "own.yaml").Code);
        Assert.Equal(2, Ids().Count(mixed.Contains));
    }

    [Fact]
    public void What_a_plugin_throws_is_no_fault_of_grid()
    {
        _place.Write("s.yaml", StrayAttacks.Sweep("throws"));
        var ran = _place.Run("run", "s.yaml", "--plugin", StrayAttacks.Plugin);

        Assert.Equal(1, ran.Code);
        Assert.Equal("This is a fault of the plugin Local.Tests, InvalidTimeZoneException: of my own (GRID_DEBUG=1 shows where)",
            ran.Error.Trim());
    }

    [Theory]
    [InlineData("flattens", "Flattens made images of the shape [100, 7] out of [100, 1, 8, 8].")]
    [InlineData("forgets", "Forgets gave 0 tensors of images for one strength.")]
    public void An_attack_that_gives_no_images_fails_its_own_cells_alone(string attack, string reason)
    {
        _place.Write("s.yaml", StrayAttacks.Sweep(attack));
        var ran = _place.Run("run", "s.yaml", "--plugin", StrayAttacks.Plugin);

        Assert.Equal(3, ran.Code);
        Assert.Contains(reason, _place.Run("status", _place.Results, "--plugin", StrayAttacks.Plugin).Out, StringComparison.Ordinal);
        var cells = File.ReadLines(Path.Combine(_place.Results, "cells.csv"));
        Assert.Equal(2, cells.Count(l => l.Contains(",done,", StringComparison.Ordinal)));
    }

    // The first asks it to end, which this attack does not hear.
    [Fact]
    public void A_second_interrupt_ends_a_run_at_once_and_loses_nothing_finished()
    {
        _place.Write("s.yaml", StrayAttacks.Sweep("sleeps"));
        using var run = _place.Start("run", "s.yaml", "--plugin", StrayAttacks.Plugin);
        Assert.True(_place.Reaches(run, 1200));
        var began = Stopwatch.GetTimestamp();
        do _place.Signal(run, "INT");
        while (!run.WaitForExit(TimeSpan.FromMilliseconds(200)));

        Assert.Equal(130, Workplace.End(run).Code);
        // Without the second it takes half a minute.
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(25));
        Assert.Equal(3, File.ReadLines(_place.Journal).Count());
    }

    [Fact]
    public void Results_made_with_a_plugin_say_which_one_they_want()
    {
        _place.Environment["GRID_PLUGINS"] = Plugin;
        Assert.Equal(0, _place.Run("run", Sweep).Code);
        var folder = _place.Results;
        Assert.Equal(0, _place.Run("status", folder).Code);
        _place.Environment["GRID_PLUGINS"] = "";
        var refused = _place.Run("status", folder);
        Assert.Equal(2, refused.Code);
        Assert.Contains("was made with the plugin MyPlugin; add --plugin", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_plugin_is_refused_in_one_line()
    {
        _place.Write("text.dll", "This is a text.");
        string Refusal(string path)
        {
            var refused = _place.Run("list", "attacks", "--plugin", path);
            Assert.Equal(2, refused.Code);
            return Assert.Single(refused.Error.TrimEnd().Split('\n'));
        }

        Assert.Equal("plugin away.dll: there is no such file; build the plugin, and check the path", Refusal("away.dll"));
        Assert.Equal("plugin text.dll: it is no .NET assembly; name the .dll that the build of the plugin makes", Refusal("text.dll"));
        Assert.Contains("it does not use Grid.Lab", Refusal(typeof(FactAttribute).Assembly.Location), StringComparison.Ordinal);
        // A copy elsewhere is another plugin with the same names.
        File.Copy(Plugin, _place["copy.dll"]);
        var twice = _place.Run("list", "--plugin", Plugin, "--plugin", "copy.dll");
        Assert.Equal(2, twice.Code);
        Assert.Contains("called 'contrast': MyPlugin.Contrast of plugin", twice.Error, StringComparison.Ordinal);
        Assert.Contains("and MyPlugin.Contrast of plugin copy.dll", twice.Error, StringComparison.Ordinal);
    }

    string[] Ids() => [.. _place.Read("cells.csv").TrimEnd().Split('\n').Skip(1).Select(line => line.Split(',')[0])];

    internal static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Grid.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Grid.sln above the tests.");
        return folder;
    }
}
