using System.Reflection;
using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks;

/// <summary>What an adversary does. Strength is the x axis of its security curve; at 0 it changes nothing.</summary>
public abstract class Attack
{
    /// <summary>As a sweep asks for it.</summary>
    protected string Name => GetType().GetCustomAttribute<NamedAttribute>()!.Name;

    /// <summary>Why the attack cannot be made on this data, with the remedy; null if it can. Asked before any work, and only of
    /// classifications.</summary>
    /// <param name="data">The data set before all poisoning.</param>
    /// <param name="samples">How many of its training samples are trained on.</param>
    public virtual string? Objection(Dataset data, int samples) => null;

    /// <summary>Why the attack cannot be as strong as this on this data; null if it can. Asked as <see cref="Objection"/> is.</summary>
    /// <param name="data">As it is before all poisoning.</param>
    /// <param name="samples">How many of its training samples are trained on.</param>
    /// <param name="strength">Within the domain of the attack's strength.</param>
    public virtual string? StrengthObjection(Dataset data, int samples, double strength) => null;
}
