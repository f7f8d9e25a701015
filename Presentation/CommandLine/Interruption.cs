using System.Runtime.InteropServices;

namespace Grid.Presentation.CommandLine;

/// <summary>What Ctrl-C and SIGTERM do to a command. The first asks it to end, and leaves it half a minute to write down what is finished;
/// the second ends it at once, as does the end of that time.</summary>
sealed class Interruption : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly CancellationTokenSource _asked = new();
    readonly PosixSignalRegistration[] _signals;
    int _count;

    public Interruption() =>
        _signals = Array.ConvertAll([PosixSignal.SIGINT, PosixSignal.SIGTERM], signal => PosixSignalRegistration.Create(signal, Ask));

    /// <summary>Is cancelled by the first.</summary>
    public CancellationToken Asked => _asked.Token;

    public void Dispose() => Array.ForEach(_signals, s => s.Dispose());

    void Ask(PosixSignalContext signal)
    {
        // The system ends a process with a signal that nobody takes away.
        if (Interlocked.Increment(ref _count) > 1) return;
        signal.Cancel = true;
        _ = Late();
        _asked.Cancel();
    }

    static async Task Late()
    {
        await Task.Delay(Patience);
        Environment.Exit(ExitCode.Interrupted);
    }
}
