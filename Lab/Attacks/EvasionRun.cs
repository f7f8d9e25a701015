using Grid.Compute;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks;

/// <summary>Adversarial images with what they took.</summary>
/// <param name="Images">For each strength, [n, c, h, w].</param>
/// <param name="Rows">Samples of the batch.</param>
public sealed record EvasionRun(Tensor[] Images, int Rows)
{
    /// <summary>Forward passes of the classifier for each strength and row, as if that strength alone were asked for; those before a
    /// gradient count too.</summary>
    public float[][] Forwards { get; init; } = [.. Images.Select(_ => new float[Rows])];

    /// <summary>Backward passes likewise.</summary>
    public float[][] Gradients { get; init; } = [.. Images.Select(_ => new float[Rows])];

    /// <summary>The distance for each row, where an attack looks for the nearest adversarial image: 0 where the clean one is wrong,
    /// infinite where none was found.</summary>
    public float[]? Distances { get; init; }

    /// <summary>Names of the attacks that were made in turn, if there were several.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>For each strength and row, which of the parts broke it; -1 where none did.</summary>
    public int[][] BrokenBy { get; init; } = [.. Images.Select(_ => Enumerable.Repeat(-1, Rows).ToArray())];

    internal void Enter(int strength, int row, float forwards, float gradients, int part)
    {
        Forwards[strength][row] += forwards;
        Gradients[strength][row] += gradients;
        BrokenBy[strength][row] = part;
    }
}
