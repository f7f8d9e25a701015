namespace Grid.Compute;

/// <summary>The constants of a step of Adam.</summary>
/// <param name="Rate">The learning rate, above 0.</param>
/// <param name="Beta1">The decay of the average of gradients, in [0, 1).</param>
/// <param name="Beta2">The decay of the average of their squares, in [0, 1).</param>
/// <param name="Epsilon">What is added to the divisor, above 0.</param>
public readonly record struct AdamRule(float Rate, float Beta1, float Beta2, float Epsilon);
