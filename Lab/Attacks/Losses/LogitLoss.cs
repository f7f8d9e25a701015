using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks.Losses;

/// <summary>How the cross-entropy is differentiated where single precision ends. Other losses need no such choice.</summary>
public enum LossRounding
{
    /// <summary>It is differentiated exactly, however sure the network is: as in double precision, and beyond.</summary>
    Exact,

    /// <summary>It is differentiated as PyTorch does in single precision: what rounds to certainty has no gradient at its label, or none at
    /// all.</summary>
    Pytorch,
}

/// <summary>A loss of the logits that an attack raises: its value [n], and its derivative by the logits [n, classes], with which the
/// backward pass begins. The indices of sorted logits count as constants. Every loss stays the same where a number is added to all logits
/// of a row, so that log-probabilities serve as well as logits; probabilities do not.</summary>
/// <param name="Kind">The loss; not <see cref="Objective.None"/>.</param>
/// <param name="Rounding">How the cross-entropy is rounded.</param>
/// <remarks>DLR: Croce and Hein, "Reliable evaluation of adversarial robustness", ICML 2020, equations 5 and 6. PMA: arXiv
/// 2411.15210.</remarks>
public readonly record struct LogitLoss(Objective Kind, LossRounding Rounding = LossRounding.Exact)
{
    // Keeps logits that are all alike from being divided by 0.
    const float Tiny = 1e-12f;

    /// <summary>The number of classes that the loss needs to tell apart.</summary>
    /// <param name="targeted">Whether the attack wants one class rather than any wrong one.</param>
    public int Classes(bool targeted) => Kind == Objective.Dlr ? targeted ? 4 : 3 : 0;

    /// <summary>Why the loss cannot be taken on a data set's classes, with the remedy; null if it can.</summary>
    /// <param name="attack">The name of the attack.</param>
    /// <param name="data">The data set.</param>
    /// <param name="targeted">Whether the attack wants one class rather than any wrong one.</param>
    public string? Objection(string attack, Dataset data, bool targeted = false) => data.Classes >= Classes(targeted) ? null
        : $"the loss dlr of {attack}{(targeted ? " with targets" : "")} compares {Classes(targeted)} logits, "
            + $"and {data.Name} has {data.Classes} classes; use margin or cross-entropy.";

    /// <summary>The loss of an attack that leads away from the label.</summary>
    /// <param name="logits">The scores of the classes, [n, k].</param>
    /// <param name="labels">The class of each sample, [n].</param>
    public (Tensor Value, Tensor Derivative) Of(Tensor logits, Tensor labels)
    {
        var device = logits.Device;
        // With one class there is nothing to mistake it for.
        if (logits.Shape[1] == 1) return (device.Zeros(labels.Shape), device.Zeros(logits.Shape));
        if ((Kind, Rounding) == (Objective.CrossEntropy, LossRounding.Exact) && device.LogOdds(logits, labels) is { } atOnce) return atOnce;
        var classes = new ClassMask(logits);
        var own = classes.Of(labels);
        return (Kind, Rounding) switch
        {
            (Objective.CrossEntropy, LossRounding.Pytorch) =>
                (device.CrossEntropy(logits, labels), device.CrossEntropyGradient(device.Full(labels.Shape, 1), logits, labels)),
            (Objective.CrossEntropy, _) => CrossEntropy(logits, own, classes),
            (Objective.Dlr, _) => Dlr(logits, own, classes.Of(Best(logits, own)), classes),
            (Objective.Pma, _) => Pma(logits, own, classes.Of(Best(logits, own))),
            _ => Difference(logits, classes.Of(Best(logits, own)), own),
        };
    }

    /// <summary>The loss of an attack that leads away from the label and towards a target.</summary>
    /// <param name="logits">The scores of the classes, [n, k].</param>
    /// <param name="labels">The class of each sample, [n].</param>
    /// <param name="targets">The class that is wanted for each sample, [n].</param>
    public (Tensor Value, Tensor Derivative) Of(Tensor logits, Tensor labels, Tensor targets)
    {
        var classes = new ClassMask(logits);
        var (own, target) = (classes.Of(labels), classes.Of(targets));
        switch (Kind)
        {
            case Objective.CrossEntropy:
                var (value, derivative) = CrossEntropy(logits, target, classes);
                return (-value, -derivative);
            case Objective.Dlr:
                return TargetedDlr(logits, own, target, classes);
            case Objective.Pma:
                return Pma(logits, own, target);
            default:
                return Difference(logits, target, own);
        }
    }

    /// <summary>
    /// log((1 - p) / p) of the label's probability p: it rises with the cross-entropy and has the direction of its gradient, but neither
    /// its value nor its derivative, softmax over the other classes less one at the label, ends where p rounds to 1.
    /// </summary>
    static (Tensor, Tensor) CrossEntropy(Tensor logits, Tensor own, ClassMask classes)
    {
        var device = logits.Device;
        var others = own.Choose(device.Full(logits.Shape, float.NegativeInfinity), logits);
        var best = device.ArgMax(others);
        var above = Difference(logits, classes.Of(best), own).Value;
        return (device.CrossEntropy(others, best) + above, device.Softmax(others) - own);
    }

    static (Tensor Value, Tensor Derivative) Difference(Tensor logits, Tensor plus, Tensor minus) =>
        (At(logits, plus) - At(logits, minus), plus - minus);

    static (Tensor, Tensor) Dlr(Tensor logits, Tensor own, Tensor other, ClassMask classes)
    {
        var ranks = Ranks(logits, 3, classes);
        return Ratio(logits, own, other, ranks[0], ranks[2]);
    }

    static (Tensor, Tensor) TargetedDlr(Tensor logits, Tensor own, Tensor target, ClassMask classes)
    {
        var ranks = Ranks(logits, 4, classes);
        return Ratio(logits, own, target, ranks[0], (ranks[2] + ranks[3]) * 0.5f);
    }

    /// <summary>(z_other - z_own) / (z_top - z_low).</summary>
    static (Tensor, Tensor) Ratio(Tensor logits, Tensor own, Tensor other, Tensor top, Tensor low)
    {
        var one = logits.Device.Full([logits.Shape[0]], 1);
        var spread = one / ((logits * (top - low)).SumRows() + Tiny);
        var value = Difference(logits, other, own).Value * spread;
        return (value, (other - own).Scale(spread) - (top - low).Scale(value * spread));
    }

    static (Tensor, Tensor) Pma(Tensor logits, Tensor own, Tensor other)
    {
        var p = logits.Device.Softmax(logits);
        var (label, rival) = (At(p, own), At(p, other));
        return (rival - label, (other - p).Scale(rival) - (own - p).Scale(label));
    }

    /// <summary>The class of the largest logit except those of a mask: [n].</summary>
    static Tensor Best(Tensor logits, Tensor but) =>
        logits.Device.ArgMax(but.Choose(logits.Device.Full(logits.Shape, float.NegativeInfinity), logits));

    static Tensor[] Ranks(Tensor logits, int count, ClassMask classes)
    {
        var (ranks, rest) = (new Tensor[count], logits);
        for (var i = 0; i < count; i++)
        {
            ranks[i] = classes.Of(logits.Device.ArgMax(rest));
            rest = ranks[i].Choose(logits.Device.Full(logits.Shape, float.NegativeInfinity), rest);
        }

        return ranks;
    }

    static Tensor At(Tensor values, Tensor mask) => (values * mask).SumRows();
}
