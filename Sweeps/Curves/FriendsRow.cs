namespace Grid.Sweeps.Curves;

/// <summary>
/// One cell of the FRIENDS grid: attack success over noise_std and clip_threshold, beside its control without poison.
/// Rates are shares of trials; Low and High bound the success rate (95 %, Clopper-Pearson).
/// </summary>
/// <param name="Defense">The defense with what differs from its defaults, apart from the two axes.</param>
/// <param name="Strength">Poison points appended.</param>
/// <param name="ControlRate">"Successes" of the same trials with no poison; NaN while unknown.</param>
/// <param name="ExcessRate">SuccessRate - ControlRate with its 95 % interval (Tango's over trials that differ, Newcombe's where trials are
/// not paired).</param>
public sealed record FriendsRow(
    string Defense,
    double NoiseStd,
    double ClipThreshold,
    double Strength,
    long Trials,
    long Successes,
    double SuccessRate,
    double Low,
    double High,
    double ControlRate,
    double ExcessRate,
    double ExcessLow,
    double ExcessHigh,
    double MeanAbsError,
    double ResidualStd);
