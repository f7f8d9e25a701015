using Grid.Compute;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Tests.Defenses.Broken;

/// <summary>
/// Resists nothing: remembers the images that it is asked about first, and answers for whatever is near one of them what it answered then.
/// </summary>
sealed class BrokenMemory : Defense
{
    public override bool ChangesClassifier => true;

    public override Classifier Wrap(Classifier network) => new Remembering(network);

    sealed class Remembering(Classifier inner) : Classifier(inner.Device)
    {
        readonly List<(float[] Image, float Answer)> _known = [];

        public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, images);

        public override Tensor Predict(Tensor images)
        {
            var (answers, values, size) = (inner.Predict(images).ToArray(), images.ToArray(), images.Shape.RowSize);
            for (var i = 0; i < answers.Length; i++)
            {
                var image = values[(i * size)..((i + 1) * size)];
                if (_known.Count < SmallData.Digits.Test.Count) _known.Add((image, answers[i]));
                else answers[i] = _known.MinBy(k => System.Numerics.Tensors.TensorPrimitives.Distance<float>(k.Image, image)).Answer;
            }

            return Device.Upload(answers, [answers.Length]);
        }
    }
}
