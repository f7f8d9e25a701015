using System.Security.Cryptography.X509Certificates;
using Grid.Contracts;
using Grid.Contracts.Identity;

namespace Grid.Client.Cluster;

/// <summary>Proofs of who this client is, each for many calls.</summary>
sealed class Proofs(X509Certificate2 own, string cluster, TimeProvider clock)
{
    readonly Lock _gate = new();
    string? _proof;
    DateTimeOffset _made;

    public string Now()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_proof is null || now - _made > Proof.Life / 4) (_proof, _made) = (Proof.Make(own, cluster, now), now);
            return _proof;
        }
    }
}
