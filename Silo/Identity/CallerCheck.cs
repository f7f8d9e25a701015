using System.Collections.Concurrent;
using Grid.Contracts;
using Grid.Contracts.Identity;
using Grid.Grains;
using Grid.Silo.Configuration;
using Microsoft.Extensions.Options;

namespace Grid.Silo.Identity;

/// <summary>
/// Lets clients of the gateway do what their role allows, in a cluster that knows people by certificates. A call that a silo makes carries
/// that silo's proof, see <see cref="SiloProofs"/>, and is not checked further. Every other call counts as a client's, whatever the message
/// says.
/// </summary>
sealed partial class CallerCheck(IOptions<GridOptions> options, People people, TimeProvider clock, ILogger<CallerCheck> log)
    : IIncomingGrainCallFilter
{
    const int MostProofs = 1000;

    static readonly HashSet<string> Reading =
    [
        nameof(IGridGrain.Sweeps), nameof(IGridGrain.Workers), nameof(IGridGrain.Images), nameof(ISweepGrain.Status),
        nameof(ISweepGrain.Curves), nameof(ISweepGrain.Friends), nameof(ISweepGrain.Cells),
    ];

    static readonly HashSet<string> Changing =
        [nameof(IGridGrain.Submit), nameof(IGridGrain.Estimate), nameof(ISweepGrain.Turn), nameof(ISweepGrain.Retry)];

    readonly Authority _authority = Authority.Load(options.Value.Tls.AuthorityFile!);

    readonly ConcurrentDictionary<(string Proof, string Purpose), (string? Name, DateTimeOffset Until)> _proofs = new();

    public Task Invoke(IIncomingGrainCallContext context)
    {
        // Who sent a message stands in the message, as whoever wrote it would have it: only a signature tells a silo from a client.
        // What a client's runtime asks in order to become a client is asked of no grain. A grain's timers call it without a message that
        // could be forged: what they call is in memory alone.
        if (context.Grain is Grain grain && context.InterfaceMethod.DeclaringType?.Name != "IGrainTimerInvoker" && !IsSilo())
            Admit(context.InterfaceMethod.Name, grain.GetType().Assembly == typeof(IPlanner).Assembly);
        return context.Invoke();
    }

    bool IsSilo() => Caller.SiloProof is { } proof && Proven(proof, Authority.ServerPurpose) is not null;

    void Admit(string method, bool isOurs)
    {
        var name = Caller.Proof is { } proof ? Proven(proof, Authority.ClientPurpose) : null;
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

    string? Proven(string proof, string purpose)
    {
        var now = clock.GetUtcNow();
        if (_proofs.TryGetValue((proof, purpose), out var known) && known.Until > now) return known.Name;
        if (_proofs.Count >= MostProofs) _proofs.Clear();
        var name = Proof.Check(proof, options.Value.ClusterId, _authority, now, purpose);
        // A minute: a proof that ends meanwhile ends a minute late.
        _proofs[(proof, purpose)] = (name, now.AddMinutes(1));
        return name;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Audit: '{user}' was refused {method}")]
    partial void Refused(string user, string method);
}
