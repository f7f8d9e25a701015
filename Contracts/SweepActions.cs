namespace Grid.Contracts;

/// <summary>What may be done to a sweep, by the state it is in.</summary>
public static class SweepActions
{
    public const string Pause = "pause";
    public const string Resume = "resume";
    public const string Stop = "stop";
    public const string Cancel = "cancel";
    public const string Retry = "retry";

    /// <param name="failed">Number of cells that failed.</param>
    public static IReadOnlyList<string> Of(SweepPhase phase, int failed) => phase switch
    {
        SweepPhase.Running or SweepPhase.Planning => failed > 0 ? [Pause, Stop, Cancel, Retry] : [Pause, Stop, Cancel],
        SweepPhase.Paused => [Resume, Stop, Cancel],
        SweepPhase.Stopped => failed > 0 ? [Resume, Cancel, Retry] : [Resume, Cancel],
        SweepPhase.Cancelled => [Resume],
        _ => failed > 0 ? [Retry] : [],
    };
}
