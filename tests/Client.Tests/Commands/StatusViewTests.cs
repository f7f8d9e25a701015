using Grid.Client.Commands;
using Grid.Client.Views;
using Grid.Contracts;
using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Client.Tests.Commands;

public sealed class StatusViewTests
{
    static readonly DateTimeOffset Noon = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    static readonly SweepStatus Busy = new(
        "mnist-evasion-0a1b2c3d", SweepPhase.Running, null, 195, 65, 2, 12, 26, Noon, null, 1.2, TimeSpan.FromSeconds(82),
        [new("mnist", "cnn", "fgsm", "none", 65, 65, 0, ""), new("mnist", "cnn", "fgsm", "median-filter(passes=2)", 65, 0, 2, ""),
            new("mnist", "cnn", "pgd", "none", 65, 0, 0, "")],
        [new("mnist.cnn.fgsm.none.0.1-abc", "loss is NaN\n   at line 2")],
        [new("silo-0/cpu:0", 3, 13, "training mnist cnn seed 0"), new("silo-1/cuda:0", 4, 13, "")], 5);

    [Fact]
    public void It_fits_80_columns_and_is_plain()
    {
        var text = Draw(Busy);

        Assert.DoesNotContain('\u001b', text);
        Assert.All(text.Split('\n'), line => Assert.True(TextFit.Width(line) <= 80, line));
    }

    [Fact]
    public void It_says_how_far_how_fast_who_and_what_failed()
    {
        var text = Draw(Busy);

        Assert.Contains("195: 65 done, 2 failed, 26 running, 102 pending", text, StringComparison.Ordinal);
        Assert.Contains("1.2 cells/s, about 1:22 left", text, StringComparison.Ordinal);
        Assert.Contains("silo-0/cpu:0: training mnist cnn seed 0", text, StringComparison.Ordinal);
        Assert.Contains("silo-1/cuda:0: 13 cells", text, StringComparison.Ordinal);
        Assert.Contains("loss is NaN", text, StringComparison.Ordinal);
        Assert.DoesNotContain("line 2", text, StringComparison.Ordinal);
        Assert.Contains("0 of 65, 2 failed", text, StringComparison.Ordinal);
        Assert.EndsWith("next: watch mnist-evasion-0a1b2c3d\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SweepPhase.Paused, 0, "next: resume")]
    [InlineData(SweepPhase.Stopped, 0, "next: resume")]
    [InlineData(SweepPhase.Cancelled, 0, "next: resume")]
    [InlineData(SweepPhase.Finished, 0, "next: curve")]
    [InlineData(SweepPhase.Finished, 1, "next: retry")]
    public void It_ends_with_what_to_do_next(SweepPhase phase, int failed, string next) =>
        Assert.Contains(next, Draw(Busy with { Phase = phase, Failed = failed }), StringComparison.Ordinal);

    [Fact]
    public void A_sweep_that_nobody_runs_points_to_the_workers() =>
        Assert.EndsWith("next: workers\n", Draw(Busy with { Leased = 0, CellsPerSecond = 0, Running = [] }), StringComparison.Ordinal);

    [Fact]
    public void Curves_are_named_by_what_tells_them_apart()
    {
        Assert.Equal(["fgsm against none", "fgsm against median-filter(passes=2)", "pgd against none"],
            StatusView.Bars(Busy).Select(b => b.Label));
        var two = Busy with { Curves = [.. Busy.Curves, new("digits", "cnn", "pgd", "none", 5, 0, 0, "label-flip 0.1")] };
        Assert.Equal("pgd against none, digits, label-flip 0.1", StatusView.Bars(two)[^1].Label);
    }

    [Fact]
    public void Of_many_curves_those_under_way_are_shown_and_the_rest_is_counted()
    {
        var curves = Enumerable.Range(0, 100)
            .Select(i => new CurveProgress("d", "m", "a", $"defense-{i:00}", 10, i < 50 ? 10 : i == 77 ? 4 : 0, 0, ""));
        var text = Draw(Busy with { Curves = [.. curves] });

        Assert.Contains("a against defense-77", text, StringComparison.Ordinal);
        Assert.DoesNotContain("defense-00", text, StringComparison.Ordinal);
        Assert.Contains("and 76 more curves, 50 of them complete", text, StringComparison.Ordinal);
    }

    static string Draw(SweepStatus status)
    {
        var text = new StringWriter();
        var console =
            AnsiConsole.Create(new()
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(text)
            });
        console.Profile.Width = 80;
        StatusView.Draw(console, status, words => $"next: {words}");
        return text.ToString().ReplaceLineEndings("\n").Replace("  next:", "next:", StringComparison.Ordinal);
    }
}
