using System.Collections.Immutable;
using Grid.Presentation.Drawing;
using Grid.Sweeps.Curves;

namespace Grid.Presentation.Tests.Drawing;

public class ClassesViewTests
{
    static readonly PoisonedClasses Flipped = new(
        new("digits", "cnn", "", "label-flip", "none"), 0.3, 2, [[8, 0], [5, 3]], ImmutableArray.Create<ImmutableArray<int>>([7, 1], [0, 8]));

    static string[] Lines(PoisonedClasses classes) =>
    [
        .. Samples.Draw(c => ClassesView.Draw(c, classes), 100, false).Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
    ];

    [Fact]
    public void Clean_and_poisoned_stand_side_by_side() => Assert.Equal(
        [
            "digits, cnn, label-flip 0.3, none, 2 seeds: clean > poisoned, in %",
            "class samples precision recall F1",
            "0 8 100.0 > 61.5 87.5 > 100.0 93.3 > 76.2",
            "1 8 88.9 > 100.0 100.0 > 37.5 94.1 > 54.5",
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
    public void The_overview_names_the_class_that_loses_most() =>
        Assert.Contains("label-flip none 0.3 93.7 > 65.4 1 100.0 > 37.5 94.1 > 54.5", Samples.Draw(c => ClassesView.Overview(c, [Flipped]), 120, false)
            .Split('\n').Select(l => string.Join(' ', l.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
