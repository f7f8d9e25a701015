using Grid.Compute;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Tests.Defenses.Broken;

/// <summary>Answers for an image by what else is asked: takes half of the batch's mean image away. An attack, which lets go of images that
/// are broken, meets another classifier than the one that answers.</summary>
sealed class BrokenCrowd : Defense
{
    public override bool ChangesClassifier => true;

    public override Classifier Wrap(Classifier network) => new Centred(network);

    sealed class Centred(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images)
        {
            var (values, size) = (images.Value.ToArray(), images.Shape.RowSize);
            var mean = new float[size];
            for (var i = 0; i < values.Length; i++) mean[i % size] += values[i] / images.Shape.Rows;
            for (var i = 0; i < values.Length; i++) values[i] -= 0.5f * mean[i % size];
            return inner.Logits(tape, tape.Record(Device.Upload(values, images.Shape), [images], g => tape.Pass(images, () => g)));
        }
    }
}
