using Grid.Compute;

namespace Grid.Lab.Attacks.Losses;

/// <summary>Masks of the shape of logits, [n, classes], with a 1 at one class of each row.</summary>
readonly struct ClassMask(Tensor logits)
{
    readonly Tensor _classes = logits.Device.AddToRows(
        logits.Device.Zeros(logits.Shape),
        logits.Device.Upload([.. Enumerable.Range(0, logits.Shape[1]).Select(c => (float)c)], [logits.Shape[1]]));

    /// <summary>The mask with a 1 at the chosen class of each row.</summary>
    /// <param name="chosen">The class of each row, [n].</param>
    public Tensor Of(Tensor chosen) => _classes.Is(_classes.Device.Full(_classes.Shape, 1).Scale(chosen));
}
