namespace Grid.Lab.Friends;

/// <summary>What a training rule clips.</summary>
public enum Clipping
{
    /// <summary>It clips the sum of the gradients, after noise was added to it.</summary>
    Sum,

    /// <summary>It clips the gradient of each point; noise is added to their sum.</summary>
    Example,
}

/// <summary>
/// The FRIENDS training rule for linear regression: Gaussian noise on the summed gradient, then one clip of the pair, then a step of
/// learning_rate * gradient / points; and its relatives.
/// </summary>
/// <param name="NoiseStd">The standard deviation of the noise on each gradient sum, in price units; finite, 0 or more.</param>
/// <param name="ClipThreshold">The largest Euclidean norm of the noisy gradient pair, above 0; infinity clips nothing.</param>
/// <param name="Phases">The phases, some or all, in the order of <see cref="Phase"/>.</param>
/// <param name="LearningRate">The learning rate, finite and above 0.</param>
/// <param name="Epochs">The number of epochs of each training phase, 1 or more.</param>
/// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
public sealed record FriendsProtocol(
    double NoiseStd, double ClipThreshold, IReadOnlyList<Phase> Phases, double LearningRate = 0.1, int Epochs = 10_000)
{
    /// <summary>Attack, perturb and recover, in this order.</summary>
    public static IReadOnlyList<Phase> AllPhases { get; } = [Phase.Attack, Phase.Perturb, Phase.Recover];

    /// <summary>The standard deviation of the gradient noise, in price units, 0 or more.</summary>
    public double NoiseStd { get; } = NoiseStd is >= 0 and < double.PositiveInfinity
        ? NoiseStd
        : throw new ArgumentOutOfRangeException(nameof(NoiseStd), NoiseStd, "noise_std must be a finite number, 0 or more.");

    /// <summary>The largest Euclidean norm of a gradient, above 0; infinity clips nothing.</summary>
    public double ClipThreshold { get; } = ClipThreshold > 0
        ? ClipThreshold
        : throw new ArgumentOutOfRangeException(
            nameof(ClipThreshold), ClipThreshold, "clip_threshold must be above 0; infinity turns clipping off.");

    /// <summary>The phases of training that are gone through, in order.</summary>
    public IReadOnlyList<Phase> Phases { get; } = IsOrdered(Phases)
        ? Phases
        : throw new ArgumentOutOfRangeException(
            nameof(Phases), string.Join(", ", Phases), "phases must be one or more of attack, perturb, recover, each once, in this order.");

    /// <summary>The learning rate, finite and above 0.</summary>
    public double LearningRate { get; } = LearningRate is > 0 and < double.PositiveInfinity
        ? LearningRate
        : throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "learning_rate must be a finite number above 0.");

    /// <summary>The number of epochs of each training phase, 1 or more.</summary>
    public int Epochs { get; } = Epochs > 0
        ? Epochs
        : throw new ArgumentOutOfRangeException(nameof(Epochs), Epochs, "epochs must be 1 or more.");

    /// <summary>What the training rule clips.</summary>
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
