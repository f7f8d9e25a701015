using Grid.Compute;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Tests.Defenses.Broken;

/// <summary>Resists nothing: logits so far apart that the softmax rounds to 0 and 1, and the loss has no gradient.</summary>
sealed class BrokenSaturated : Defense
{
    public override bool ChangesClassifier => true;

    public override Classifier Wrap(Classifier network) => new Scaled(network);

    sealed class Scaled(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images) => tape.Affine(inner.Logits(tape, images), 1e4f, 0);
    }
}
