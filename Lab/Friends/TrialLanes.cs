using Grid.Compute.Random;

namespace Grid.Lab.Friends;

/// <summary>Trials side by side, one in each vector lane. Parameters are kept relative to the true line: a trial asks for the distance to
/// it, and near it single precision is finest.</summary>
abstract class TrialLanes
{
    /// <summary>The most lanes: as many as keep the noise of <see cref="EpochsAtOnce"/> epochs within the first-level cache.</summary>
    public const int MaxCount = 64;

    internal const int EpochsAtOnce = 32;

    readonly float[] _noise = new float[2 * EpochsAtOnce * MaxCount];

    protected float[] Theta0 { get; } = new float[MaxCount];

    protected float[] Theta1 { get; } = new float[MaxCount];

    /// <summary>The parameters of a lane minus those of the true line.</summary>
    public (double Theta0, double Theta1) this[int lane]
    {
        get => (Theta0[lane], Theta1[lane]);
        set => (Theta0[lane], Theta1[lane]) = ((float)value.Theta0, (float)value.Theta1);
    }

    /// <summary>Sets the training points of a lane; a residual is the price less that of the true line.</summary>
    public abstract void SetPoints(int lane, IEnumerable<(double Size, double Residual)> points);

    /// <summary>Trains the first lanes, a multiple of 16, of equally many points each.</summary>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="phase">The phase; each has noise of its own.</param>
    /// <param name="first">The number of the trial in the first lane.</param>
    public void Train(FriendsProtocol protocol, int points, ulong seed, Phase phase, int first, int lanes, CancellationToken ct)
    {
        var (noise, inputs) = (FriendsDraws.Noise(seed, phase, first), FriendsDraws.Inputs(seed, phase, first));
        for (var epoch = 0; epoch < protocol.Epochs; epoch += EpochsAtOnce)
        {
            ct.ThrowIfCancellationRequested();
            var epochs = Math.Min(EpochsAtOnce, protocol.Epochs - epoch);
            var drawn = _noise.AsSpan(0, (epochs + 1) / 2 * 4 * lanes);
            noise.FillNormalLanes(drawn, lanes, (uint)epoch / 2);
            Step(protocol, points, drawn[..(2 * epochs * lanes)], inputs, epoch, lanes);
        }
    }

    /// <summary>Trains for some epochs.</summary>
    /// <param name="noise">Standard normals: for each epoch those for theta0 of all lanes, then those for theta1.</param>
    /// <param name="inputs">The stream of the noise on inputs.</param>
    /// <param name="epoch">The number of the first of these epochs.</param>
    protected abstract void Step(FriendsProtocol protocol, int points, ReadOnlySpan<float> noise, PhiloxKey inputs, int epoch, int lanes);
}
