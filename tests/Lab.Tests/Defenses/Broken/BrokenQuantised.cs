using Grid.Compute;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Tests.Defenses.Broken;

/// <summary>Resists nothing: rounds pixels down to eighths, whose true derivative is zero, and offers no straight-through one.</summary>
sealed class BrokenQuantised : Defense
{
    public override bool ChangesClassifier => true;

    public override Classifier Wrap(Classifier network) => new Quantised(network);

    sealed class Quantised(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images)
        {
            var eighths = Array.ConvertAll(images.Value.ToArray(), x => MathF.Floor(x * 8) / 8);
            return inner.Logits(tape, tape.Record(Device.Upload(eighths, images.Shape), [images], _ => { }));
        }
    }
}
