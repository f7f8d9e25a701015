using Grid.Compute;

namespace Grid.Lab.Tests.Models.Onnx;

/// <summary>How far a device is from PyTorch on an exported classifier.</summary>
/// <param name="Logits">The largest difference of the first 16 images' logits, as a share of each where it is above 1.</param>
/// <param name="Gradient">The largest difference of 100 values of the first image's gradient, as a share of the largest; not a number where
/// the file tells none.</param>
/// <param name="Wrong">By how many of all test images the count of right ones differs.</param>
/// <param name="Fgsm">By how many of the first 200 images it differs at most, over seven strengths.</param>
/// <param name="Pgd">The same of PGD-20.</param>
sealed record OracleFigures(double Logits, double Gradient, int Right, int Wrong, int Fgsm, int Pgd)
{
    public static OracleFigures Of(string name, Device device)
    {
        var exported = new Exported(name);
        using var network = exported.Network(device);
        using var scope = device.Scope();
        var logits = network.Logits(new(device), Tape.Constant(exported.Batch(device, 0, 16).Images)).Value.ToArray();
        var count = name == "cifar-vgg" ? 200 : exported.Dataset.Test.Count;
        // Of cifar-vgg the file has the accuracy on 2,000 images, of which 200 are at hand pixel for pixel.
        var expected = count == 200 ? exported.Floats("fgsm_accuracy_first_200")[0] * 200 : exported.Floats("test_accuracy")[0] * count;
        var right = exported.Right(network, count);
        var strengths = exported.Floats("strengths");
        int Worst(string key, int steps) => strengths.Zip(exported.Floats(key))
            .Max(p => (int)Math.Round(200 * Math.Abs(p.Second - exported.Withstands(network, p.First, steps))));
        return new(
            exported.Floats("logits_first_16").Zip(logits).Max(p => Math.Abs(p.First - p.Second) / Math.Max(1, Math.Abs(p.First))),
            GradientError(exported, network), right, (int)Math.Round(Math.Abs(expected - right)), Worst("fgsm_accuracy_first_200", 1),
            Worst("pgd20_accuracy_first_200", 20));
    }

    /// <summary>Where the loss is small, 1 - p is a difference of nearly equal numbers: one unit in the last place of p is a share of the
    /// gradient.</summary>
    public static double GradientTolerance(string name)
    {
        var exported = new Exported(name);
        return exported.Json.TryGetProperty("loss_first_16", out _) ? 1e-4 + Math.ScaleB(1, -23) / exported.Floats("loss_first_16")[0] : 0;
    }

    /// <summary>A row of a table.</summary>
    public string Row(string name) =>
        FormattableString.Invariant($"| {name} | {Logits:0.0e0} | {Gradient:0.0e0} | {Right:N0} | {Wrong} | {Fgsm} | {Pgd} |");

    static double GradientError(Exported exported, Grid.Lab.Models.Network network)
    {
        if (!exported.Json.TryGetProperty("gradient_first_image", out _)) return double.NaN;
        var batch = exported.Batch(network.Device, 0, 16);
        var first = Exported.Gradient(network, batch.Images, batch.Labels).Rows()[0];
        var middle = (int)exported.Floats("gradient_first_image", "middle_start")[0];
        return exported.Floats("gradient_first_image", "first_50").Zip(first)
            .Concat(exported.Floats("gradient_first_image", "middle_50").Zip(first.Skip(middle)))
            .Max(p => Math.Abs(p.First - p.Second)) / exported.Floats("gradient_first_image", "abs_max")[0];
    }
}
