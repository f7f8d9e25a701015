using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Defenses.Broken;

/// <summary>Moves an image towards what it takes it for before it answers, and hides that from whoever attacks.</summary>
sealed class BrokenClimbing : Defense
{
    public override bool ChangesClassifier => true;

    public override Classifier Wrap(Classifier network) => new Climbing(network);

    sealed class Climbing(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, images);

        public override Tensor Predict(Tensor images)
        {
            var slope = inner.LossGradient(images, inner.Predict(images), new LogitLoss(Objective.CrossEntropy)).Gradient!;
            return inner.Predict((images - slope.Sign() * 0.05f).Clamp(0, 1));
        }
    }
}
