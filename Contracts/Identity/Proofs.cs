using System.Security.Cryptography.X509Certificates;

namespace Grid.Contracts.Identity;

/// <summary>Proofs of who one is, each for many calls.</summary>
/// <param name="own">With its private key.</param>
/// <param name="cluster">Id of the cluster.</param>
/// <param name="purpose">What one is: <see cref="Authority.ClientPurpose"/> or <see cref="Authority.ServerPurpose"/>.</param>
public sealed class Proofs(X509Certificate2 own, string cluster, TimeProvider clock, string purpose = Authority.ClientPurpose)
{
    readonly Lock _gate = new();
    string? _proof;
    DateTimeOffset _made;

    /// <summary>One that holds for a while yet.</summary>
    public string Now()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_proof is null || now - _made > Proof.Life / 4) (_proof, _made) = (Proof.Make(own, cluster, now, purpose), now);
            return _proof;
        }
    }
}
