using Grid.Presentation.Terminal;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>
/// Shows the progress of a run: on a terminal in a few lines that are redrawn in place; in a pipe or a file in one plain line every ten
/// seconds or ten percent.
/// </summary>
public static class ProgressView
{
    static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(125);

    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Returns once <paramref name="run"/> has ended in any way, and leaves the last state on the screen. It does not rethrow: await
    /// <paramref name="run"/> itself for its outcome. Nothing else may write to the console meanwhile.
    /// </summary>
    public static Task Show(IAnsiConsole console, Func<ProgressSnapshot> snapshot, Task run, TimeProvider clock)
    {
        var can = console.Profile.Capabilities;
        return can.Interactive && can.Ansi ? Live(console, snapshot, run, clock) : Plain(console, snapshot, run, clock);
    }

    static Task Live(IAnsiConsole console, Func<ProgressSnapshot> snapshot, Task run, TimeProvider clock)
    {
        StyledText Draw() => ProgressText.Screen(snapshot(), TerminalFeatures.Of(console));

        return console.Live(Draw()).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            while (!await Ended(run, Frame, clock)) live.UpdateTarget(Draw());
            live.UpdateTarget(Draw());
        });
    }

    static async Task Plain(IAnsiConsole console, Func<ProgressSnapshot> snapshot, Task run, TimeProvider clock)
    {
        var failures = 0;
        ProgressSnapshot? last = null;

        void Write(ProgressSnapshot now)
        {
            foreach (var failure in (now.Failures ?? []).Skip(failures))
                console.Profile.Out.Writer.WriteLine(ProgressText.Failure(failure));
            failures = now.Failures?.Count ?? 0;
            console.Profile.Out.Writer.WriteLine(ProgressText.Line(now));
            console.Profile.Out.Writer.Flush();
            last = now;
        }

        Write(snapshot());
        while (!await Ended(run, Look, clock))
        {
            var now = snapshot();
            if (Due(last!, now)) Write(now);
        }
        if (snapshot() is var end && (end.Done, end.Failed, end.Note) != (last!.Done, last.Failed, last.Note)) Write(end);
    }

    /// <summary>Whether enough has changed since the last line to print another.</summary>
    public static bool Due(ProgressSnapshot last, ProgressSnapshot now) =>
        now.Elapsed - last.Elapsed >= Quiet || now.Percent / 10 > last.Percent / 10 || now.Failed > last.Failed && last.Failed == 0
            || now.Note != last.Note;

    static async Task<bool> Ended(Task run, TimeSpan wait, TimeProvider clock)
    {
        using var enough = new CancellationTokenSource();
        await Task.WhenAny(run, Task.Delay(wait, clock, enough.Token));
        // This leaves no timer behind.
        await enough.CancelAsync();
        return run.IsCompleted;
    }
}
