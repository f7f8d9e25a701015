using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Attacks.Perturbations;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>The borders between a label's region and those of its rivals, each taken for flat.</summary>
static class DecisionBoundaries
{
    // As in the code of DeepFool's authors.
    const float Beyond = 1e-4f;

    /// <summary>The class, of those given, whose flat border is nearest to each image: how far its logit is above the label's [n], the
    /// gradient of that, and the pass that it was seen in.</summary>
    public static (Tensor Above, Tensor Slope, WatchedPass Pass) Nearest(AttackRows rows, Tensor images, Column[] rivals, Norm norm)
    {
        var pass = new WatchedPass(rows.Target, images);
        rows.Spend(forwards: 1, gradients: rivals.Length);
        var (above, slope, distance) = ((Tensor?)null, (Tensor?)null, (Tensor?)null);
        foreach (var rival in rivals)
        {
            var (value, derivative) = new LogitLoss(Objective.Margin).Of(pass.Logits, rows.Labels, rival);
            var gradient = pass.Gradient(derivative);
            // The only one is the nearest.
            if (rivals.Length == 1) return (value, gradient, pass);
            var length = value.Abs() / Distances.NotZero(norm.Dual().Length(gradient));
            if (distance is null)
            {
                (above, slope, distance) = (value, gradient, length);
                continue;
            }

            var nearer = length < distance;
            (above, slope, distance) = (nearer.Choose(value, above!), nearer.Choose(gradient, slope!), nearer.Choose(length, distance));
        }

        return (above!, slope!, pass);
    }

    /// <summary>The shortest step in L2 to the border, and a little beyond: within the box steps fall short, and would do so for
    /// ever.</summary>
    public static Tensor Step(Tensor above, Tensor slope)
    {
        var steepness = Distances.NotZero(Norm.L2.Length(slope));
        return slope.Scale((above.Abs() / steepness + Beyond) / steepness);
    }
}
