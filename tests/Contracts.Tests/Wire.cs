using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.TypeSystem;

namespace Grid.Contracts.Tests;

/// <summary>How things are written between clients and silos, and what is agreed on.</summary>
static class Wire
{
    static readonly ServiceProvider Services = new ServiceCollection()
        .AddSerializer(serializer => serializer.AddAssembly(typeof(Claim).Assembly).AddGrid())
        .BuildServiceProvider();

    static readonly Serializer Serializer = Services.GetRequiredService<Serializer>();

    static readonly Dictionary<Type, string> Plain = new()
    {
        [typeof(string)] = "text",
        [typeof(bool)] = "flag",
        [typeof(int)] = "int",
        [typeof(long)] = "long",
        [typeof(double)] = "double",
        [typeof(DateTimeOffset)] = "moment",
        [typeof(TimeSpan)] = "duration",
        [typeof(Task)] = "nothing",
    };

    /// <summary>Everything that is written by a codec of ours.</summary>
    public static IReadOnlyList<Type> Messages { get; } =
        [.. typeof(Claim).Assembly.GetTypes()
            .Where(t => t.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))
            .OrderBy(Alias, StringComparer.Ordinal)];

    public static IReadOnlyList<Type> Interfaces { get; } =
        [.. typeof(Claim).Assembly.GetExportedTypes()
            .Where(t => t.IsInterface && t.IsAssignableTo(typeof(IAddressable)))
            .OrderBy(Alias, StringComparer.Ordinal)];

    /// <summary>With its type, as what holds it may not know that.</summary>
    public static string Write(object value) => Convert.ToHexStringLower(Serializer.SerializeToArray(value));

    public static object Read(string hex) => Serializer.Deserialize<object>(Convert.FromHexString(hex))!;

    /// <summary>The name on the wire; empty where there is none.</summary>
    public static string Alias(MemberInfo member) =>
        member.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias
            ?? Serialization.Records.FirstOrDefault(r => r.Value == member as Type).Key ?? "";

    /// <summary><c>grid.cell-grain.claim(grid.claim) grid.standing</c>: how a call finds its method.</summary>
    public static string Signature(MethodInfo method) =>
        $"{Alias(method.DeclaringType!)}.{Alias(method)}({string.Join(", ", method.GetParameters().Select(p => Name(p.ParameterType)))})"
        + $" {Name(method.ReturnType)}";

    /// <summary><c>grid.claim.1 long</c>: a member goes by its number.</summary>
    public static IEnumerable<string> Members(Type message) =>
        from property in message.GetProperties()
        let id = property.GetCustomAttribute<IdAttribute>()
        where id is not null
        orderby id.Id
        select $"{Alias(message)}.{id.Id} {Name(property.PropertyType)}";

    /// <summary>What the types of parameters and results are made of, with collections and tasks taken apart.</summary>
    public static IEnumerable<Type> Parts(Type type) => type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts) : [type];

    /// <summary>How the runtime names the calls of every method and their answers in the envelopes around messages.</summary>
    public static IEnumerable<string> Envelopes
    {
        get
        {
            var names = Services.GetRequiredService<TypeConverter>();
            var calls = typeof(Claim).Assembly.GetTypes()
                .Where(t => t is { IsAbstract: false, IsInterface: false } && t.IsAssignableTo(typeof(IInvokable)));
            var answers = Interfaces.SelectMany(i => i.GetMethods())
                .Where(m => m.ReturnType.IsGenericType)
                .Select(m => typeof(Response<>).MakeGenericType(m.ReturnType.GetGenericArguments()));
            return calls.Concat(answers).Select(t => names.Format(t));
        }
    }

    static string Name(Type type) =>
        Plain.TryGetValue(type, out var plain) ? plain
        : !type.IsGenericType ? Alias(type)
        : type.GetGenericTypeDefinition() is var whole && whole == typeof(Task<>) ? Name(type.GetGenericArguments()[0])
        : whole == typeof(Nullable<>) ? $"{Name(type.GetGenericArguments()[0])} or none"
        : whole == typeof(ImmutableArray<>) ? $"list of {Name(type.GetGenericArguments()[0])}"
        : throw new NotSupportedException($"golden.txt has no word for {type}.");
}
