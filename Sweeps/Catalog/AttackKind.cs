namespace Grid.Sweeps.Catalog;

/// <summary>What an attack is made on.</summary>
public enum AttackKind
{
    /// <summary>It changes inputs of a trained model.</summary>
    Evasion,

    /// <summary>It changes a training set before anything is trained on it.</summary>
    Poisoning,

    /// <summary>It learns something of a model's training set.</summary>
    Privacy,

    /// <summary>It changes a training set so that one chosen input is given a chosen class.</summary>
    Targeted,
}

/// <summary>Kinds of attacks as lists and documents write them.</summary>
public static class AttackKinds
{
    static readonly string[] Words = [.. Enum.GetNames<AttackKind>().Select(n => n.ToLowerInvariant())];

    /// <summary>A kind as one word, such as <c>evasion</c>.</summary>
    /// <param name="kind">The kind; null, whose word is empty, for what is no attack.</param>
    public static string Word(this AttackKind? kind) => kind is { } known ? Words[(int)known] : "";
}
