using System.Collections.Immutable;
using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Tests.Views;

public class ClassesViewTests
{
    static readonly PoisonedClasses Flipped = new(
        new("digits", "cnn", "", "label-flip", "none"), 0.3, 2, [[8, 0], [5, 3]],
        ImmutableArray.Create<ImmutableArray<int>>([7, 1], [0, 8]));

    static string[] Lines(PoisonedClasses classes) =>
    [
        .. Samples.Draw(c => ClassesView.Draw(c, classes), 100, false)
            .Split('\n')
            .Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
    ];

    [Fact]
    public void Clean_and_poisoned_stand_side_by_side() => Assert.Equal(
        [
            "digits, cnn, label-flip 0.3, none, 2 seeds",
            "clean -> poisoned, in %",
            "class samples precision recall F1",
            "0 8 100.0 -> 61.5 87.5 -> 100.0 93.3 -> 76.2",
            "1 8 88.9 -> 100.0 100.0 -> 37.5 94.1 -> 54.5",
            "predicted (columns) of each class (rows)",
            "clean 0 1 poisoned 0 1",
            "0 7 1 0 8 0",
            "1 0 8 1 5 3",
        ],
        Lines(Flipped).Where(l => l != ""));

    [Fact]
    public void Without_a_control_there_is_one_of_each()
    {
        var lines = Lines(Flipped with { Clean = null });
        Assert.Contains("0 8 61.5 100.0 76.2", lines);
        Assert.Contains("poisoned 0 1", lines);
    }

    [Fact]
    public void The_overview_names_each_setting_in_full_and_the_class_that_loses_most()
    {
        const string Attack = "label-flip(mode=targeted, source=4, target=9)";
        var lines = Samples.Draw(c => ClassesView.Overview(c, [Flipped with { Name = Flipped.Name with { Attack = Attack } }]), 80, false)
            .Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToList();
        Assert.Contains($"{Attack}, none", lines);
        Assert.Contains("0.3 93.7 -> 65.4 1 100.0 -> 37.5 94.1 -> 54.5", lines);
    }

    [Fact]
    public void Texts_are_cut_before_numbers()
    {
        var table = new TextTable("name", "value");
        table.Numbers.Add("value");
        table.Add([new string('x', 40), "90.5 -> 62.1"]);
        Assert.EndsWith(" 90.5 -> 62.1", Samples.Draw(table.Write, 24, false).Split('\n')[1].TrimEnd(), StringComparison.Ordinal);
    }
}
