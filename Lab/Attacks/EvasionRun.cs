using Grid.Compute;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks;

/// <summary>Adversarial images, with what it took to make them.</summary>
/// <param name="Images">For each strength the images, [n, c, h, w].</param>
/// <param name="Rows">The number of samples of the batch.</param>
public sealed record EvasionRun(Tensor[] Images, int Rows)
{
    /// <summary>For each strength and row the number of forward passes of the classifier, as if that strength alone were asked for; the
    /// passes before a gradient count too.</summary>
    public float[][] Forwards { get; init; } = [.. Images.Select(_ => new float[Rows])];

    /// <summary>For each strength and row the number of backward passes through the classifier, as if that strength alone were asked
    /// for.</summary>
    public float[][] Gradients { get; init; } = [.. Images.Select(_ => new float[Rows])];

    /// <summary>For each row the distance of the nearest adversarial image, where an attack looks for it: 0 where the clean image is wrong,
    /// infinite where none was found.</summary>
    public float[]? Distances { get; init; }

    /// <summary>The names of the attacks that were made in turn; empty where there was one.</summary>
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
