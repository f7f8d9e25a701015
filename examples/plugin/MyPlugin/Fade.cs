using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace MyPlugin;

/// <summary>Draws pixels towards grey before classification.</summary>
/// <param name="share">How much of a pixel's distance from grey is left: 1 changes nothing.</param>
/// <remarks>Nobody, 2026.</remarks>
[Named("fade")]
public sealed class Fade([Range(0, 1, MinimumIsExclusive = true)] double share = 0.5) : Defense
{
    public override bool ChangesClassifier => true;

    public override Classifier Wrap(Classifier network) => new Faded(network, (float)share);

    sealed class Faded(Classifier inner, float share) : Classifier(inner.Device)
    {
        public override bool Random => inner.Random;

        public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, tape.Affine(images, share, (1 - share) / 2));
    }
}
