using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Files;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tables;

namespace Grid.Sweeps.Tests.Tables;

public class TablesTests
{
    const string Accuracies = "clean_accuracy,robust_accuracy,attack_success_rate", Origin = "seconds,attempts,device,host,version",
        Excess = "control_rate,excess_rate,mean_abs_error,residual_std";

    static string Text(Action<TextWriter> write)
    {
        using var writer = new StringWriter();
        write(writer);
        return writer.ToString();
    }

    static string Lines(string text) => text.ReplaceLineEndings("\n") + "\n";

    [Fact]
    public void Cells_have_a_row_each_in_the_order_of_the_plan()
    {
        var done = Make.Outcome(
            Make.Cell(new("pgd", ("steps", 40), ("norm", "l2")), 0.30000000000000004, seed: 2),
            (Metric.CleanAccuracy, Measurement.Rate(2, 3)), (Metric.RobustAccuracy, Measurement.Rate(1, 3)),
            ("loss", new(double.PositiveInfinity)), ("drift", new(1e-7)));
        CellOutcome[] cells = [done, Make.Pending(Make.Cell(Make.Fgsm, 0))];
        const string third = "0.6666666666666666,0.3333333333333333";
        Assert.Equal(
            Lines($"""
            cell,dataset,model,attack,defense,strength,seed,status,samples,{Accuracies},drift,loss,{Origin}
            {cells[0].Id},digits,cnn,"pgd(norm=l2, steps=40)",none,0.30000000000000004,2,done,3,{third},,1E-07,Infinity,0.25,1,cpu,host,1
            {cells[1].Id},digits,cnn,fgsm,none,0,0,pending,,,,,,,,,,,
            """),
            Text(w => CellsTable.Write(w, cells, Make.Terms)));
    }

    [Fact]
    public void Poison_and_errors_have_a_column_where_there_are_any()
    {
        var failed = Make.Pending(Make.Cell(Make.Fgsm, 0.1) with { Poison = new(new("label-flip"), 0.2) });
        failed = failed with
        {
            Result = CellResult.Failed(failed.Id, FailureKind.Experiment, "said \"no\",\nand stopped", 1.23456, 2, Make.Here)
        };
        Assert.Equal(
            Lines($"""
            cell,dataset,model,poison,attack,defense,strength,seed,status,samples,{Accuracies},{Origin},failure,error
            {failed.Id},digits,cnn,label-flip 0.2,fgsm,none,0.1,0,failed,,,,,1.235,2,cpu,host,1,experiment,"said ""no"",
            and stopped"
            """),
            Text(w => CellsTable.Write(w, [failed], Make.Terms)));
    }

    [Fact]
    public void Curves_have_a_row_a_point()
    {
        CurvePoint[] points = [new(0, 1000, 1, 0.99, 1, 1, 5), new(0.1, 1000, 0.5, 0.25, 0.75, 5, 5)];
        var verdict = new CurveVerdict(Grade.Fail, "H2", "a, b");
        SecurityCurve[] curves = [new("digits", "cnn", "", "fgsm", "none", "robust_accuracy", points, verdict) { Open = 4 }];
        Assert.Equal(
            Lines("""
            dataset,model,attack,defense,metric,strength,n,mean,low,high,seeds,check,open
            digits,cnn,fgsm,none,robust_accuracy,0,1000,1,0.99,1,1,"fail H2: a, b",4
            digits,cnn,fgsm,none,robust_accuracy,0.1,1000,0.5,0.25,0.75,5,"fail H2: a, b",4
            """),
            Text(w => CurvesTable.Write(w, curves)));
    }

    [Fact]
    public void Friends_have_a_row_a_cell_and_name_what_else_differs()
    {
        var row = new FriendsRow("friends", 8, 4, 1, 200, 33, 0.165, 0.12, 0.22, double.NaN, double.NaN, double.NaN, double.NaN, 0.5, 1.5);
        Assert.Equal(
            Lines($"""
            noise_std,clip_threshold,trials,successes,success_rate,low,high,{Excess},excess_low,excess_high
            8,4,200,33,0.165,0.12,0.22,,,0.5,1.5,,
            """),
            Text(w => FriendsTable.Write(w, [row])));
        Assert.StartsWith(
            "defense,strength,noise_std,clip_threshold,trials,",
            Text(w => FriendsTable.Write(w, [row, row with { Defense = "dp-sgd", Strength = 2 }])),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_replaced_as_a_whole_or_not_at_all()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["t.csv"], "old");
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder["t.csv"], w =>
        {
            w.Write("half of the n");
            w.Flush();
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(folder["t.csv"]));
        Assert.Equal([folder["t.csv"]], Directory.GetFiles(folder.Path));
        var full = Assert.Throws<IOException>(
            () => AtomicFile.Write(folder["t.csv"], _ => throw new IOException($"No space left on device : '{folder["t.csv"]}.x.tmp'")));
        Assert.Equal($"{folder["t.csv"]} cannot be written (No space left on device); make room there or allow it", full.Message);
        AtomicFile.Write(folder["t.csv"], w => w.WriteLine("new"));
        Assert.Equal("new\n"u8, File.ReadAllBytes(folder["t.csv"]));
    }
}
