using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Compute.Random;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Training;

/// <summary>The distribution of the noise that is drawn anew for every image in every step.</summary>
public enum RandomNoise
{
    /// <summary>No noise is drawn.</summary>
    None,

    /// <summary>The noise is plus or minus the size, each with a chance of a half.</summary>
    Bernoulli,

    /// <summary>The noise is uniform between minus and plus the size.</summary>
    Uniform,

    /// <summary>The noise is normal, with the size as its standard deviation.</summary>
    Normal,
}

/// <summary>
/// Friendly noise for networks, against poisons that perturb images: after a plain beginning each training image gets as much noise as it
/// bears without the network changing its answer, found once, and fresh random noise in every step. What was perturbed with care drowns.
/// </summary>
/// <param name="friendly">Whether images get friendly noise.</param>
/// <param name="random">Distribution of the random noise: none, bernoulli (plus or minus size), uniform or normal.</param>
/// <param name="size">The size of the random noise of a pixel.</param>
/// <param name="most">The largest friendly noise of a pixel.</param>
/// <param name="warmUp">Share of training that is plain; the network as it is then says what is friendly.</param>
/// <remarks>
/// Liu, Yang and Mirzasoleiman, "Friendly noise against adversarial noise: a powerful defense against data poisoning attacks", NeurIPS
/// 2022, algorithm 1, with the constants of its code. For training without augmentation: the noise belongs to the image as it is.
/// </remarks>
[Named("friendly-noise-training"), Cites("liu2022friendly")]
public sealed class FriendlyNoiseTraining(
    bool friendly = true,
    RandomNoise random = RandomNoise.Bernoulli,
    [Range(0, 1)] double size = 16 / 255.0,
    [Range(0, 1)] double most = 16 / 255.0,
    [Range(0, 1, MaximumIsExclusive = true)] double warmUp = 0.125) : Defense
{
    const int Steps = 30;
    const float Rate = 100;
    const float Momentum = 0.9f;

    // The mean is over so many samples in the code whose rate this is, whatever the batch here.
    const float BatchOfRate = 128;

    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override Variable Loss(TrainingStep step)
    {
        if (step.Progress < warmUp) return base.Loss(step);
        var images = step.Batch.Images;
        if (friendly) images += Friendly(step);
        if (random != RandomNoise.None) images += Random(step);
        return step.Loss(images.Clamp(0, 1));
    }

    /// <summary>The noise of the samples of the batch. It is found for each sample when it first comes by, for the network as it was when
    /// the noise began.</summary>
    Tensor Friendly(TrainingStep step)
    {
        var network = Kept(step, "network", () => Array.ConvertAll(step.Parameters, p => p.Value.ToArray()));
        var noises = Kept(step, "noises", () => new Dictionary<int, float[]>());
        var samples = step.Batch.Samples.ToArray();
        int[] missing = [.. Enumerable.Range(0, samples.Length).Where(i => !noises.ContainsKey(samples[i]))];
        if (missing.Length > 0)
        {
            using var scope = step.Tape.Device.Scope();
            var weights = Array.ConvertAll(
                [.. network.Zip(step.Parameters)], n => Tape.Constant(step.Tape.Device.Upload(n.First, n.Second.Shape)));
            var found = Find(step, step.Batch.Take(missing), weights, most).ToArray();
            for (var i = 0; i < missing.Length; i++)
                noises[samples[missing[i]]] = found[(i * found.Length / missing.Length)..((i + 1) * found.Length / missing.Length)];
        }

        return step.Tape.Device.Upload(step.Batch.Images.Shape, (row, values) => noises[samples[row]].CopyTo(values));
    }

    /// <summary>Finds noise by descending KL(f(x), f(x + e)) - mean(e^2), each sample by itself.</summary>
    internal static Tensor Find(TrainingStep step, Batch batch, Variable[] weights, double most)
    {
        var device = batch.Images.Device;
        var (shape, pixels) = (batch.Images.Shape, batch.Images.Shape.RowSize);
        var keys = Array.ConvertAll(batch.Samples.ToArray(), sample => new PhiloxStream(step.Seed, "friendly start", (ulong)sample).Key);
        var noise = device.Uniform(shape, (float)(-most / 2), (float)(most / 2), keys);
        var velocity = device.Zeros(shape);
        var answers = device.Softmax(Logits(new(device), Tape.Constant(batch.Images)).Value);
        for (var i = 0; i < Steps; i++)
        {
            step.Cancellation.ThrowIfCancellationRequested();
            var tape = new Tape(device);
            var x = Tape.Watch((batch.Images + noise).Clamp(0, 1));
            var logits = Logits(tape, x);
            // By the logits the divergence has the derivative softmax - answers.
            var gradient = tape.Gradient(logits, x, (device.Softmax(logits.Value) - answers) * (1 / BatchOfRate));
            gradient = device.AddScaled(gradient, noise, -2 / (BatchOfRate * pixels));
            velocity = device.AddScaled(gradient, velocity, Momentum);
            var rate = Rate * (i < 15 ? 1 : i < 22 ? 0.1f : 0.01f);
            noise = device.AddScaled(noise, device.AddScaled(gradient, velocity, Momentum), -rate).Clamp((float)-most, (float)most);
        }

        return noise;

        Variable Logits(Tape tape, Variable images) => step.Network.Logits(tape, images, weights);
    }

    Tensor Random(TrainingStep step)
    {
        var samples = step.Batch.Samples.ToArray();
        return step.Tape.Device.Upload(step.Batch.Images.Shape, (row, values) =>
        {
            var draws = new PhiloxStream(step.Seed, "friendly random", ((ulong)step.Number << 32) | (uint)samples[row]);
            if (random == RandomNoise.Normal) draws.FillNormal(values, 0, (float)size);
            else draws.Fill(values, (float)-size, (float)size);
            if (random != RandomNoise.Bernoulli) return;
            foreach (ref var value in values) value = value < 0 ? (float)-size : (float)size;
        });
    }

    static T Kept<T>(TrainingStep step, string name, Func<T> make) where T : notnull
    {
        if (!step.Memory.TryGetValue(name, out var kept)) step.Memory[name] = kept = make();
        return (T)kept;
    }
}
