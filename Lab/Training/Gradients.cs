using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Models;

namespace Grid.Lab.Training;

/// <summary>The gradient of a loss with respect to images, through a classifier and its defense: what an attack follows.</summary>
public static class Gradients
{
    /// <summary>The logits [n, classes], the cross-entropy of each sample [n], and its gradient with respect to the images, of their shape,
    /// unless only the loss is asked for.</summary>
    /// <param name="target">The classifier that is attacked.</param>
    /// <param name="images">Images [n, channels, height, width] with values in [0, 1], on the device of the classifier.</param>
    /// <param name="labels">The class of each image, [n].</param>
    /// <param name="lossOnly">Whether to leave the gradient out; it is null then.</param>
    public static (Tensor Logits, Tensor Loss, Tensor? Gradient) LossGradient(
        this Classifier target, Tensor images, Tensor labels, bool lossOnly = false)
    {
        var tape = new Tape(target.Device);
        var x = lossOnly ? Tape.Constant(images) : Tape.Watch(images);
        var logits = target.Logits(tape, x);
        var loss = tape.CrossEntropy(logits, labels);
        return (logits.Value, loss.Value, lossOnly ? null : tape.Gradient(loss, x));
    }

    /// <summary>The logits [n, classes], a loss of each sample [n], and its gradient with respect to the images, of their shape, unless
    /// only the loss is asked for.</summary>
    /// <param name="target">The classifier that is attacked.</param>
    /// <param name="images">Images [n, channels, height, width] with values in [0, 1], on the device of the classifier.</param>
    /// <param name="labels">The class of each image, [n].</param>
    /// <param name="loss">The loss of a sample by its logits.</param>
    /// <param name="lossOnly">Whether to leave the gradient out; it is null then.</param>
    /// <param name="towards">The classes to go towards, [n]; null goes away from the labels.</param>
    public static (Tensor Logits, Tensor Loss, Tensor? Gradient) LossGradient(
        this Classifier target, Tensor images, Tensor labels, LogitLoss loss, bool lossOnly = false, Tensor? towards = null)
    {
        var tape = new Tape(target.Device);
        var x = lossOnly ? Tape.Constant(images) : Tape.Watch(images);
        var logits = target.Logits(tape, x);
        var (value, derivative) = towards is null ? loss.Of(logits.Value, labels) : loss.Of(logits.Value, labels, towards);
        return (logits.Value, value, lossOnly ? null : tape.Gradient(logits, x, derivative));
    }
}
