using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Models;

namespace Grid.Lab.Training;

static class Gradients
{
    /// <summary>The logits, the cross-entropy of each sample [n], and its gradient with respect to the images, unless only the loss is
    /// asked for.</summary>
    public static (Tensor Logits, Tensor Loss, Tensor? Gradient) LossGradient(
        this Classifier target, Tensor images, Tensor labels, bool lossOnly = false)
    {
        var tape = new Tape(target.Device);
        var x = lossOnly ? Tape.Constant(images) : Tape.Watch(images);
        var logits = target.Logits(tape, x);
        var loss = tape.CrossEntropy(logits, labels);
        return (logits.Value, loss.Value, lossOnly ? null : tape.Gradient(loss, x));
    }

    /// <summary>The logits, a loss of each sample [n], and its gradient with respect to the images, unless only the loss is asked
    /// for.</summary>
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
