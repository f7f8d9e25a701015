namespace Grid.Lab.Defenses.Partitioning;

/// <summary>How networks that vote come to an answer.</summary>
public enum Election
{
    /// <summary>The class that most networks put first.</summary>
    Plurality,

    /// <summary>The one of the two leading classes that more networks put above the other.</summary>
    RunOff,
}
