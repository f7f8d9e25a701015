namespace Grid.Sweeps.Curves;

/// <summary>One place of the FRIENDS grid: attack success over noise_std and clip_threshold, beside its control without poison. Rates are
/// shares of trials; Low and High bound the success rate (95 %, Clopper-Pearson).</summary>
/// <param name="Defense">The label of the defense, apart from the two parameters of the grid.</param>
/// <param name="NoiseStd">The standard deviation of the noise on the gradient.</param>
/// <param name="ClipThreshold">The norm to which gradients are clipped.</param>
/// <param name="Strength">The number of poison points that are added.</param>
/// <param name="Trials">The number of trials.</param>
/// <param name="Successes">The number of trials in which the attack reached its goal.</param>
/// <param name="SuccessRate">The share of these trials.</param>
/// <param name="Low">The lower end of the interval.</param>
/// <param name="High">The upper end of the interval.</param>
/// <param name="ControlRate">The success rate of the same trials without poison; NaN while it is not known.</param>
/// <param name="ExcessRate">The success rate less the control rate. Its 95 % interval is Tango's over trials that differ, and Newcombe's
/// where trials are not paired.</param>
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
