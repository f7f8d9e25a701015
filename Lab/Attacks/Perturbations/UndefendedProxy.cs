using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Models;

namespace Grid.Lab.Attacks.Perturbations;

/// <summary>
/// A classifier that is attacked in place of another: the network without its defense, or as it stands in the middle of training. That it
/// errs does not mean that the attack has won, so an attack that would leave a broken sample alone must climb to its end, as against a
/// random classifier.
/// </summary>
sealed class UndefendedProxy(Classifier inner) : Classifier(inner.Device)
{
    public override bool Random => true;

    public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, images);

    public override Tensor Predict(Tensor images) => inner.Predict(images);
}
