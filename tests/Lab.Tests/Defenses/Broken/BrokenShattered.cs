using Grid.Compute;
using Grid.Lab.Defenses;
using Grid.Lab.Models;

namespace Grid.Lab.Tests.Defenses.Broken;

/// <summary>
/// Resists nothing: adds to each pixel a wave of its value, too small to matter and so steep that the sign of the derivative, exact as it
/// is, is as good as a coin's.
/// </summary>
sealed class BrokenShattered : Defense
{
    const float Height = 0.03f;
    const float Frequency = 1e4f;

    public override bool ChangesClassifier => true;

    public override Classifier Wrap(Classifier network) => new Shattered(network);

    sealed class Shattered(Classifier inner) : Classifier(inner.Device)
    {
        public override Variable Logits(Tape tape, Variable images)
        {
            var pixels = images.Value.ToArray();
            // Each pixel of an image has a phase of its own.
            var phases = pixels.Select((x, i) => (Frequency * x) + (i % images.Shape.RowSize)).ToArray();
            var waved = pixels.Zip(phases, (x, phase) => x + (Height * MathF.Sin(phase))).ToArray();
            return inner.Logits(tape, tape.Record(Device.Upload(waved, images.Shape), [images], g => tape.Pass(images, () =>
                Device.Combine(Binary.Multiply, g,
                    Device.Upload(Array.ConvertAll(phases, phase => 1 + (Height * Frequency * MathF.Cos(phase))), images.Shape)))));
        }
    }
}
