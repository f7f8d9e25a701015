using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Input;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Attacks.Evasion;

public sealed class PgdTests : IDisposable
{
    static readonly double[] Strengths = [0.03, 0.06, 0.1];

    readonly CpuDevice _device = new();
    readonly Classifier _target;
    readonly Batch _batch;

    public PgdTests() => (_target, _batch) = (SmallData.Network(_device, new Cnn()), SmallData.TestBatch(_device, ..120));

    public void Dispose() => _device.Dispose();

    /// <summary>For each strength: whether each sample is broken, its loss, its image.</summary>
    (bool Broken, float Loss, byte[] Image)[][] Run(EvasionAttack attack, Classifier? target = null)
    {
        var (classifier, labels) = (target ?? _target, _batch.Labels.ToArray());
        return [.. attack.Perturb(classifier, _batch, Strengths, 5, CancellationToken.None).Select(images =>
        {
            var (predicted, loss) =
                (classifier.Predict(images).ToArray(), classifier.LossGradient(images, _batch.Labels, lossOnly: true).Loss.ToArray());
            return images.Rows().Select((row, i) => (predicted[i] != labels[i], loss[i], row.Bytes())).ToArray();
        })];
    }

    /// <summary>The longer run passes through every iterate of the shorter one.</summary>
    static void IsNeverWorse((bool Broken, float Loss, byte[] Image)[][] more, (bool Broken, float Loss, byte[] Image)[][] less)
    {
        foreach (var (after, before) in more.SelectMany(s => s).Zip(less.SelectMany(s => s)))
        {
            if (before.Broken) Assert.Equal(before.Image, after.Image);
            else Assert.True(after.Broken || after.Loss >= before.Loss);
        }
    }

    [Fact]
    public void The_best_iterate_is_kept_however_long_the_way_goes_on()
    {
        // Steps as long as the ball jump about, so that the last iterate is seldom the best.
        var (three, twelve) = (Run(new Pgd(steps: 3, stepSize: 1)), Run(new Pgd(steps: 12, stepSize: 1)));
        IsNeverWorse(twelve, three);
        Assert.Contains(twelve.SelectMany(s => s).Zip(three.SelectMany(s => s)),
            pair => !pair.First.Broken && pair.First.Loss > pair.Second.Loss);
    }

    [Fact]
    public void Restarts_never_hurt()
    {
        var (one, four) = (Run(new Pgd(steps: 5)), Run(new Pgd(steps: 5, restarts: 4)));
        IsNeverWorse(four, one);
        Assert.True(four.Sum(s => s.Count(r => r.Broken)) > one.Sum(s => s.Count(r => r.Broken)),
            "no restart broke anything: the test shows nothing");
    }

    [Fact]
    public void What_is_wrong_unperturbed_is_left_alone()
    {
        var (images, predicted, labels) = (_batch.Images.Rows(), _target.Predict(_batch.Images).ToArray(), _batch.Labels.ToArray());
        var wrong = Enumerable.Range(0, labels.Length).Where(i => predicted[i] != labels[i]).ToArray();

        Assert.NotEmpty(wrong);
        Assert.All(Run(new Pgd()), strength => Assert.All(wrong, i => Assert.Equal(images[i].Bytes(), strength[i].Image)));
    }

    [Fact]
    public void Many_steps_break_nearly_all_that_one_step_breaks_and_more()
    {
        var (fgsm, pgd, noise) = (Run(new Fgsm()), Run(new Pgd()), Run(new Noise()));
        for (var k = 0; k < Strengths.Length; k++)
        {
            // A rule of sound evaluation: at most .5 % of the samples fall to one step and not to many.
            Assert.InRange(fgsm[k].Zip(pgd[k]).Count(pair => pair.First.Broken && !pair.Second.Broken), 0, 1);
            Assert.InRange(noise[k].Count(r => r.Broken), 0, fgsm[k].Count(r => r.Broken));
        }

        Assert.True(pgd[^1].Count(r => r.Broken) > fgsm[^1].Count(r => r.Broken));
    }

    [Fact]
    public void A_filtered_network_is_attacked_through_its_filter()
    {
        var filtered = new MedianFilter(size: 2, passes: 2).Wrap(_target);
        var naive = new Pgd().Perturb(_target, _batch, Strengths, 5, CancellationToken.None);
        var (adaptive, labels) = (Run(new Pgd(), filtered), _batch.Labels.ToArray());
        var brokenBlindly = naive.Sum(images => filtered.Predict(images).ToArray().Zip(labels).Count(p => p.First != p.Second));

        Assert.True(adaptive.Sum(s => s.Count(r => r.Broken)) > brokenBlindly);
    }

    [Fact]
    public void Against_a_randomised_classifier_one_lucky_draw_ends_nothing()
    {
        // Says that it is random though it is not: then the climb goes on after the first success, and the loss only grows.
        var (stopped, climbed) = (Run(new Pgd()), Run(new Pgd(), new CalledRandom(_target)));

        foreach (var (a, b) in stopped.SelectMany(s => s).Zip(climbed.SelectMany(s => s)).Where(p => p.First.Broken))
            Assert.True(b.Loss >= a.Loss);
    }

    sealed class CalledRandom(Classifier inner) : Classifier(inner.Device)
    {
        public override bool Random => true;

        public override Variable Logits(Tape tape, Variable images) => inner.Logits(tape, images);
    }
}
