namespace Grid.Lab.Friends;

/// <summary>What a training rule clips.</summary>
public enum Clipping
{
    /// <summary>The sum of the gradients, after its noise.</summary>
    Sum,

    /// <summary>The gradient of each point; the noise comes on their sum.</summary>
    Example,
}

/// <summary>
/// The FRIENDS training rule for linear regression: Gaussian noise on the summed gradient, then one clip of the pair, then a step of
/// learning_rate * gradient / points; and its relatives.
/// </summary>
/// <param name="NoiseStd">Standard deviation of the noise on each gradient sum, in price units; finite, 0 or more.</param>
/// <param name="ClipThreshold">Largest Euclidean norm of the noisy gradient pair; above 0, infinity for no clipping.</param>
/// <param name="Phases">Some or all phases, in the order of <see cref="Phase"/>.</param>
/// <param name="LearningRate">Finite and above 0.</param>
/// <param name="Epochs">Epochs of each training phase, 1 or more.</param>
/// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
public sealed record FriendsProtocol(
    double NoiseStd, double ClipThreshold, IReadOnlyList<Phase> Phases, double LearningRate = 0.1, int Epochs = 10_000)
{
    /// <summary>Attack, perturb and recover, in this order.</summary>
    public static IReadOnlyList<Phase> AllPhases { get; } = [Phase.Attack, Phase.Perturb, Phase.Recover];

    /// <summary>Standard deviation of the gradient noise, 0 or more.</summary>
    public double NoiseStd { get; } = NoiseStd is >= 0 and < double.PositiveInfinity
        ? NoiseStd
        : throw new ArgumentOutOfRangeException(nameof(NoiseStd), NoiseStd, "noise_std must be a finite number, 0 or more.");

    /// <summary>What gradients are clipped to, above 0; infinity clips nothing.</summary>
    public double ClipThreshold { get; } = ClipThreshold > 0
        ? ClipThreshold
        : throw new ArgumentOutOfRangeException(
            nameof(ClipThreshold), ClipThreshold, "clip_threshold must be above 0; infinity turns clipping off.");

    /// <summary>The phases of training that are gone through, in order.</summary>
    public IReadOnlyList<Phase> Phases { get; } = IsOrdered(Phases)
        ? Phases
        : throw new ArgumentOutOfRangeException(
            nameof(Phases), string.Join(", ", Phases), "phases must be one or more of attack, perturb, recover, each once, in this order.");

    /// <summary>Finite and above 0.</summary>
    public double LearningRate { get; } = LearningRate is > 0 and < double.PositiveInfinity
        ? LearningRate
        : throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "learning_rate must be a finite number above 0.");

    /// <summary>Epochs of each training phase, 1 or more.</summary>
    public int Epochs { get; } = Epochs > 0
        ? Epochs
        : throw new ArgumentOutOfRangeException(nameof(Epochs), Epochs, "epochs must be 1 or more.");

    /// <summary>What is clipped.</summary>
    public Clipping Clipping { get; init; } = Clipping.Sum;

    /// <summary>
    /// Half the width of the box of noise that is added to each point (1, size), less its part along the weights; with
    /// <see cref="Clipping.Example"/>.
    /// </summary>
    public double FriendlyNoise { get; init; }

    /// <summary>Half the width of the uniform noise that is added to each size; with <see cref="Clipping.Example"/>.</summary>
    public double RandomNoise { get; init; }

    static bool IsOrdered(IReadOnlyList<Phase> phases) =>
        phases.Count > 0 && phases.All(Enum.IsDefined) && phases.Zip(phases.Skip(1)).All(pair => pair.First < pair.Second);
}
