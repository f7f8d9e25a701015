using Grid.Compute;

namespace Grid.Lab.Attacks;

static class Margins
{
    /// <summary>How far the label's logit is above the highest other: logits [n, k], labels [n] -> [n]; negative for what is misclassified.</summary>
    /// <remarks>Carlini and Wagner, "Towards evaluating the robustness of neural networks", 2017, f6.</remarks>
    public static Variable Margin(this Tape tape, Variable logits, Tensor labels)
    {
        var device = tape.Device;
        var (n, k) = (logits.Shape[0], logits.Shape[1]);
        var own = Choose(labels.ToArray());
        var rest = device.Where(own, device.Full(logits.Shape, float.NegativeInfinity), logits.Value);
        var rival = Choose(device.ArgMax(rest).ToArray());
        return tape.SumRows(tape.Multiply(logits, Tape.Constant(device.Combine(Binary.Subtract, own, rival))));

        Tensor Choose(float[] classes)
        {
            var chosen = new float[n * k];
            for (var i = 0; i < n; i++) chosen[i * k + (int)classes[i]] = 1;
            return device.Upload(chosen, logits.Shape);
        }
    }
}
