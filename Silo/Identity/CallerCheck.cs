using System.Collections.Concurrent;
using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Grains;
using Grid.Silo.Configuration;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace Grid.Silo.Identity;

/// <summary>
/// Where people are known by certificates: lets clients of the gateway do what their role allows. What silos ask of each other is not
/// looked at; who may connect as a silo, TLS decides.
/// </summary>
sealed partial class CallerCheck(IOptions<GridOptions> options, People people, TimeProvider clock, ILogger<CallerCheck> log)
    : IIncomingGrainCallFilter
{
    const int MostProofs = 1000;

    static readonly HashSet<string> Reading =
    [
        nameof(IGridGrain.Sweeps), nameof(IGridGrain.Workers), nameof(ISweepGrain.Status), nameof(ISweepGrain.Curves),
            nameof(ISweepGrain.Friends), nameof(ISweepGrain.Cells),
    ];

    static readonly HashSet<string> Changing = [nameof(IGridGrain.Submit), nameof(ISweepGrain.Turn), nameof(ISweepGrain.Retry)];

    readonly Authority _authority = Authority.Load(options.Value.Tls.AuthorityFile!);

    readonly ConcurrentDictionary<string, (string? Name, DateTimeOffset Until)> _proofs = new(StringComparer.Ordinal);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        // What a client's runtime asks to be one is asked of no grain. A grain of the runtime's own is no concern of clients.
        if (context.Grain is Grain grain && context.SourceId is { } source && IsClient(source))
            Admit(context.InterfaceMethod.Name, grain.GetType().Assembly == typeof(IPlanner).Assembly);
        return context.Invoke();
    }

    /// <summary>A client proper: a silo's own calls that come from no grain are a client's, too, and are called hosted.</summary>
    static bool IsClient(GrainId source) => source.IsClient() && !source.Key.ToString()!.StartsWith("hosted-", StringComparison.Ordinal);

    void Admit(string method, bool isOurs)
    {
        var name = Caller.Proof is { } proof ? Proven(proof) : null;
        var person = name is null ? null : people.WithCertificate(name);
        var wanted = !isOurs ? Roles.Admin : Reading.Contains(method) ? Roles.Read : Changing.Contains(method) ? Roles.Submit : Roles.Admin;
        if (person is null || !Roles.IncludedIn(person.Role).Contains(wanted))
        {
            Refused(name ?? "", method);
            throw new GridException(
                name is null
                    ? "This cluster must know who asks: name your certificate in GRID_TLS_CERTIFICATE, "
                        + "and use a gridctl of this version."
                : person is null ? $"{name} is not among the people who may use this cluster."
                : $"{name} may {string.Join(" and ", Roles.IncludedIn(person.Role))} on this cluster; this needs the role {wanted}.",
                    isForbidden: true);
        }

        Caller.Is(person.Name, onlyOwn: person.Role != Roles.Admin);
    }

    string? Proven(string proof)
    {
        var now = clock.GetUtcNow();
        if (_proofs.TryGetValue(proof, out var known) && known.Until > now) return known.Name;
        if (_proofs.Count >= MostProofs) _proofs.Clear();
        var name = Proof.Check(proof, options.Value.ClusterId, _authority, now);
        // A minute: a proof that ends meanwhile ends a minute late.
        _proofs[proof] = (name, now.AddMinutes(1));
        return name;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Audit: '{user}' was refused {method}")]
    partial void Refused(string user, string method);
}
