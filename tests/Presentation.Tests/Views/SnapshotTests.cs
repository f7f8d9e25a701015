using Grid.Presentation.Views;
using Grid.Presentation.Views.Curves;
using Grid.Presentation.Views.Friends;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Tests.Views;

/// <summary>
/// What the terminal shows, character for character, beside this file in Snapshots/. Where a view is to look otherwise, run these tests
/// with GRID_SNAPSHOTS=write, and look at the difference.
/// </summary>
public sealed class SnapshotTests
{
    static readonly Entry Pgd = new("attack", "pgd",
        [
            new("steps", ParameterKind.Integer, 40.0, "gradient steps [count]", Low: 1),
            new("norm", ParameterKind.Word, "linf", "norm of the perturbation", ["linf", "l2"]),
            new("step", ParameterKind.Number, null, "step as a share of epsilon", Low: 0, LowOpen: true, High: 1),
        ],
        AttackKind.Evasion, "Projected gradient descent", "Madry et al. 2018, arXiv:1706.06083");

    static readonly PoisonedClasses Flipped = new(
        new("digits", "cnn", "", "label-flip", "none"), 0.3, 2, [[8, 0], [5, 3]], [[7, 1], [0, 8]]);

    static readonly Dictionary<string, Func<string>> Views = new()
    {
        ["curves"] = () => Samples.Draw(c => CurvePlot.Draw(c, Samples.Curves())),
        ["curves-ascii"] = () => Samples.Draw(c => CurvePlot.Draw(c, Samples.Curves()), unicode: false),
        ["curve-table"] = () => Samples.Draw(c => CurveTable.Draw(c, [.. Samples.Curves(), .. Samples.Curves("pgd", 2)])),
        ["friends"] = () => Samples.Draw(c => HeatMap.Draw(c, Samples.Published)),
        ["friends-large"] = () => Samples.Draw(c => HeatMap.Draw(c, Samples.Square(40)), 120),
        ["classes"] = () => Samples.Draw(c => ClassesView.Draw(c, Flipped), 100),
        ["catalog-list"] = () => Samples.Draw(c => CatalogView.List(c, [Pgd, Pgd with { Name = "fgsm", Parameters = [] }])),
        ["catalog-entry"] = () => Samples.Draw(c => CatalogView.Show(c, Pgd), 120),
    };

    public static TheoryData<string> Names => [.. Views.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_view_is_what_it_was(string name)
    {
        var path = Path.Combine(Folder, $"{name}.txt");
        var lines = Views[name]().ReplaceLineEndings("\n").Split('\n').Select(l => l.TrimEnd());
        var text = string.Join('\n', lines).TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable("GRID_SNAPSHOTS") == "write") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }

    [Fact]
    public void Every_snapshot_is_of_a_view() =>
        Assert.Equal(Views.Keys.Order(), Directory.EnumerateFiles(Folder).Select(Path.GetFileNameWithoutExtension).Order());

    // Beside the source, from bin/Release/net10.0.
    static string Folder => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../Views/Snapshots"));
}
