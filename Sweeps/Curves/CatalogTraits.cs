using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Curves;

/// <summary>What is needed of the catalogue to put results together. Entries declare it themselves, and nothing goes by their
/// names.</summary>
/// <param name="Vocabulary">All entries of the catalogue.</param>
/// <param name="Label">Gives the label of a choice of a category: its name, with the settings that differ from the defaults.</param>
/// <param name="Wraps">Tells whether a defense changes the classifier that is attacked, so that an attack must adapt to it.</param>
public sealed record CatalogTraits(Vocabulary Vocabulary, Func<string, Choice, string> Label, Func<Choice, bool> Wraps)
{
    /// <summary>The threat where the largest change of a pixel is bounded.</summary>
    public const string Linf = "linf";

    /// <summary>Gives the names of the classes of a data set, by their number; null where the classes have numbers only.</summary>
    public Func<Choice, IReadOnlyList<string>?> Classes { get; init; } = _ => null;

    /// <summary>What the strengths of an attack count; null for an attack that the catalogue does not know.</summary>
    /// <param name="attack">The attack.</param>
    public CurveAxis? Axis(Choice attack)
    {
        if (Attack(attack) is not { Strength: { } strength } entry) return null;
        if (Setting(attack, entry, ParameterRole.Attack) is Pick inner) return Axis(inner.Value);
        if (Candidates(attack) is [var first, ..]) return Axis(first);
        return new(entry.Unit, strength.Name, entry.Unit == StrengthUnit.Epsilon ? Threat(attack) ?? "" : "");
    }

    /// <summary>
    /// What the strength of an evasion attack bounds, such as <c>linf</c>; null for attacks of another kind. Only attacks of one threat are
    /// compared, and share a worst case. It is the norm that the attack is given, else that of the attack it makes, the one norm it knows,
    /// or what its strength is called; where strength multiplies what the attack's own parameters allow, each choice of them is a threat of
    /// its own.
    /// </summary>
    /// <param name="attack">The attack.</param>
    public string? Threat(Choice attack)
    {
        if (Attack(attack) is not { Kind: AttackKind.Evasion } entry) return null;
        if (entry.With(ParameterRole.Norm) is { } norm)
            return (attack.Settings.GetValueOrDefault(norm.Name) ?? norm.Default) is Word word ? word.Value : null;
        if (Setting(attack, entry, ParameterRole.Attack) is Pick inner) return Threat(inner.Value);
        if (Candidates(attack) is { } all) return all.Select(Threat).Distinct().ToList() is [var only] ? only : null;
        if (entry.Norm.Length > 0) return entry.Norm;
        return entry.StrengthMultiplies ? attack.ToString() : entry.Strength?.Name;
    }

    /// <summary>The attacks among which a search looks; null for an attack that is no search.</summary>
    /// <param name="attack">The attack.</param>
    public IReadOnlyList<Choice>? Candidates(Choice attack) => Attack(attack) is { } entry
        && Setting(attack, entry, ParameterRole.Candidates) is Many many ? [.. many.Values.OfType<Pick>().Select(p => p.Value)] : null;

    /// <summary>Whether the attack is there to be compared with, and takes no advice from the classifier.</summary>
    /// <param name="attack">The attack.</param>
    public bool IsControl(Choice attack) => Attack(attack) is { IsControl: true };

    /// <summary>Whether the defense is a control: defenses are compared with it.</summary>
    /// <param name="defense">The defense.</param>
    public bool IsControlDefense(Choice defense) => Entry(Category.Defense, defense) is { IsControl: true };

    /// <summary>Whether the attack takes one step along the gradient.</summary>
    /// <param name="attack">The attack.</param>
    public bool IsSingleStep(Choice attack) => Attack(attack) is { IsSingleStep: true };

    /// <summary>Whether the attack is made against a network of the attacker's own, so that it does not know the one it meets.</summary>
    /// <param name="attack">The attack.</param>
    public bool IsMadeElsewhere(Choice attack) => Attack(attack) is { } entry && entry.Parameters.Any(p => p.Category == Category.Model);

    /// <summary>How many steps an iterative attack takes; null if it takes one, or does not go step by step.</summary>
    /// <param name="attack">The attack.</param>
    public double? Steps(Choice attack) => Number(attack, ParameterRole.Steps) is > 1 and var steps ? steps : null;

    /// <summary>An iterative attack with another number of steps.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="steps">The number of steps.</param>
    public Choice WithSteps(Choice attack, double steps) =>
        attack with { Settings = attack.Settings.SetItem(Attack(attack)!.With(ParameterRole.Steps)!.Name, steps) };

    /// <summary>The length of a step as a share of the strength; null where the attack chooses it.</summary>
    /// <param name="attack">The attack.</param>
    public double? StepSize(Choice attack) => Number(attack, ParameterRole.StepSize);

    /// <summary>Names of the attacks that look at no gradient.</summary>
    public IEnumerable<string> GradientFree => Vocabulary.In(Category.Attack).Where(e => e.IsGradientFree).Select(e => e.Name);

    /// <summary>The strength of the attack that a defense trains against.</summary>
    /// <param name="defense">The defense.</param>
    public double? TrainedStrength(Choice defense) =>
        Entry(Category.Defense, defense) is { } entry && Setting(defense, entry, ParameterRole.TrainedStrength) is Number strength
            ? strength.Value
            : null;

    /// <summary>The attack that a defense trains against; null where it does not name one.</summary>
    /// <param name="defense">The defense.</param>
    public Choice? TrainedAttack(Choice defense) =>
        Entry(Category.Defense, defense) is { } entry && Setting(defense, entry, ParameterRole.Attack) is Pick attack ? attack.Value : null;

    /// <summary>Whether the attacker knows the defense; null where nothing says so.</summary>
    /// <param name="evaluation">The settings of the evaluation.</param>
    public bool? AttackerKnows(Choice evaluation) =>
        Entry(Category.Evaluation, evaluation)?.With(ParameterRole.AttackerKnowledge) is { } parameter
            && evaluation.Settings.TryGetValue(parameter.Name, out var known)
            ? known.Equals(parameter.Default) : null;

    /// <summary>The two parameters over which a defense is shown as a grid; null for one that declares none.</summary>
    /// <param name="defense">The defense.</param>
    public (Parameter Row, Parameter Column)? Grid(Choice defense) =>
        Entry(Category.Defense, defense) is { } entry && entry.With(ParameterRole.GridRow) is { } row
            && entry.With(ParameterRole.GridColumn) is { } column
            ? (row, column) : null;

    Entry? Attack(Choice attack) => Entry(Category.Attack, attack);

    Entry? Entry(string category, Choice choice) => Vocabulary.Find(category, choice.Name);

    double? Number(Choice attack, ParameterRole role) =>
        Attack(attack) is { } entry && Setting(attack, entry, role) is Number number ? number.Value : null;

    static ParameterValue? Setting(Choice choice, Entry entry, ParameterRole role) =>
        entry.With(role) is { } parameter ? choice.Settings.GetValueOrDefault(parameter.Name) : null;
}
