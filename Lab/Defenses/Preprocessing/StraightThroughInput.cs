using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Preprocessing;

/// <summary>
/// A classifier behind a step on its input that has no useful derivative. Forward it is exact. Backward the step counts as the identity,
/// and the network's gradient is the mean of those at the image behind the step and at the image itself.
/// </summary>
/// <remarks>
/// Identity: Athalye et al., ICML 2018 (BPDA). The gradient behind the step alone does not change until the image crosses a quantum, and so
/// leads an attack past what it finds with the network's own; with the mean it finds more than with either.
/// </remarks>
sealed class StraightThroughInput(Classifier inner, Func<Tensor, Tensor> step) : Classifier(inner.Device)
{
    public override bool Random => inner.Random;

    public override Variable Logits(Tape tape, Variable images)
    {
        var behind = inner.Logits(tape, tape.StraightThrough(images, step));
        if (!images.Watched) return behind;
        var before = inner.Logits(tape, images);
        return tape.Record(behind.Value, [behind, before], g =>
        {
            var half = Device.Affine(g, 0.5f, 0);
            tape.Pass(behind, () => half);
            tape.Pass(before, () => half);
        });
    }

    public override Tensor Predict(Tensor images) => inner.Predict(step(images));
}
