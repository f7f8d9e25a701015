namespace Grid.Sweeps.Catalog;

/// <summary>What a parameter is for, where that matters beyond its entry: whatever it is called, it is found by this.</summary>
public enum ParameterRole
{
    /// <summary>Nothing that others need to know.</summary>
    None,

    /// <summary>Counts the steps of an iterative attack.</summary>
    Steps,

    /// <summary>The length of a step of an attack, as a share of its strength.</summary>
    StepSize,

    /// <summary>Says in which norm the strength of an attack is measured.</summary>
    Norm,

    /// <summary>The attack that is made in the end: what its strength bounds is bounded here too.</summary>
    Attack,

    /// <summary>The strength of the attack that a defense trains against.</summary>
    TrainedStrength,

    /// <summary>It names the rows where a defense is shown as a grid over two parameters.</summary>
    GridRow,

    /// <summary>It names the columns where a defense is shown as a grid over two parameters.</summary>
    GridColumn,

    /// <summary>What the attacker knows of the defense; he knows all of it where this is the default.</summary>
    AttackerKnowledge,

    /// <summary>Names something inside a file, and never a file: a silo need not guard it as a path.</summary>
    Name,

    /// <summary>How many samples are measured, from the first; all of them where it is 0.</summary>
    Samples,

    /// <summary>A list of entries among which one is looked for: a sweep may name them by their parameters, of which lists
    /// multiply.</summary>
    Candidates,
}
