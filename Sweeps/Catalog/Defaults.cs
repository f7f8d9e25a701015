using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Catalog;

/// <summary>The values of parameters that nobody sets; nested choices have their own defaults written out.</summary>
static class Defaults
{
    /// <summary>The default of a parameter; null where the parameter must be given.</summary>
    public static ParameterValue? Of(Parameter parameter, Vocabulary vocabulary) => (parameter.Kind, parameter.Default) switch
    {
        (ParameterKind.Choice, Pick p) => new Pick(Complete(p.Value, parameter.Category!, vocabulary)),
        (ParameterKind.Choice, Word w) => new Pick(Complete(new Choice(w.Value), parameter.Category!, vocabulary)),
        var (_, value) => value,
    };

    /// <summary>The choice with every default it leaves out.</summary>
    /// <exception cref="InvalidOperationException">The catalogue has no such entry, or one of its parameters must be given.</exception>
    public static Choice Complete(Choice choice, string category, Vocabulary vocabulary)
    {
        var entry = vocabulary.Find(category, choice.Name)
            ?? throw new InvalidOperationException($"The catalogue has no {category} called {choice.Name}, though a default names it.");
        return new Choice(choice.Name, entry.Parameters.Select(p => (p.Name, choice.Settings.GetValueOrDefault(p.Name) ?? Of(p, vocabulary)
            ?? throw new InvalidOperationException(
                $"The {category} {choice.Name} needs {p.Name}, which its use as a default does not give."))));
    }
}
