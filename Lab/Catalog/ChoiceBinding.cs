using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Grid.Lab.Attacks;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Catalog;

/// <summary>Binds the settings of a choice to the constructor parameters of its entry.</summary>
static class ChoiceBinding
{
    /// <summary>The parameters of an entry, from its constructor.</summary>
    /// <param name="typeOf">Gives the class of an entry that a default names, by category and name.</param>
    public static IEnumerable<Parameter> Parameters(Type type, Documentation documentation, Func<string, string, Type> typeOf)
    {
        foreach (var p in Constructor(type).GetParameters())
        {
            var range = p.GetCustomAttribute<RangeAttribute>();
            var (kind, words, category) = KindOf(p.ParameterType);
            yield return new(
                NameCase.Snake(p.Name!),
                kind,
                Default(p, typeOf),
                documentation.Parameter(type, p.Name!),
                p.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed
                    ? [.. allowed.Values.Select(v => NameCase.Kebab(v!.ToString()!))]
                    : words,
                category,
                range is null ? double.NegativeInfinity : Convert.ToDouble(range.Minimum, null),
                range is null ? double.PositiveInfinity : Convert.ToDouble(range.Maximum, null),
                range?.MinimumIsExclusive ?? false,
                range?.MaximumIsExclusive ?? false)
            {
                MayBeNone = Nullable.GetUnderlyingType(p.ParameterType) is not null,
                Role = RoleOf(p),
            };
        }
    }

    /// <summary>The role that a parameter is marked with; the role of a norm and of an attack within an attack follows from its
    /// type.</summary>
    static ParameterRole RoleOf(ParameterInfo parameter) =>
        parameter.GetCustomAttribute<RoleAttribute>() is { } role ? role.Role
        : parameter.ParameterType == typeof(Norm) ? ParameterRole.Norm
        : typeof(Attack).IsAssignableFrom(parameter.ParameterType) ? ParameterRole.Attack
        : ParameterRole.None;

    public static object Create(Type type, Choice choice)
    {
        var constructor = Constructor(type);
        var arguments =
            constructor.GetParameters().Select(p => Argument(p.ParameterType, Setting(choice, NameCase.Snake(p.Name!)))).ToArray();
        try
        {
            return constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        catch (ArgumentException e)
        {
            throw new LabException($"{choice}: {e.Message}", e);
        }
    }

    /// <summary>A choice of an entry without what networks that are trained as one may differ in.</summary>
    public static Choice Common(Type type, Choice choice) => new(choice.Name,
        from p in Constructor(type).GetParameters()
        let name = NameCase.Snake(p.Name!)
        let value = Setting(choice, name)
        let own = p.IsDefined(typeof(PerNetworkAttribute))
        where !own || value is Pick
        select (name, own ? Catalogue.Common(KindOf(p.ParameterType).Category!, ((Pick)value).Value) : value));

    static ParameterValue Setting(Choice choice, string name) => choice.Settings.TryGetValue(name, out var value)
        ? value
        : throw new LabException($"{choice}: it lacks {name}, so it is of another version of Grid.");

    static ConstructorInfo Constructor(Type type) => type.GetConstructors() is [var only]
        ? only
        : throw new InvalidOperationException($"{type} must have exactly one public constructor: its parameters are what a sweep may set.");

    static (ParameterKind Kind, IReadOnlyList<string>? Words, string? Category) KindOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(double)) return (ParameterKind.Number, null, null);
        if (type == typeof(int)) return (ParameterKind.Integer, null, null);
        if (type == typeof(bool)) return (ParameterKind.Flag, null, null);
        if (type == typeof(string)) return (ParameterKind.Word, null, null);
        if (type.IsEnum) return (ParameterKind.Word, [.. Enum.GetNames(type).Select(NameCase.Kebab)], null);
        if (Element(type) is { } element) return (ParameterKind.List, KindOf(element).Words, KindOf(element).Category);
        return (ParameterKind.Choice, null, Catalogue.CategoryOf(type).Category);
    }

    static Type? Element(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    static ParameterValue? Default(ParameterInfo p, Func<string, string, Type> typeOf)
    {
        if (p.GetCustomAttribute<DefaultEntryAttribute>() is { } entry)
        {
            var type = typeOf(KindOf(p.ParameterType).Category!, entry.Name);
            return new Choice(entry.Name,
                Constructor(type).GetParameters().Select(inner => (NameCase.Snake(inner.Name!), Default(inner, typeOf)!)));
        }

        if (p.GetCustomAttribute<DefaultWordsAttribute>() is { } words) return new Many([.. words.Words.Select(w => new Word(w))]);
        if (!p.HasDefaultValue) return null;
        return p.DefaultValue switch
        {
            null => new Absent(),
            double number => number,
            int number => number,
            bool flag => flag,
            string word => word,
            Enum word => NameCase.Kebab(word.ToString()),
            var other =>
                throw new InvalidOperationException(
                    $"{p.Member.DeclaringType}.{p.Name}: a default of {other.GetType()} cannot stand in a sweep."),
        };
    }

    static object? Argument(Type type, ParameterValue setting)
    {
        if (setting is Absent) return null;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return setting switch
        {
            Number n when type == typeof(int) && n.Value != Math.Floor(n.Value) =>
                throw new LabException($"{Canonical.Number(n.Value)} is not a whole number."),
            Number n when type == typeof(int) => checked((int)n.Value),
            Number n => n.Value,
            Flag f => f.Value,
            Word w when type.IsEnum => Enum.GetValues(type).Cast<object>().Single(v => NameCase.Kebab(v.ToString()!) == w.Value),
            Word w => w.Value,
            Pick p => Catalogue.Create(Catalogue.CategoryOf(type).Category, p.Value),
            Many m => List(Element(type)!, m.Values),
            _ => throw new InvalidOperationException($"A setting of type {setting.GetType()} fits no parameter."),
        };
    }

    static Array List(Type element, ImmutableArray<ParameterValue> values)
    {
        var list = Array.CreateInstance(element, values.Length);
        for (var i = 0; i < values.Length; i++) list.SetValue(Argument(element, values[i]), i);
        return list;
    }
}
