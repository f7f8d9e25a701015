namespace Grid.Lab.Attacks.Iteration;

/// <summary>Step sizes that fall along half a cosine.</summary>
static class HalfCosine
{
    /// <summary>The value at a step, on half a cosine that leads from one value at step 0 to another, which would be reached at the number
    /// of steps.</summary>
    public static double Between(double from, double to, int step, int steps) =>
        to + (from - to) * (1 + Math.Cos(Math.PI * step / steps)) / 2;
}
