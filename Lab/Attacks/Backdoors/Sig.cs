using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Attacks.Backdoors;

/// <summary>
/// Clean-label backdoor by a sinusoid over the columns, delta sin(2 pi frequency column / width): images of the target class get it and
/// keep their true label.
/// </summary>
/// <param name="target">The class whose training images are poisoned, and which images with the signal are to be taken for.</param>
/// <param name="delta">Amplitude of the signal in training, where pixels are in [0, 1].</param>
/// <param name="shown">Amplitude at test time; none takes that of training.</param>
/// <param name="frequency">Periods across the image.</param>
/// <param name="cover">Images of other classes with the signal and their true label, for each poisoned one.</param>
/// <remarks>Barni, Kallas and Tondi, "A new backdoor attack in CNNs by training set corruption without label poisoning", ICIP 2019;
/// amplitude as in BackdoorBench.</remarks>
[Named("sig"), Cites("barni2019new"), Strength(StrengthUnit.Fraction, 1)]
public sealed class Sig(
    [Range(0, int.MaxValue)] int target = 0,
    [Range(0, 1, MinimumIsExclusive = true)] double delta = 40 / 255.0,
    [Range(0, 1, MinimumIsExclusive = true)] double? shown = null,
    [Range(1, 1024)] int frequency = 6,
    [Range(0, 100)] double cover = 0) : BackdoorAttack(target, source: null, cover)
{
    /// <inheritdoc/>
    public override bool KeepsLabels => true;

    /// <inheritdoc/>
    public override Action<Span<float>> Trigger(ImageShape shape, ulong seed) => Signal(shape, shown ?? delta);

    /// <inheritdoc/>
    protected override Action<Span<float>> TrainingTrigger(ImageShape shape, ulong seed) => Signal(shape, delta);

    Action<Span<float>> Signal(ImageShape shape, double amplitude)
    {
        var wave = new float[shape.Width];
        for (var j = 0; j < wave.Length; j++) wave[j] = (float)(amplitude * Math.Sin(2 * Math.PI * frequency * j / wave.Length));
        return image =>
        {
            for (var i = 0; i < image.Length; i++) image[i] = Math.Clamp(image[i] + wave[i % wave.Length], 0, 1);
        };
    }
}
