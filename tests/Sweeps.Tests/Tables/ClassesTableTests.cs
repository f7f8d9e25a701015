using System.Collections.Immutable;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tables;

namespace Grid.Sweeps.Tests.Tables;

public class ClassesTableTests
{
    static readonly ImmutableArray<ImmutableArray<int>> Clean = [[3, 1], [0, 4]];
    static readonly ImmutableArray<ImmutableArray<int>> Poisoned = [[2, 2], [1, 3]];

    static CellOutcome Counted(CellOutcome cell, ImmutableArray<ImmutableArray<int>> confusion) =>
        cell with { Result = cell.Result! with { Confusion = confusion } };

    static CellOutcome Flipped(double strength, ImmutableArray<ImmutableArray<int>> confusion) =>
        Counted(Make.Outcome(Make.Cell(new("label-flip"), strength), (Metric.MacroF1, new(ClassScore.MacroF1(confusion)))), confusion);

    [Fact]
    public void Scores_are_those_of_the_textbook()
    {
        var scores = ClassScore.Of([[3, 1, 0], [2, 4, 0], [0, 0, 0]]);
        Assert.Equal(new ClassScore(3 / 5.0, 3 / 4.0, 6 / 9.0, 4), scores[0]);
        Assert.Equal(new ClassScore(4 / 5.0, 4 / 6.0, 8 / 11.0, 6), scores[1]);
        // A class that is neither there nor predicted has no score and does not count.
        Assert.Equal(new ClassScore(double.NaN, double.NaN, double.NaN, 0), scores[2]);
        Assert.Equal((6 / 9.0 + 8 / 11.0) / 2, ClassScore.MacroF1([[3, 1, 0], [2, 4, 0], [0, 0, 0]]), 12);
    }

    [Fact]
    public void A_class_that_is_never_predicted_has_no_precision_and_an_F1_of_0()
    {
        var score = ClassScore.Of([[0, 4], [0, 4]])[0];
        Assert.Equal((double.NaN, 0, 0, 4), (score.Precision, score.Recall, score.F1, score.Support));
    }

    [Fact]
    public void Each_class_of_a_poisoned_cell_stands_beside_its_control()
    {
        CellOutcome[] cells = [Flipped(0, Clean), Flipped(0.3, Poisoned), Make.Pending(Make.Cell(new("label-flip"), 0.4)),
            Counted(Make.Right(Make.Cell(Make.Fgsm, 0), 1), Clean)];
        var lines = Written(cells);
        Assert.Equal(
            "cell,dataset,model,attack,defense,strength,seed,class,support,precision,recall,f1,clean_precision,clean_recall,clean_f1",
            lines[0]);
        Assert.Equal(5, lines.Length);
        Assert.Equal($"{cells[1].Id},digits,cnn,label-flip,none,0.3,0,1,4,0.6,0.75,0.6666666666666666,0.8,1,0.8888888888888888", lines[4]);
        Assert.EndsWith(",1,0.75,0.8571428571428571,1,0.75,0.8571428571428571", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_control_its_columns_are_empty()
    {
        var poisoned = Make.Cell(Make.Fgsm, 0) with { Poison = new(new("label-flip"), 0.2) };
        var lines = Written([Counted(Make.Right(poisoned, 1), Poisoned)]);
        Assert.StartsWith("cell,dataset,model,poison,attack", lines[0], StringComparison.Ordinal);
        Assert.Contains(",label-flip 0.2,fgsm,none,0,0,0,4,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",,,", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Evasion_alone_needs_no_table() =>
        Assert.Empty(PoisonedClasses.Cells([Counted(Make.Right(Make.Cell(Make.Fgsm, 0), 1), Clean)]));

    static string[] Written(IReadOnlyList<CellOutcome> cells)
    {
        using var writer = new StringWriter();
        ClassesTable.Write(writer, cells, Make.Terms);
        return writer.ToString().TrimEnd('\n').Split('\n');
    }
}
