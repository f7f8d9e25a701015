using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans;

namespace Grid.Contracts.Tests;

/// <summary>What messages and interfaces must be, so that they can grow without a break.</summary>
public sealed class AgreementTests
{
    public static TheoryData<string> Messages => [.. Wire.Messages.Select(t => t.Name)];

    public static TheoryData<string> Everything => [.. Samples.All.Select(s => s.GetType().Name)];

    [Theory, MemberData(nameof(Messages))]
    public void Every_message_has_a_sample(string name) =>
        Assert.True(Samples.All.Count(s => s.GetType().Name == name) == 1, $"Samples.cs and golden.txt lack a value of {name}.");

    [Theory, MemberData(nameof(Everything))]
    public void Everything_has_a_name_of_its_own_that_does_not_depend_on_the_code(string name)
    {
        var type = Samples.All.Single(s => s.GetType().Name == name).GetType();
        Assert.True(IsName(Wire.Alias(type)),
            $"{name} must be marked [Alias(\"grid.some-name\")], or have its name in Serialization.Records: without, "
            + "renaming it breaks running clusters.");
        Assert.True(type.IsSealed, $"{name} must be sealed: what is derived from it has no alias.");
    }

    [Fact]
    public void No_name_is_given_twice()
    {
        var names = Wire.Messages.Concat(Wire.Interfaces).Select(Wire.Alias).Concat(Serialization.Records.Keys).ToList();
        Assert.Equal(names.Distinct(), names);
        Assert.All(Wire.Interfaces, i => Assert.Equal(i.GetMethods().Select(Wire.Alias).Distinct().Count(), i.GetMethods().Length));
    }

    [Theory, MemberData(nameof(Messages))]
    public void Every_member_is_numbered_from_0_on_without_a_gap(string name)
    {
        var type = Wire.Messages.Single(t => t.Name == name);
        if (type.IsEnum || type.IsAssignableTo(typeof(Exception))) return;
        var members = type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(p => p.Name != "EqualityContract")
            .ToList();
        Assert.All(members,
            p => Assert.True(p.GetCustomAttribute<IdAttribute>() is not null, $"{name}.{p.Name} has no [Id]: it would not travel."));
        Assert.Equal(Enumerable.Range(0, members.Count).Select(i => (uint)i),
            members.Select(p => p.GetCustomAttribute<IdAttribute>()!.Id).Order());
    }

    [Theory, MemberData(nameof(Messages))]
    public void No_field_of_a_sample_could_be_lost_unseen(string name)
    {
        var sample = Samples.All.Single(s => s.GetType().Name == name);
        if (sample is Enum or Exception)
        {
            Assert.NotEqual(sample is Enum ? Enum.ToObject(sample.GetType(), 0) : "", sample is Exception e ? e.Message : sample);
            return;
        }

        foreach (var property in sample.GetType().GetProperties())
        {
            var value = property.GetValue(sample);
            Assert.True(value is not (null or "" or ICollection { Count: 0 }), $"{name}.{property.Name} is empty in its sample.");
            if (property.PropertyType.IsValueType)
                Assert.False(RuntimeHelpers.GetUninitializedObject(property.PropertyType).Equals(value),
                    $"{name}.{property.Name} is the default in its sample.");
        }
    }

    [Fact]
    public void Interfaces_and_methods_have_names_that_do_not_depend_on_the_code()
    {
        Assert.True(Wire.Interfaces.Count >= 3);
        Assert.All(Wire.Interfaces, i => Assert.True(IsName(Wire.Alias(i)), $"{i.Name} must be marked [Alias(\"grid.some-name\")]."));
        Assert.All(Wire.Interfaces.SelectMany(i => i.GetMethods()),
            m => Assert.True(Wire.Alias(m).Length > 0, $"{m.DeclaringType!.Name}.{m.Name} must be marked [Alias(\"some-name\")]."));
    }

    [Fact]
    public void Nothing_travels_that_has_no_sample()
    {
        Type[] plain = [typeof(string), typeof(int), typeof(long), typeof(bool), typeof(Task)];
        var known = Samples.All.Select(s => s.GetType()).Concat(plain).ToHashSet();
        var travelling = Wire.Interfaces.SelectMany(i => i.GetMethods())
            .SelectMany(m => m.GetParameters().Select(p => p.ParameterType).Append(m.ReturnType))
            .SelectMany(Wire.Parts);
        Assert.All(travelling.Distinct(), t => Assert.True(known.Contains(t), $"Samples.cs and golden.txt lack a value of {t.Name}."));
    }

    static bool IsName(string alias) =>
        alias.StartsWith("grid.", StringComparison.Ordinal) && alias.Length > 5 && alias.Skip(5).All(c => c is '-' or (>= 'a' and <= 'z'));
}
