using Grid.Compute;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>What an attack sees of its images.</summary>
/// <param name="Logits">[n, classes].</param>
/// <param name="Loss">[n].</param>
/// <param name="Right">Mask of the rows that are not broken. Against a randomised classifier one lucky draw proves nothing: there it is 1
/// throughout.</param>
/// <param name="Broken">Mask of the rows whose logits are wrong, whatever that proves.</param>
/// <param name="Slope">Gradient of the loss by the images; null where it was not asked for.</param>
readonly record struct Look(Tensor Logits, Tensor Loss, Tensor Right, Tensor Broken, Tensor? Slope)
{
    public Tensor Gradient => Slope ?? throw new InvalidOperationException("No gradient was asked for.");
}
