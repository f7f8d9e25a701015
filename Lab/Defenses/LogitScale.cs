using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses;

/// <summary>
/// Multiplies the logits, as training at a high temperature does: no answer changes, and nothing resists better, but in single precision
/// the softmax is sure and has no gradient. A control: who finds it robust has looked at a gradient that rounding took away.
/// </summary>
/// <param name="factor">What each logit is multiplied by.</param>
/// <remarks>Carlini and Wagner, "Defensive distillation is not robust to adversarial examples", 2016.</remarks>
[Named("logit-scale"), Cites("carlini2016defensive")]
public sealed class LogitScale([Range(0, 1e6, MinimumIsExclusive = true)] double factor = 1000) : Defense
{
    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) => new Scaled(network, (float)factor);

    sealed class Scaled(Classifier inner, float factor) : Classifier(inner.Device)
    {
        public override bool Random => inner.Random;

        public override Variable Logits(Tape tape, Variable images) => tape.Affine(inner.Logits(tape, images), factor, 0);

        public override Tensor Predict(Tensor images) => inner.Predict(images);
    }
}
