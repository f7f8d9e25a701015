namespace Grid.Sweeps.Catalog;

/// <summary>What a parameter is for, where that matters beyond its entry. Others find it by its role, whatever its name.</summary>
public enum ParameterRole
{
    /// <summary>Nothing that others need to know.</summary>
    None,

    /// <summary>It counts the steps of an iterative attack.</summary>
    Steps,

    /// <summary>It is the length of a step of an attack, as a share of the attack's strength.</summary>
    StepSize,

    /// <summary>It says in which norm the strength of an attack is measured.</summary>
    Norm,

    /// <summary>It is the attack that is made in the end: what that attack's strength bounds is bounded here too.</summary>
    Attack,

    /// <summary>It is the strength of the attack that a defense trains against.</summary>
    TrainedStrength,

    /// <summary>It names the rows where a defense is shown as a grid over two parameters.</summary>
    GridRow,

    /// <summary>It names the columns where a defense is shown as a grid over two parameters.</summary>
    GridColumn,

    /// <summary>It says what the attacker knows of the defense; at its default he knows all of it.</summary>
    AttackerKnowledge,

    /// <summary>It names something inside a file, and never a file: a silo need not guard it as a path.</summary>
    Name,
}
