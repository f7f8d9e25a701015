using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses;

/// <summary>A classifier behind a step on its input that has no useful derivative: exact forward, identity backward.</summary>
sealed class Preprocessed(Classifier inner, Func<Tensor, Tensor> step) : Classifier(inner.Device)
{
    public override bool Random => inner.Random;

    public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, tape.StraightThrough(images, step));

    public override Tensor Predict(Tensor images) => inner.Predict(step(images));
}
