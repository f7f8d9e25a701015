using Grid.Compute;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Tests.Defenses.Broken;

/// <summary>Cannot be attacked: leaves next to nothing of an image.</summary>
sealed class BrokenGuessing : Defense
{
    public override bool ChangesClassifier => true;

    public override Classifier Wrap(Classifier network) => new Faded(network);

    sealed class Faded(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, tape.Affine(images, 1e-3f, 0));
    }
}
