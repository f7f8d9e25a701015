using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Preprocessing;

/// <summary>
/// A classifier behind a step on its input that the tape differentiates: an attacker goes through it by its exact gradient.
/// </summary>
sealed class DifferentiableInput(Classifier inner, Func<Tape, Variable, Variable> step) : Classifier(inner.Device)
{
    public override bool Random => inner.Random;

    public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, step(tape, images));

    public override Tensor Predict(Tensor images) => inner.Predict(step(new Tape(Device), Tape.Constant(images)).Value);
}
