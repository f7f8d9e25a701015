using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>What an attack sees of its images. Answers are compared when they are first asked for, in the scope of the step that
/// looks.</summary>
/// <param name="logits">The scores of the classes, [n, classes].</param>
/// <param name="loss">The loss of each row, [n].</param>
/// <param name="labels">The label of each row, [n].</param>
/// <param name="random">Whether the classifier draws.</param>
/// <param name="slope">The gradient of the loss by the images; null where it was not asked for.</param>
sealed class Look(Tensor logits, Tensor loss, Tensor labels, bool random, Tensor? slope)
{
    public Tensor Logits => logits;

    public Tensor Loss => loss;

    /// <summary>Mask of the rows that are not broken. Against a randomised classifier one lucky draw proves nothing: there it is 1
    /// throughout.</summary>
    public Tensor Right => field ??= random ? logits.Device.Full(labels.Shape, 1) : Answers;

    /// <summary>Mask of the rows whose logits are wrong, whatever that proves.</summary>
    public Tensor Broken => field ??= !Answers;

    public Tensor Gradient => slope ?? throw new InvalidOperationException("No gradient was asked for.");

    Tensor Answers => field ??= logits.Device.ArgMax(logits).Is(labels);
}
