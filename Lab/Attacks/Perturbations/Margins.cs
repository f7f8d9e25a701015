using Grid.Compute;

namespace Grid.Lab.Attacks.Perturbations;

static class Margins
{
    /// <summary>
    /// How far the label's logit is above the highest other: logits [n, k], labels [n] -> [n]; negative for what is misclassified.
    /// </summary>
    /// <remarks>Carlini and Wagner, "Towards evaluating the robustness of neural networks", 2017, f6.</remarks>
    public static Variable Margin(this Tape tape, Variable logits, Tensor labels)
    {
        var device = tape.Device;
        var classes = device.AddToRows(device.Zeros(logits.Shape),
            device.Upload([.. Enumerable.Range(0, logits.Shape[1]).Select(c => (float)c)], [logits.Shape[1]]));
        var own = Choose(labels);
        var rest = device.Where(own, device.Full(logits.Shape, float.NegativeInfinity), logits.Value);
        var rival = Choose(device.ArgMax(rest));
        return tape.SumRows(tape.Multiply(logits, Tape.Constant(device.Combine(Binary.Subtract, own, rival))));

        // 1 at the class of each row.
        Tensor Choose(Tensor chosen) => device.Combine(Binary.Equal, classes, device.ScaleRows(device.Full(logits.Shape, 1), chosen));
    }
}
