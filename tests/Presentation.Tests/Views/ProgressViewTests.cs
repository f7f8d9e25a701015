using Grid.Presentation.Terminal;
using Grid.Presentation.Views;
using Spectre.Console;

namespace Grid.Presentation.Tests.Views;

public class ProgressViewTests
{
    static readonly ProgressSnapshot Half = new(
        "friends[1]", 130, 56, 3, 12, 2, ["training mnist cnn seed 0, epoch 2 of 3", "pgd [0.3]"], TimeSpan.FromSeconds(63), TimeSpan.FromSeconds(130),
        ["mnist.cnn: loss is [NaN] at step 40\n   at Somewhere", "b", "c"]);

    [Fact]
    public void The_plain_line_says_how_far_how_fast_and_how_long() => Assert.Equal(
        "friends[1]: 45 %, 56 of 130 cells done (12 known before), 3 failed, 2 running, 0.7 cells/s, 1:03 elapsed, about 2:10 left; "
        + "training mnist cnn seed 0, epoch 2 of 3 (+1)",
        ProgressText.Line(Half));

    [Fact]
    public async Task In_a_pipe_failures_and_lines_are_plain_text()
    {
        var text = new StringWriter();
        await ProgressView.Show(Samples.Console(text), () => Half, Task.CompletedTask, TimeProvider.System);

        Assert.Equal(4, text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("failed: mnist.cnn: loss is [NaN] at step 40\n", text.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("\e", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("\r", text.ToString().ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_line_is_due_after_ten_seconds_or_a_further_ten_percent_or_the_first_failure()
    {
        var start = Half with { Done = 0, Failed = 0 };
        ProgressSnapshot After(int seconds, int done, int failed = 0) =>
            start with { Elapsed = start.Elapsed + TimeSpan.FromSeconds(seconds), Done = done, Failed = failed };

        Assert.False(ProgressView.Due(start, After(9, 12)));
        Assert.True(ProgressView.Due(start, After(10, 0)));
        Assert.True(ProgressView.Due(start, After(1, 13)));
        Assert.True(ProgressView.Due(start, After(1, 0, 1)));
    }

    [Fact]
    public async Task A_long_plain_run_writes_a_line_every_ten_seconds()
    {
        var (text, clock, run) = (new StringWriter(), new StepClock(), new TaskCompletionSource());
        var looks = 0;
        ProgressSnapshot Snapshot()
        {
            if (++looks > 35) run.TrySetResult();
            return Half with { Elapsed = clock.Elapsed, Failures = [] };
        }

        await ProgressView.Show(Samples.Console(text), Snapshot, run.Task, clock);

        Assert.Equal(4, text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("fault")]
    [InlineData("cancel")]
    [InlineData("end")]
    public async Task On_a_terminal_the_last_state_stays_and_the_cursor_comes_back(string how)
    {
        var (text, clock, run) = (new StringWriter(), new StepClock(), new TaskCompletionSource());
        var looks = 0;
        ProgressSnapshot Snapshot()
        {
            if (++looks == 4)
            {
                if (how == "fault") run.TrySetException(new InvalidOperationException("no"));
                else if (how == "cancel") run.TrySetCanceled();
                else run.TrySetResult();
            }
            return Half with { Done = looks };
        }

        await ProgressView.Show(Samples.Console(text, colour: ColorSystemSupport.TrueColor, interactive: true), Snapshot, run.Task, clock);

        var output = text.ToString();
        Assert.Contains($"{looks} of 130 cells", output, StringComparison.Ordinal);
        Assert.True(output.LastIndexOf("\e[?25h", StringComparison.Ordinal) > output.LastIndexOf("\e[?25l", StringComparison.Ordinal));
        Assert.Contains("loss is [NaN] at step 40", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Somewhere", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_screen_keeps_to_its_width_and_to_a_few_lines()
    {
        var busy = Half with { Now = [.. Enumerable.Range(0, 40).Select(i => new string('x', 200))], Sweep = new string('s', 200) };
        var lines = Samples.Draw(c => c.Write(ProgressText.Screen(busy, TerminalFeatures.Of(c)))).Split('\n');

        // Two ^C that a terminal writes behind the last of them begin no new line.
        Assert.All(lines, l => Assert.True(TextFit.Width(l.TrimEnd()) <= 76, l));
        Assert.InRange(lines.Length, 8, 20);
        Assert.Contains("    and 32 more", lines.Select(l => l.TrimEnd()));
    }

    [Fact]
    public void An_empty_sweep_is_finished() => Assert.Equal(100, (Half with { Cells = 0, Done = 0, Failed = 0 }).Percent);

    /// <summary>A clock on which every wait is over at once and takes exactly as long as was asked.</summary>
    sealed class StepClock : TimeProvider
    {
        public TimeSpan Elapsed { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime > TimeSpan.Zero) Elapsed += dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
