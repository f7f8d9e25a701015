namespace Grid.Sweeps.Curves;

/// <summary>
/// One cell of the FRIENDS grid: attack success over noise_std and clip_threshold, beside its control without poison.
/// Rates are shares of trials; Low and High bound the success rate (95 %, Clopper-Pearson).
/// </summary>
/// <param name="Defense">The defense with what differs from its defaults, apart from the two axes.</param>
/// <param name="NoiseStd">The standard deviation of the noise on the gradient.</param>
/// <param name="ClipThreshold">The norm to which gradients are clipped.</param>
/// <param name="Strength">Poison points appended.</param>
/// <param name="Trials">The number of trials.</param>
/// <param name="Successes">The trials in which the poison had its way.</param>
/// <param name="SuccessRate">The share of these trials.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
/// <param name="ControlRate">"Successes" of the same trials with no poison; NaN while unknown.</param>
/// <param name="ExcessRate">SuccessRate - ControlRate with its 95 % interval (Tango's over trials that differ, Newcombe's where trials are
/// not paired).</param>
/// <param name="ExcessLow">The lower end of the interval of the excess over the control, in [-1, 1].</param>
/// <param name="ExcessHigh">The upper end of the interval of the excess over the control, in [-1, 1].</param>
/// <param name="MeanAbsError">The mean distance of the learned slope from the true one.</param>
/// <param name="ResidualStd">The standard deviation of the residuals.</param>
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
