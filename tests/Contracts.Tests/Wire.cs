using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;

namespace Grid.Contracts.Tests;

/// <summary>How things are written between clients and silos, and what is agreed on.</summary>
static class Wire
{
    static readonly Serializer Serializer =
        new ServiceCollection().AddSerializer(serializer => serializer.AddAssembly(typeof(Claim).Assembly).AddGrid()).BuildServiceProvider().GetRequiredService<Serializer>();

    /// <summary>Everything that is written by a codec of ours.</summary>
    public static IReadOnlyList<Type> Messages { get; } =
        [.. typeof(Claim).Assembly.GetTypes().Where(t => t.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)).OrderBy(t => t.Name, StringComparer.Ordinal)];

    public static IReadOnlyList<Type> Interfaces { get; } =
        [.. typeof(Claim).Assembly.GetExportedTypes().Where(t => t.IsInterface && t.IsAssignableTo(typeof(IAddressable))).OrderBy(t => t.Name, StringComparer.Ordinal)];

    /// <summary>With its type, as what holds it may not know that.</summary>
    public static string Write(object value) => Convert.ToHexStringLower(Serializer.SerializeToArray(value));

    public static object Read(string hex) => Serializer.Deserialize<object>(Convert.FromHexString(hex))!;

    public static string Alias(MemberInfo member) => member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? "";

    /// <summary><c>grid.ICellGrain.Claim(Claim) Standing</c>: how a call finds its method.</summary>
    public static string Signature(MethodInfo method) =>
        $"{Alias(method.DeclaringType!)}.{Alias(method)}({string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)))}) {Name(method.ReturnType)}";

    /// <summary><c>Claim.1 Int64 Token</c>: a member goes by its number, the name is for people.</summary>
    public static IEnumerable<string> Members(Type message) =>
        from property in message.GetProperties()
        let id = property.GetCustomAttribute<IdAttribute>()
        where id is not null
        orderby id.Id
        select $"{message.Name}.{id.Id} {Name(property.PropertyType)} {property.Name}";

    /// <summary>What the types of parameters and results are made of, with collections and tasks taken apart.</summary>
    public static IEnumerable<Type> Parts(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts) : [type];

    static string Name(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
