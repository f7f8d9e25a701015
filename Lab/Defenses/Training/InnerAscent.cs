using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Training;

/// <summary>The attack within a step of training that is no entry of the catalogue: signed steps up any loss, from near the
/// image.</summary>
static class InnerAscent
{
    // Where both arguments of a divergence are alike it has no gradient.
    const float Start = 0.001f;

    /// <summary>Makes adversarial examples of the images of a step.</summary>
    /// <param name="step">The step, whose network is attacked with its parameters as constants.</param>
    /// <param name="derivative">Gives the derivative of the loss by the logits, [n, k].</param>
    /// <param name="epsilons">The radius of the linf ball for each network; at 0 the images stay.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="share">The length of a step as a share of epsilon; null takes 2.5 / steps.</param>
    public static Tensor Run(
        TrainingStep step, Func<Tensor, Tensor> derivative, IReadOnlyList<double> epsilons, int steps, double? share = null)
    {
        var (device, clean) = (step.Tape.Device, step.Batch.Images);
        if (epsilons.All(e => e == 0)) return clean;
        var seeds = step.Draw("attack in the loop");
        var noise = device.Upload(clean.Shape, (i, row) =>
            new PhiloxStream(seeds[step.NetworkOf(i)], "close by", (uint)step.Batch.Samples.Span[i]).FillNormal(row, 0, Start));
        var ball = new NormBall(Norm.Linf, clean, step.Rows(epsilons));
        var length = step.Rows([.. epsilons.Select(e => e * (share ?? 2.5 / steps))]);
        var images = ball.Project(clean + noise);
        for (var i = 0; i < steps; i++)
        {
            step.Cancellation.ThrowIfCancellationRequested();
            using var temporaries = device.Scope();
            var (tape, x) = (new Tape(device), Tape.Watch(images));
            var logits = step.Network.Logits(tape, x);
            device.CopyInto(images, ball.Ascend(images, tape.Gradient(logits, x, derivative(logits.Value)), length));
        }

        return images;
    }

    /// <summary>An epsilon that rises from 0 to its full value in a straight line over a share of training.</summary>
    public static double Warmed(this TrainingStep step, double epsilon, double warmUp) =>
        step.Progress < warmUp ? epsilon * step.Progress / warmUp : epsilon;
}
