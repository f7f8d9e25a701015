using System.Reflection;
using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks;

/// <summary>What an adversary does. Its strength is the x axis of its security curve; at strength 0 it changes nothing.</summary>
public abstract class Attack
{
    /// <summary>The name of the attack, as a sweep asks for it.</summary>
    protected string Name => GetType().GetCustomAttribute<NamedAttribute>()!.Name;

    /// <summary>Why the attack cannot be made on this data, with the remedy; null if it can. Asked before any work, and only of
    /// classifications.</summary>
    /// <param name="data">The data set before all poisoning.</param>
    /// <param name="samples">How many of its training samples are trained on.</param>
    public virtual string? Objection(Dataset data, int samples) => null;

    /// <summary>Why the attack cannot be as strong as this on this data, with the remedy; null if it can. It is asked as
    /// <see cref="Objection"/> is.</summary>
    /// <param name="data">The data set before all poisoning.</param>
    /// <param name="samples">How many of its training samples are trained on.</param>
    /// <param name="strength">The strength, within the domain of the attack's strength.</param>
    public virtual string? StrengthObjection(Dataset data, int samples, double strength) => null;
}
